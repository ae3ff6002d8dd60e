// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"encoding/base64"
	"strings"
)

// basicDraft is an Authorization header in pieces.
type basicDraft struct {
	scheme, gap string
	login       string // name:password before encoding
	encoding    *base64.Encoding
	after       string
	encode      func(string) string
}

// basic makes a Basic header (RFC 7617).
func (m *maker) basic() {
	m.in.Question, m.in.Dialect = Basic, pick(m, "elasticsearch", "opensearch")
	b := &basicDraft{scheme: "Basic", gap: " ", encoding: base64.StdEncoding}
	b.login = pick(m, "bob", "alice", "jane@example.com", "ü", "a b", "", "bob\x00") + ":" + pick(m, "secret", "", "a:b", "pässwörd", "x\n")
	mutate(m, b, basicMutations)
	m.in.Data = []byte(b.scheme + b.gap + b.text() + b.after)
}

// text is the login as it is encoded in the header.
func (b *basicDraft) text() string {
	text := b.encoding.EncodeToString([]byte(b.login))
	if b.encode != nil {
		text = b.encode(text)
	}
	return text
}

var basicMutations = []mutation[*basicDraft]{
	{"scheme spelled otherwise", 3, func(m *maker, b *basicDraft) {
		b.scheme = pick(m, "basic", "BASIC", "bAsIc", "Basic,", "Basi", "xBasic", "Bearer", "ApiKey", "\u0412asic", "Ba\u017fic", "BAS\u0130C", "bas\u0131c", "Basic:")
	}},
	{"gap", 4, func(m *maker, b *basicDraft) {
		b.gap = pick(m, "", "  ", "\t", " \t", "\t ", "   ", "\u00a0", ",", ", ", " Basic ", "\v", "\f")
	}},
	{"unpadded", 3, func(_ *maker, b *basicDraft) { b.encoding = base64.RawStdEncoding }},
	{"URL alphabet", 2, func(m *maker, b *basicDraft) {
		b.encoding = base64.URLEncoding
		b.login += "\xff\xfe\xfb?>"
	}},
	{"something after", 4, func(m *maker, b *basicDraft) {
		b.after += pick(m, " ", "  ", "\t", " junk", "=", "==", "A", ",", ", Basic YWxpY2U6eA==", " YWxpY2U6eA==", ";", "\x00", "\u00a0", "\v")
	}},
	{"something inside", 3, func(m *maker, b *basicDraft) {
		add := pick(m, " ", "\t", "=", "-", "_", "!", "\r\n", ".", "\u00e9", "%")
		b.encode = func(s string) string { i := m.IntN(len(s) + 1); return s[:i] + add + s[i:] }
	}},
	{"loose bits", 2, func(m *maker, b *basicDraft) {
		// The last character of a padded group has bits that say nothing (RFC 4648, section 3.5).
		b.encode = func(s string) string {
			i := strings.IndexByte(s, '=') - 1
			if i < 0 {
				return s
			}
			return s[:i] + string(s[i]+1) + s[i+1:]
		}
	}},
	{"no colon", 2, func(_ *maker, b *basicDraft) { b.login = strings.ReplaceAll(b.login, ":", "") }},
	{"colon first", 1, func(_ *maker, b *basicDraft) { b.login = ":" + b.login }},
	{"name in Latin-1", 3, func(m *maker, b *basicDraft) { b.login = pick(m, "j\xfcrgen", "\xff\xfe", "a\x80") + ":" + b.login }},
	{"overlong name", 2, func(m *maker, b *basicDraft) {
		b.login = pick(m, "\xc1\xa2ob", "b\xc0\xbaob", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf") + ":" + b.login
	}},
	{"name with blanks", 2, func(m *maker, b *basicDraft) {
		b.login = pick(m, " bob", "bob ", "\tbob", "bob\n", "\ufeffbob") + ":secret"
	}},
	{"long name", 1, func(m *maker, b *basicDraft) { b.login = strings.Repeat("a", pick(m, 300, 3000)) + ":x" }},
	{"a character changed", 3, func(m *maker, b *basicDraft) {
		b.encode = func(s string) string {
			if s == "" {
				return s
			}
			i := m.IntN(len(s))
			return s[:i] + string(rune(33+m.IntN(94))) + s[i+1:]
		}
	}},
}
