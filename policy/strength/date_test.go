// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"slices"
	"testing"
)

func TestDates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
	}{
		{"13.05.1987", []string{"0-9=56940"}}, // 39 years * 365 * 4
		{"1987-5-13", []string{"0-8=56940"}},
		{"5/13/87", []string{"0-6=56940"}},
		{"1\\1\\91", []string{"0-5=51100"}},
		{"13 05 1987", []string{"0-9=56940"}},
		{"13.05-1987", []string{"6-9=7300"}}, // 19 8 7, within 20 years
		{"13051987", []string{"0-7=14235"}},
		{"1191", []string{"0-3=9125"}},   // 11 9 1 is nearer than 1 1 91
		{"111504", []string{"0-5=8030"}}, // 11 15 04, not 1 1 1504
		{"88888888", []string{"0-3=13870", "1-4=13870", "2-5=13870", "3-6=13870", "4-7=13870"}},
		{"0000", nil},
		{"1.1", nil},
		{"32.32.32", nil},
		{"ab12.12.1912cd", []string{"2-11=166440"}},
	}
	for _, test := range tests {
		s := scan{units: unitsOf(test.text), year: 2026, budget: &budget{10000}}
		s.findDates()
		if got := spans(s.matches); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.text, got, test.want)
		}
	}
}
