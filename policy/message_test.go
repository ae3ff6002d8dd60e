// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
	"time"
)

// A reader gets the operator's words in the first of his languages that there are
// any in.
func TestMessagesInLanguages(t *testing.T) {
	t.Parallel()
	p := policyOf(t, `min_length 9
message min_length "Longer, please."
message min_length de "Bitte länger."
message min_length pt-BR "Mais longa, por favor."
message min_age fr "Plus tard."
min_digits 1
min_age 1d`)
	v := p.Judge(password("short"))
	if len(v) != 2 {
		t.Fatalf("violations %+v", v)
	}
	for header, want := range map[string]string{
		"": "Longer, please.", "de": "Bitte länger.", "de-AT": "Bitte länger.", "DE-at,en;q=0.5": "Bitte länger.",
		"fr, de;q=0.3": "Bitte länger.", "fr;q=0.2, pt-BR": "Mais longa, por favor.", "pt": "Longer, please.",
		"en, de;q=0.9": "Longer, please.", "de;q=0, en": "Longer, please.", "*": "Longer, please.", "de;q=x": "Longer, please.",
		"de," + strings.Repeat("x", 300): "Longer, please.",
	} {
		if got := p.MessageIn(v[0], header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
	if got := p.MessageIn(v[1], "de"); got != v[1].Message {
		t.Errorf("a rule without words of its own: %q", got)
	}
	next := p.MinAge(noTime).At(time.Date(2026, 12, 1, 8, 30, 0, 0, time.UTC))
	if got := p.MessageIn(next, "fr"); got != "Plus tard. (2026-12-01 08:30 UTC)" {
		t.Errorf("min_age: %q", got)
	}
}

func TestMessageErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`message min_length`:                               "a language if wanted",
		`message min_length "not a language" x`:            "a language such as de",
		`message min_length de " "`:                        "text in quotes",
		`message min_digits de x`:                          "a rule of this policy",
		"message min_length de x\nmessage min_length DE y": "one message for min_length de",
		"message min_length x\nmessage min_length y":       "one message for min_length,",
		`message min_length de x y`:                        "a language if wanted",
	} {
		if _, err := New("test", statementsOf(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func FuzzMessageIn(f *testing.F) {
	f.Add("de-AT, en;q=0.7, *;q=0.1")
	p := policyOf(f, "min_length 9\nmessage min_length de x")
	v := p.Judge(password("short"))[0]
	f.Fuzz(func(t *testing.T, header string) {
		if got := p.MessageIn(v, header); got != "x" && got != v.Message {
			t.Errorf("%q", got)
		}
	})
}
