// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"slices"
	"strings"
	"testing"
)

func TestLowerKeepsPositions(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"ABCxyz09", "abcxyz09"}, {"ÉÀ", "éà"}, {"İI", "ii"}, {"ΣΑΣ", "σασ"}, {"\u212A", "k"}, {"😀", "😀"}, {"ß", "ß"},
	}
	for _, test := range tests {
		if got := lowerOf(unitsOf(test.text)); !slices.Equal(got, unitsOf(test.want)) {
			t.Errorf("%s: got %v", test.text, got)
		}
	}
}

func TestFirstUnits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		units      int
		cut        bool
	}{
		{"empty", "", 0, false},
		{"invalid UTF-8", "a\xffb", 3, false},
		{"the most", strings.Repeat("a", 1024), 1024, false},
		{"one more", strings.Repeat("a", 1025), 1024, true},
		{"half a pair over", "a" + strings.Repeat("😀", 512), 1024, true},
		{"pairs", strings.Repeat("😀", 512), 1024, false},
	}
	for _, test := range tests {
		units, cut := firstUnits(test.text)
		if len(units) != test.units || cut != test.cut {
			t.Errorf("%s: got %d units, cut %v; want %d, %v", test.name, len(units), cut, test.units, test.cut)
		}
	}
}
