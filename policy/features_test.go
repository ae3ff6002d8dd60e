// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"testing"
	"time"
)

// TestFeatures goes through what password policy engines are compared by, one
// line a feature: a policy, a change it refuses and one it allows. History, age,
// monitoring, exemptions, selectors and messages have tests of their own;
// breached lists are package breach's. Scored banned words, OpaqueString (RFC
// 8265) and an expression language aren't there.
func TestFeatures(t *testing.T) {
	t.Parallel()
	with := func(password string, set func(*Change)) Change {
		c := Change{Password: password, Username: "jmiller", FullName: "Jane Miller"}
		set(&c)
		return c
	}
	only := func(password string) Change { return with(password, func(*Change) {}) }
	after := func(current, next string) Change {
		return with(next, func(c *Change) { c.Current, c.HasCurrent = current, true })
	}
	for _, row := range []struct {
		feature, policy string
		refused         Change
		rule            string
		allowed         Change
	}{
		{"minimum length", "min_length 9", only("lantern"), "min_length", only("lantern-quiz")},
		{"maximum length", "max_length 9", only("lantern-quiz"), "max_length", only("lantern")},
		{"length in bytes", "max_bytes 9", only("ääääää"), "max_bytes", only("äääa")},
		{"minima of classes", "min_digits 2", only("lantern1"), "min_digits", only("lantern12")},
		{"n of m classes", "min_classes 2", only("lantern"), "min_classes", only("lantern1")},
		{"own classes", "class vowel aeiou\nmin_class_count vowel 3", only("lantern"), "min_class_count", only("lanterna")},
		{"length against complexity", "length_tiers 8 min_digits 1\nlength_tiers 12", only("lanternx"), "length_tiers", only("lantern-quiz")},
		{"repeats", "max_repeat 2", only("lannntern"), "max_repeat", only("lanntern")},
		{"runs of a class", "max_class_run 4 digit", only("a12345"), "max_class_run", only("a1234b5")},
		{"sequences", "max_sequence 3", only("xabcdx"), "max_sequence", only("xabcx")},
		{"keyboard", "max_sequence 3 keyboard", only("xasdfx"), "max_sequence", only("xasdx")},
		{"palindrome", "palindrome", only("abccba"), "palindrome", only("abccbx")},
		{"reversed user name", "username", only("xrellimjx"), "username", only("lantern")},
		{"user name", "username", only("JMiller1"), "username", only("lantern")},
		{"attributes", "full_name", only("xmillerx"), "full_name", only("lantern")},
		{"look-alikes", "username leet", only("x-jm1ll3r-x"), "username", only("lantern")},
		{"base words", "context_words acme", only("@cm3-2026!"), "context_words", only("lantern")},
		{"dictionary", "blocklist common", only("Dragon12"), "blocklist", only("lantern-quiz")},
		{"difference from the old", "min_distance 3", after("lantern1", "lantern2"), "min_distance", after("lantern1", "quiz-harbour")},
		{"not the old", "not_current", after("lantern", "Lantern"), "not_current", after("lantern", "quiz")},
		{"regular expressions", `match \d$`, only("lantern"), "match", only("lantern1")},
		{"strength", "strength strong", only("lantern1"), "strength", only("lantern-quiz-harbour")},
		{"similar to the user name", "username similarity 0.8", only("jmiler"), "username", only("lantern")},
		{"normal form", "require_nfc", only("cafe\u0301"), "require_nfc", only("caf\u00e9")},
		{"valid UTF-8", "", only("\xff"), "valid_utf8", only("ÿ")},
		{"no NUL", "", only("x\x00x"), "no_nul", only("x0x")},
		{"white space", "whitespace edges", only(" x"), "whitespace", only("x x")},
		{"enforced from a date", "min_length 9\nenforce_from 2027-01-01", with("short", func(c *Change) {
			c.Time = time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)
		}), "min_length", only("lantern-quiz")},
	} {
		t.Run(row.feature, func(t *testing.T) {
			t.Parallel()
			p := policyOf(t, row.policy)
			if got := codes(p.Judge(row.refused)); got != row.rule {
				t.Errorf("%q broke %q, want %q", row.refused.Password, got, row.rule)
			}
			if got := codes(p.Judge(row.allowed)); got != "" {
				t.Errorf("%q broke %q, want none", row.allowed.Password, got)
			}
		})
	}
}
