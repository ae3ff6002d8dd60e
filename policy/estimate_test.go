// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
	"time"
)

func TestStrength(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"weak", "strength strong", password("Asdfghjkl1!"), "strength"},
		{"strong", "strength strong", password("lantern-quiz-harbour"), ""},
		{"by number", "strength 3", password("Asdfghjkl1!"), "strength"},
		{"by guesses", "strength guesses 1e30", password("lantern-quiz-harbour"), "strength"},
		{"enough guesses", "strength guesses 1e8", password("lantern-quiz-harbour"), ""},
		{"knows the user name", "strength strong", Change{Password: "additional00001_1", Username: "additional00001"}, "strength"},
		{"knows the full name", "strength strong", Change{Password: "wojciechowska1", FullName: "Zofia Wojciechowska"}, "strength"},
		{"not judged while another rule is broken", "strength strong\nmin_digits 9", password("Asdfghjkl1!"), "min_digits"},
		{"but judged while one is monitored", "strength strong\nmin_digits 9\nmonitor min_digits", password("Asdfghjkl1!"), "min_digits strength"},
		{"similar to the user name", "unlike_username", Change{Password: "456Additional00001_1234!", Username: "additional00001"}, "unlike_username"},
		{"similar backwards", "unlike_username", Change{Password: "xq-10000lanoitidda-77", Username: "additional00001"}, "unlike_username"},
		{"not similar", "unlike_username", Change{Password: "lantern-quiz", Username: "additional00001"}, ""},
		{"no user name", "unlike_username", password("lantern-quiz"), ""},
	})
	for _, policy := range []string{"strength", "strength weak", "strength 0", "strength 5", "strength guesses", "strength guesses 0",
		"strength guesses NaN", "strength guesses Inf", "unlike_username very"} {
		if _, err := New("test", statementsOf(t, policy)); err == nil {
			t.Errorf("%q is accepted, want an error", policy)
		}
	}
}

// A year far from the change's takes more guesses: 1.0e6 against 2.2e6 here.
func TestStrengthDependsOnTheYearOfTheChange(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "strength guesses 2e6")
	for year, want := range map[int]string{2026: "strength", 2131: ""} {
		c := password("xkvz2021")
		c.Time = time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)
		if got := codes(p.Judge(c)); got != want {
			t.Errorf("in %d broken rules are %q, want %q", year, got, want)
		}
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "")
	advice := p.Advice(password("qwertyuiop"))
	if len(advice) == 0 || strings.Contains(strings.Join(advice, " "), "qwertyuiop") {
		t.Errorf("advice %q", advice)
	}
	if got := p.Advice(password(strings.Repeat("x", 5000))); got != nil {
		t.Errorf("advice %q on a password that isn't looked at", got)
	}
}
