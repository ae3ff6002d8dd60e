// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestBlocklist(t *testing.T) {
	t.Parallel()
	refused := []string{
		"password", "PASSWORD", "P@ssw0rd", "p4$$w0rd", "password1", "Password2024!", "P@ssw0rd2024!",
		"!!!password!!!", "password1234567890!!", "passwordpassword", "drowssap", "p-a-s-s-w-o-r-d", "pass.word",
		"ｐａｓｓｗｏｒｄ", "pässwörd", "password🦊🦊", "ILOVEYOU!", "1loveyou", "qwertyuiop", "Qwertyuiop123", "Dragon-1999",
		"password12.05.1987", "$ummer2024", "Summer2024!!",
	}
	for _, p := range refused {
		if got := codes(policyOf(t, "blocklist common").Judge(password(p))); got != "blocklist" {
			t.Errorf("%q broke %q, want blocklist", p, got)
		}
	}
	for _, p := range []string{
		"correct horse battery staple", "lantern-quiz-harbour", "dragon4719038265514", "tR9#vQx2!mZk", "пароль-на-завтра-утром",
	} {
		if got := policyOf(t, "blocklist common").Judge(password(p)); got != nil {
			t.Errorf("%q broke %q, want none", p, codes(got))
		}
	}
	judge(t, []judged{
		{"whole: equal but for case", "blocklist whole common", password("PassWord"), "blocklist"},
		{"whole: decorated", "blocklist whole common", password("password!!x"), ""},
	})
}

func TestContextWords(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"the word", "context_words acme", password("ACME"), "context_words"},
		{"decorated", "context_words acme", password("Acm3!!2026"), "context_words"},
		{"several joined", "context_words acme rocket", password("Rocket-Acme-2026"), "context_words"},
		{"repeated", "context_words acme", password(strings.Repeat("acme", 40)), "context_words"},
		{"as a part it may occur", "context_words acme", password("acme-lantern-quiz"), ""},
		{"unless asked for", "context_words contains acme", password("my-ACME-lantern"), "context_words"},
		{"contains: elsewhere", "context_words contains acme", password("my-lantern"), ""},
		{"whole", "context_words whole acme", password("acme!"), ""},
		{"whole: equal", "context_words whole acme", password("ACME"), "context_words"},
		{"a word beyond ASCII", "context_words Žižkov", password("zizkov99"), "context_words"},
		{"several statements", "context_words acme\ncontext_words contains rocket", password("acme"), "context_words"},
		{"a mode alone is a word", "context_words whole", password("whole1"), "context_words"},
	})
}

func TestNotCurrent(t *testing.T) {
	t.Parallel()
	change := func(current, next string) Change {
		return Change{Password: next, Current: current, HasCurrent: true}
	}
	judge(t, []judged{
		{"same", "not_current", change("lantern-quiz", "lantern-quiz"), "not_current"},
		{"case only", "not_current", change("lantern-quiz", "Lantern-Quiz"), "not_current"},
		{"another composition", "not_current", change("caf\u00e9", "cafe\u0301"), "not_current"},
		{"different", "not_current", change("lantern-quiz", "lantern-quiz2"), ""},
		{"unknown", "not_current", Change{Password: "x", Current: "x"}, ""},
	})
}
