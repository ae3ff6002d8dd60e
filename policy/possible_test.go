// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"errors"
	"strings"
	"testing"
)

// Lengths that no password has are found whatever counts them, and only those.
func TestImpossibleLengths(t *testing.T) {
	t.Parallel()
	for text, possible := range map[string]bool{
		"min_length 20\nmax_length 20": true, "min_length 21\nmax_length 20": false,
		"min_length 72\nmax_bytes 72": true, "min_length 73\nmax_bytes 72": false,
		"min_length 40 utf16\nmax_length 20": true, "min_length 41 utf16\nmax_length 20": false,
		"preset huawei-css\nmin_length 33": false, "preset huawei-css\npreset dod-76431": true,
	} {
		if _, err := New("test", statementsOf(t, text)); (err == nil) != possible {
			t.Errorf("%q: error %v, want possible %v", text, err, possible)
		}
	}
}

// Requirements that can't be met together are found, and only those.
func TestImpossibleTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, by string }{
		{"max_length 8\nmin_digits 8", ""},
		{"max_length 8\nmin_digits 9", "max_length"},
		{"max_length 8\nmin_digits 4\nmin_specials 5", "max_length"},
		{"max_length 8\nmin_letters 8\nmin_uppercase 4\nmin_lowercase 4", ""},
		{"max_length 8\nmin_letters 2\nmin_uppercase 4\nmin_lowercase 5", "max_length"},
		{"max_bytes 8\nmin_lowercase 9", "max_bytes"},
		{`max_length 2` + "\n" + `min_specials 9 "!#$%"`, ""}, // not counted: a list may be of anything

		{"allowed_characters a-z\nmin_lowercase 1\nmin_letters 1", ""},
		{"allowed_characters a-z\nmin_digits 1", "min_digits"},
		{"allowed_characters lower digit\nmin_uppercase 1", "min_uppercase"},
		{"allowed_characters lower digit é\nmin_specials 1", "min_specials"},
		{"allowed_characters upper É\nmin_letters 1", ""},
		{"allowed_characters a-z !\nmin_specials 1", ""},
		{"class hexes 0-9 a-f\nallowed_characters hexes\nmin_digits 1", ""},
		{"class hexes 0-9 a-f\nallowed_characters hexes\nmin_uppercase 1", "min_uppercase"},

		{"min_age 1d\nmax_age 90d", ""},
		{"min_age 1d\nmax_age 24h", "max_age"},
		{"min_age 10d\nmax_age 1d", "max_age"},
	} {
		statements := statementsOf(t, c.text)
		_, err := New("test", statements)
		if c.by == "" {
			if err != nil {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		var where StatementError
		if !errors.As(err, &where) || statements[where.Index].Name != c.by || !strings.HasPrefix(err.Error(), c.by+": expected") {
			t.Errorf("%q: error %v, want one of %s", c.text, err, c.by)
		}
	}
}
