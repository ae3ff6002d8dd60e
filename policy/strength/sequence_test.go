// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"fmt"
	"slices"
	"testing"
)

// spans lists what a matcher found as start-end=guesses.
func spans(matches []match) (all []string) {
	for _, m := range matches {
		all = append(all, fmt.Sprintf("%d-%d=%g", m.i, m.j, m.guesses))
	}
	return all
}

func TestSequences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
	}{
		{"", nil}, {"a", nil}, {"az", nil},
		{"ab", []string{"0-1=8"}},
		{"abcdb975zy", []string{"0-3=50", "5-7=50", "8-9=50"}}, // 16, 24 and 16 are below the floor
		{"bcdefg", []string{"0-5=156"}},
		{"edcba", []string{"0-4=260"}},
		{"αβγδ", []string{"0-3=104"}},
		{"zzzz", []string{"0-3=32"}},
		{"zz", nil},
		{"agm", nil},
	}
	for _, test := range tests {
		units := unitsOf(test.text)
		s := scan{units: units, budget: &budget{1000}}
		s.findSequences()
		if got := spans(s.matches); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.text, got, test.want)
		}
	}
}
