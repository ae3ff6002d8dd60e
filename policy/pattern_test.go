// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
	"time"
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"matches", "match ^[a-z]+-[a-z]+$", password("lantern-quiz"), ""},
		{"doesn't match", "match ^[a-z]+-[a-z]+$", password("lantern"), "match"},
		{"all of several", `match \d [a-z]`, password("abc"), "match"},
		{"anywhere", `match \d`, password("ab1c"), ""},
		{"forbidden", "not_match (?i)winter|summer", password("xSUMMERx"), "not_match"},
		{"not forbidden", "not_match (?i)winter|summer", password("autumn"), ""},
		{"what backtracking engines choke on", `not_match ^(a+)+$`, password(strings.Repeat("a", 4000) + "!"), ""},
	})
}

func TestLookAheadsAreTranslated(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ pattern, want string }{
		{`(?=.*[A-Z])(?=.*[^a-zA-Z\d])(?=.*[0-9])(?=.*[a-z]).{8,}`,
			"min_uppercase 1; min_specials 1; min_digits 1; min_lowercase 1; min_length 8"},
		{`^(?=.*?\d)(?=(.*[a-z]){2,})(?=.*[!@#$]).{12,64}$`, "min_digits 1; min_lowercase 2; min_specials 1; min_length 12; max_length 64"},
		{`^(?=.*[A-Za-z])(?!.*\s).{10,}$`, `min_letters 1; not_match \s; min_length 10`},
		{`(?<=a)b`, "write one match or not_match"},
		{`(a`, "missing closing )"},
		{`a\1`, "invalid escape"},
		{strings.Repeat("a", 1001), "at most 1000 bytes"},
		{`((a{0,30}){30}b)+`, "at most 1000 steps"},
		{`.{999}.{999}`, "at most 1000 steps"},
	} {
		_, err := New("test", []Statement{{"match", []string{row.pattern}}})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: error %v, want %q", row.pattern, err, row.want)
		}
	}
}

// The dearest expressions that are taken, on as much as is looked at.
func TestPatternsAreBounded(t *testing.T) {
	t.Parallel()
	long := Change{Password: strings.Repeat("a", 4096)}
	for _, pattern := range []string{`a.{980}b`, `(?:a?){450}b`, `(?:a|aa|aaa){60}b`, `(?:a{0,20}){20}b`} {
		p := policyOf(t, "not_match "+pattern)
		notSlow(t, pattern, 200*time.Millisecond, func() { p.Judge(long) })
	}
}

func FuzzPatterns(f *testing.F) {
	f.Add(`(?=.*[A-Z])(?=(.*\d){2,}).{8,}$`, "abc")
	f.Add(`[[:alpha:]]{3}`, "éé")
	f.Fuzz(func(t *testing.T, pattern, password string) {
		p, err := New("test", []Statement{{"match", []string{pattern}}})
		if err == nil {
			p.Judge(Change{Password: password})
		}
	})
}
