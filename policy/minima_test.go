// SPDX-License-Identifier: Apache-2.0

package policy

import "testing"

func TestClassMinima(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"no upper", "min_uppercase 1", password("abc1"), "min_uppercase"},
		{"Cyrillic upper", "min_uppercase 1", password("Ж"), ""},
		{"title-case digraph", "min_uppercase 1", password("ǅ"), ""},
		{"two lower wanted", "min_lowercase 2", password("aBC"), "min_lowercase"},
		{"Han letters are letters", "min_letters 2", password("密码"), ""},
		{"but have no case", "min_lowercase 1", password("密码"), "min_lowercase"},
		{"digits", "min_digits 2", password("a1b2"), ""},
		{"Arabic-Indic digits", "min_digits 2", password("٣٤"), ""},
		{"one digit short", "min_digits 3", password("a1b2"), "min_digits"},
		{"space is special", "min_specials 1", password("a b"), ""},
		{"a combining mark isn't", "min_specials 1", password("e\u0301"), "min_specials"},
		{"a control character isn't", "min_specials 1", password("a\tb"), "min_specials"},
		{"own set", "min_specials 1 !#", password("a!"), ""},
		{"not of the own set", "min_specials 1 !#", password("a?"), "min_specials"},
	})
}

func TestMinClasses(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"three of four", "min_classes 3", password("Abcdefg1"), ""},
		{"two of four", "min_classes 3", password("abcdefg1"), "min_classes"},
		{"the vendor page read by the letter", "min_classes 3 letter digit special", password("Abcdefg1"), "min_classes"},
		{"all three", "min_classes 3 letter digit special", password("bcdefg1!"), ""},
		{"nothing at all", "min_classes 1", password(""), "min_classes min_length"},
	})
}

func TestAllowedCharacters(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"ranges and a list", "allowed_characters A-Z a-z 0-9 _-", password("Ab_9-"), ""},
		{"outside", "allowed_characters A-Z a-z 0-9 _-", password("Ab 9"), "allowed_characters"},
		{"a class", "allowed_characters letter", password("Жq密"), ""},
		{"a class, broken", "allowed_characters letter", password("Жq1"), "allowed_characters"},
		{"beyond ASCII by name", "allowed_characters äöü", password("äü"), ""},
		{"its neighbour", "allowed_characters äöü", password("ä€"), "allowed_characters"},
		{"a minus at the end is a minus", "allowed_characters ab-", password("a-b"), ""},
	})
}
