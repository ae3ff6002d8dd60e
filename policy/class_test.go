// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
	"unicode"
)

func TestOwnClasses(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"used before it is defined", "min_class_count vowel 2\nclass vowel aeiou", password("lamp"), "min_class_count"},
		{"enough", "class vowel aeiou\nmin_class_count vowel 2", password("lantern"), ""},
		{"too many", "max_class_count special 1", password("a-b-c"), "max_class_count"},
		{"not too many", "max_class_count special 2", password("a-b-c"), ""},
		{"among n of m", "class german äöüß\nmin_classes 2 german digit", password("straße"), "min_classes"},
		{"both of them", "class german äöüß\nmin_classes 2 german digit", password("straße1"), ""},
		{"in a set", "class hexa 0-9 a-f\nallowed_characters hexa", password("beef12"), ""},
		{"outside the set", "class hexa 0-9 a-f\nallowed_characters hexa", password("beeg12"), "allowed_characters"},
		{"made of others", "class nonletter digit special\nmin_class_count nonletter 1", password("lantern"), "min_class_count"},
	})
	for _, row := range []struct{ policy, want string }{
		{"class vowel", "a name of small letters"},
		{"class Vowels aeiou", "a name of small letters"},
		{"class abc abc", "a name of small letters"},
		{"class digit 0-9", "a class already"},
		{"class vowel aeiou\nclass vowel äöü", "a class already"},
		{"min_class_count vowel 1", "expected a character class"},
		{"min_class_count digit", "a class and a number"},
	} {
		if _, err := New("test", statementsOf(t, row.policy)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: error %v, want %q", row.policy, err, row.want)
		}
	}
}

// TestClassOfAgreesWithUnicode compares the table for ASCII with the general
// rule, and every code point's class with its category.
func TestClassOfAgreesWithUnicode(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		c := classOf(r)
		isLetter := c == upper || c == lower || c == caseless
		if isLetter != unicode.IsLetter(r) || (c == digit) != unicode.IsDigit(r) ||
			(c == special) != (unicode.IsPunct(r) || unicode.IsSymbol(r) || unicode.Is(unicode.Zs, r)) {
			t.Fatalf("%U is of class %d", r, c)
		}
	}
}
