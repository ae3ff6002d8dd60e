// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTextCannotActOnItsReader(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"plain":             {"alice", `"alice"`},
		"letters of others": {"Zoë Łukasz 李", `"Zoë Łukasz 李"`},
		"quotation mark":    {`a"b\c`, `"a\"b\\c"`},
		"newline":           {"a\nb\r\t", `"a\u000ab\u000d\u0009"`},
		"terminal escape":   {"\x1b[2J\x07", `"\u001b[2J\u0007"`},
		"delete and C1":     {"\x7f\u0085\u009b", `"\u007f\u0085\u009b"`},
		"bidi override":     {"\u202egnp.exe\u2069", `"\u202egnp.exe\u2069"`},
		"zero width":        {"ad\u200bmin\ufeff", `"ad\u200bmin\ufeff"`},
		"line separators":   {"a\u2028b\u2029", `"a\u2028b\u2029"`},
		"odd spaces":        {"a\u00a0b\u3000", `"a\u00a0b\u3000"`},
		"tags, unseen":      {"a\U000e0041", `"a\udb40\udc41"`},
		"private use":       {"\ue000\U000f0000", `"\ue000\udb80\udc00"`},
		"emoji":             {"a😀", `"a😀"`},
		"broken UTF-8":      {"a\xff\xc3", `"a\ufffd\ufffd"`},
		"half a surrogate":  {"\xed\xa0\x80", `"\ufffd\ufffd\ufffd"`},
		"HTML":              {"<b>&", `"<b>&"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(appendText(nil, c.in)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "alice", "a\"\\\x00\x1b\x7f", "\u202e\u2028\U000e0041😀", "\xff\xed\xa0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := appendText(nil, s)
		for _, r := range string(text) {
			if !unicode.IsPrint(r) {
				t.Errorf("%U stands in %q", r, text)
			}
		}
		var back string
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); utf8.ValidString(s) && back != want {
			t.Errorf("read back %q, want %q", back, want)
		}
	})
}

func TestLongNamesStayApart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 200)
	a, b := Name(long+"a"), Name(long+"b")
	if a == b {
		t.Error("two names are recorded alike")
	}
	for _, name := range []string{a, b} {
		if len(name) > maxName || !utf8.ValidString(name) || !strings.HasPrefix(name, "üüü") {
			t.Errorf("%d bytes: %s", len(name), name)
		}
	}
	if short := strings.Repeat("x", maxName); Name(short) != short {
		t.Error("a name that fits was cut")
	}
	if got := cut(strings.Repeat("\x80", 300), maxName); len(got) > maxName {
		t.Errorf("%d bytes of broken UTF-8", len(got))
	}
}
