// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math"
	"testing"
)

func TestPathGuesses(t *testing.T) {
	t.Parallel()
	s, d := qwerty.starts, qwerty.degree
	tests := []struct {
		name string
		path path
		want float64
	}{
		{"two keys more in a line", path{qwerty, 3, 1, 0}, s * d * 2},
		{"one turn", path{qwerty, 3, 2, 0}, s*d + s*d + 2*s*d*d},
		{"first key shifted", path{qwerty, 3, 1, 1}, s * d * 2 * 3},
		{"all shifted", path{qwerty, 3, 1, 3}, s * d * 2 * 2},
	}
	for _, test := range tests {
		if got := test.path.guesses(&budget{1000}); math.Abs(got/test.want-1) > 1e-12 {
			t.Errorf("%s: got %g, want %g", test.name, got, test.want)
		}
	}
}
