// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math"
	"testing"
)

func TestKeyboards(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		keyboard       *keyboard
		starts, degree float64 // as zxcvbn's and zxcvbn4j's own tables say
		key            rune
		neighbours     string
	}{
		{"qwerty", qwerty, 94, 432.0 / 94, 'g', "fFtTyYhHbBvV"},
		{"qwerty, corner", qwerty, 94, 432.0 / 94, '\\', "]}"},
		{"dvorak", dvorak, 94, 432.0 / 94, 'a', "'\",<oO;:"},
		{"keypad", keypad, 15, 76.0 / 15, '5', "47896321"},
		{"mac keypad", macKeypad, 16, 84.0 / 16, '+', "69-3"},
		{"jis", jis, 93, 436.0 / 93, ':', ";+@`[{]}/?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := test.keyboard
			if k.starts != test.starts || math.Abs(k.degree-test.degree) > 1e-9 {
				t.Errorf("got %g starts, degree %v; want %g, %v", k.starts, k.degree, test.starts, test.degree)
			}
			for c := rune(1); c < 128; c++ {
				want := false
				for _, n := range test.neighbours {
					want = want || n == c
				}
				if got := k.toward(uint16(test.key), uint16(c)) > 0; got != want {
					t.Errorf("%c next to %c: got %v, want %v", c, test.key, got, want)
				}
			}
		})
	}
}
