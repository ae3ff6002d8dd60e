// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"slices"
	"testing"
)

func TestYears(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		year int
		want []string
	}{
		{"1899", 2026, nil},
		{"1900", 2026, []string{"0-3=126"}},
		{"2026", 2026, []string{"0-3=20"}},
		{"2029", 2026, []string{"0-3=20"}},
		{"2030", 2026, nil},
		{"2039", 2031, []string{"0-3=20"}}, // the calendar moves on
		{"2029", 2019, []string{"0-3=20"}}, // as zxcvbn4j
		{"2100", 2100, nil},
		{"x19991999", 2026, []string{"1-4=50", "5-8=50"}},
		{"11999", 2026, []string{"1-4=50"}},
		{"199", 2026, nil},
		{"19é9", 2026, nil},
	}
	for _, test := range tests {
		s := scan{units: unitsOf(test.text), year: test.year, budget: &budget{1000}}
		s.findYears()
		if got := spans(s.matches); !slices.Equal(got, test.want) {
			t.Errorf("%s in %d: got %v, want %v", test.text, test.year, got, test.want)
		}
	}
}
