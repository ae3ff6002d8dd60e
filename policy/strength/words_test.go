// SPDX-License-Identifier: Apache-2.0

package strength

import "testing"

func TestCapitalisations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		token string
		want  float64
	}{
		{"", 1}, {"a", 1}, {"password", 1}, {"123", 1}, {"é", 1}, {"É", 1},
		{"A", 2}, {"Password", 2}, {"passworD", 2}, {"PASSWORD", 2}, {"P4", 2},
		{"pAssword", 8}, {"PaSsword", 36}, {"PASSWORd", 8}, {"aAAbB", 15},
	}
	for _, test := range tests {
		if got := capitalisations(unitsOf(test.token)); got != test.want {
			t.Errorf("%s: got %g, want %g", test.token, got, test.want)
		}
	}
}

func TestWordsAreFoundInBothDirections(t *testing.T) {
	t.Parallel()
	units := unitsOf("xDROWssapy")
	s := scan{units: units, lower: lowerOf(units), lists: embeddedLists(), inputs: newInputTrie(nil, 0), budget: &budget{1 << 20}}
	s.findReversedWords()
	for _, m := range s.matches {
		if m.i == 1 && m.j == 8 {
			if !m.reversed || m.list != passwords || m.rank != 2 || m.guesses < 2*2 {
				t.Errorf("got %+v", m)
			}
			return
		}
	}
	t.Error("password wasn't found backwards")
}
