// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestLengthTiers(t *testing.T) {
	t.Parallel()
	const tiers = "length_tiers 20 min_classes 2\nlength_tiers 8 min_classes 4\nlength_tiers 8 max_repeat 2\nlength_tiers 30"
	judge(t, []judged{
		{"short with four kinds", tiers, password("Abcde-12"), ""},
		{"short with three", tiers, password("Abcdef12"), "length_tiers"},
		{"short, two rules of one tier", tiers, password("abcccdef"), "length_tiers length_tiers"},
		{"below the first tier its rules hold as well", tiers, password("abc"), "length_tiers"},
		{"19", tiers, password("abcdefghijklmnopq-1"), "length_tiers"},
		{"20 with two kinds", tiers, password("abcdefghijklmnopqr-s"), ""},
		{"20 with one", tiers, password("abcdefghijklmnopqrst"), "length_tiers"},
		{"the repeats of the first tier are free from 20", tiers, password("abcccdefghijklmnop-s"), ""},
		{"30 with one", tiers, password(strings.Repeat("abcdefghij", 3)), ""},
	})
	for _, row := range []struct{ policy, want string }{
		{"length_tiers", "a length and a rule"},
		{"length_tiers x min_classes 2", "whole number"},
		{"length_tiers 8 min_length 2", "about characters"},
		{"length_tiers 8 min_classes 9", "from 1 to 4"},
		{"length_tiers 8 class vowel aeiou", "about characters"},
	} {
		if _, err := New("test", statementsOf(t, row.policy)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: error %v, want %q", row.policy, err, row.want)
		}
	}
}

func TestTierMessages(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "length_tiers 8 min_digits 3\nlength_tiers 12 min_digits 2\nlength_tiers 20 min_digits 1")
	for password, want := range map[string]string{
		"a":                     "With fewer than 12 characters, use at least 3 digits.",
		"abcdefghijklm":         "With 12 to 19 characters, use at least 2 digits.",
		"abcdefghijklmnopqrstu": "With 20 characters or more, use at least 1 digit.",
	} {
		violations := p.Judge(Change{Password: password})
		if len(violations) != 1 || violations[0].Message != want {
			t.Errorf("%q gives %+v, want %q", password, violations, want)
		}
	}
}
