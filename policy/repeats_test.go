// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestRepetition(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"three in a row", "max_repeat 2", password("xaaay"), "max_repeat"},
		{"two in a row", "max_repeat 2", password("xaayaa"), ""},
		{"case makes a difference", "max_repeat 2", password("aAa"), ""},
		{"at the end", "max_repeat 2", password("xyyy"), "max_repeat"},
		{"emoji", "max_repeat 2", password("🦊🦊🦊"), "max_repeat"},
		{"four digits in a row", "max_class_run 3", password("ab1234"), "max_class_run"},
		{"three digits in a row", "max_class_run 3", password("aB123"), ""},
		{"only digits counted", "max_class_run 3 digit", password("abcdef123"), ""},
		{"letters as one class", "max_class_run 3 letter", password("aBcD"), "max_class_run"},
		{"a unit twice", "repeated_unit", password("lanternLANTERN"), "repeated_unit"},
		{"a unit cut short", "repeated_unit", password("abcabcab"), "repeated_unit"},
		{"a unit only once", "repeated_unit", password("lanternlant"), ""},
		{"one character", "repeated_unit", password("a"), ""},
		{"palindrome", "palindrome", password("Never odd or eveN"), ""},
		{"palindrome but for case", "palindrome", password("abcdDCBA"), "palindrome"},
		{"palindrome of odd length", "palindrome", password("abcXcba"), "palindrome"},
		{"palindrome beyond ASCII", "palindrome", password("\u00e9x\u00e9"), "palindrome"},
		{"few different characters", "min_unique 4", password("abcabcabc"), "min_unique"},
		{"enough different characters", "min_unique 4", password("aAbB"), ""},
		{"different beyond ASCII", "min_unique 4", password("äöüß"), ""},
		{"a character too often", "max_occurrences 2", password("banana"), "max_occurrences"},
		{"not too often", "max_occurrences 3", password("banana"), ""},
		{"too often beyond ASCII", "max_occurrences 2", password("öxöyö"), "max_occurrences"},
	})
}

// TestIsRepetitionAgainstDefinition compares with trying every unit.
func TestIsRepetitionAgainstDefinition(t *testing.T) {
	t.Parallel()
	byDefinition := func(s string) bool {
		for n := 1; 2*n <= len(s); n++ {
			if strings.HasPrefix(strings.Repeat(s[:n], len(s)/n+1), s) {
				return true
			}
		}
		return false
	}
	for n := range 1 << 12 {
		var s strings.Builder
		for bit := n; bit > 1; bit >>= 1 {
			s.WriteByte("ab"[bit&1])
		}
		if got, want := isRepetition(s.String()), byDefinition(s.String()); got != want {
			t.Fatalf("%q is a repetition: %v, want %v", s.String(), got, want)
		}
	}
}
