// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"errors"
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
		{"contains", "blocklist contains common", password("xxdragonxx"), "blocklist"},
		{"contains: too short to count", "blocklist contains common", password("xq1vz"), ""},
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

func TestWordsInFiles(t *testing.T) {
	t.Parallel()
	words, err := ReadWords(strings.NewReader("\ufefflantern\r\n\n  Harbour \n#quiz\n"))
	if err != nil || strings.Join(words, "|") != "lantern|Harbour|#quiz" {
		t.Fatalf("words %q, %v", words, err)
	}
	list := NewWords(words)
	load := func(path string) (*Words, error) {
		if path != "/words" {
			return nil, errors.New("no such file")
		}
		return list, nil
	}
	p, err := New("test", statementsOf(t, "blocklist contains file /words\ncontext_words file /words"), WithLoader(load))
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{
		"xxHARBOURxx":     "blocklist",
		"Lantern-Harbour": "blocklist context_words",
		"magnolia":        "",
	} {
		if got := codes(p.Judge(Change{Password: password})); got != want {
			t.Errorf("%q broke %q, want %q", password, got, want)
		}
	}
	list.Replace([]string{"magnolia"})
	if got, want := codes(p.Judge(password("magnolia"))), "blocklist context_words"; got != want {
		t.Errorf("after the list was replaced, magnolia broke %q, want %q", got, want)
	}
	if got := p.Judge(password("xxHARBOURxx")); got != nil {
		t.Errorf("after the list was replaced, an old word broke %q", codes(got))
	}
	for _, policy := range []string{"blocklist file /other", "context_words file /other"} {
		if _, err := New("test", statementsOf(t, policy), WithLoader(load)); err == nil {
			t.Errorf("%q is accepted without the file", policy)
		}
		if _, err := New("test", statementsOf(t, policy)); err == nil || !strings.Contains(err.Error(), "can't be read here") {
			t.Errorf("%q without a loader: %v", policy, err)
		}
	}
}

func TestReadWordsRefusesWhatIsNoList(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"ok\n\xff\xfe", strings.Repeat("x", 257), strings.Repeat("y", 1<<17)} {
		if words, err := ReadWords(strings.NewReader(text)); err == nil {
			t.Errorf("%d words are read from what is no list", len(words))
		}
	}
}

func FuzzReadWords(f *testing.F) {
	f.Add("a\nb")
	f.Fuzz(func(t *testing.T, text string) {
		words, err := ReadWords(strings.NewReader(text))
		if err != nil {
			return
		}
		set := NewWords(words).current()
		for _, word := range words {
			if plain := appendPlain(nil, word); len(plain) > 0 && !set.has(plain) {
				t.Errorf("%q is lost", word)
			}
		}
	})
}
