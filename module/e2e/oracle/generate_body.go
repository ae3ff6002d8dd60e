// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"bytes"
	"strings"
	"unicode/utf16"
)

// draft is a body before and after it is written down.
type draft struct {
	root  *node
	hash  string // this API's name for a hash
	style style
	after []func([]byte) []byte // changes of the bytes
}

// body makes one object that sets a password.
func (m *maker) body(q Question) {
	m.in.Question, m.in.Dialect = q, "elasticsearch"
	d := &draft{style: plainStyle(), hash: "password_hash"}
	if q == AccountBody || q == InternalUser {
		m.in.Dialect, d.hash = "opensearch", "hash"
	}
	if q == PutUserBody || q == InternalUser {
		m.in.Name = pick(m, users...)
	}
	d.root = m.plainBody(q, d.hash)
	mutate(m, d, bodyMutations)
	m.in.Data = m.write(d)
}

// write puts a draft into bytes.
func (m *maker) write(d *draft) []byte {
	w := scribe{maker: m, style: d.style}
	w.value(d.root)
	for _, change := range d.after {
		w.out = change(w.out)
	}
	return w.out
}

// plainBody is what a client would send.
func (m *maker) plainBody(q Question, hash string) *node {
	n := object()
	switch q {
	case AccountBody:
		n.add("current_password", str(m.current()))
	case PutUserBody:
		n.add("roles", list(str("r")))
		for _, one := range []member{
			{str("full_name"), str("Bob Bobson")}, {str("email"), str("bob@example.com")}, {str("username"), str(m.in.Name)},
			{str("enabled"), raw("true")}, {str("metadata"), object("a", raw("1"), "b", list(raw("null"), object()))},
		} {
			if m.often(4) {
				n.add(one.name, one.value)
			}
		}
	case InternalUser:
		if m.often(2) {
			n.add("backend_roles", list(str("r")), "attributes", object("a", str("x")))
		}
		if m.often(4) {
			n.add("description", str("d"), "opendistro_security_roles", list())
		}
	}
	secret := []any{"password", str(m.secret())}
	// Change-password of Elasticsearch 6 knows no hash.
	if m.often(5) && (q != ChangeBody || m.own == nil || !m.own.Sure) {
		secret = []any{hash, str(m.hash())}
	}
	n.insert(m.IntN(len(n.members)+1), secret...)
	return n
}

// secretAt finds the member that holds the secret.
func (d *draft) secretAt() int {
	for i, m := range d.root.members {
		if name := m.name.text; name == "password" || name == d.hash {
			return i
		}
	}
	return -1
}

// inSecret changes the secret's member, if it is still there.
func inSecret(change func(*maker, *draft, *member)) func(*maker, *draft) {
	return func(m *maker, d *draft) {
		if i := d.secretAt(); i >= 0 {
			change(m, d, &d.root.members[i])
		}
	}
}

// nearNames are names that some reader might take for the secret's.
var nearNames = []string{
	"Password", "PASSWORD", "passwordHash", "password_Hash", "PasswordHash", "pass_word", "password ", " password", "password\x00",
	"passwords", "hash", "password_hash", "newpassword", "new_password", "paſsword", "ｐassword", "password\u200b", "pa\u0301ssword",
	"passw\u043erd", "", "__proto__", "username", "current_password", "roles", "passwort",
}

var bodyMutations = []mutation[*draft]{
	{"another password after", 3, func(m *maker, d *draft) { d.root.add("password", str(m.secret())) }},
	{"another password before", 3, func(m *maker, d *draft) { d.root.insert(0, "password", str(m.secret())) }},
	{"a hash as well", 3, func(m *maker, d *draft) {
		d.root.insert(m.IntN(len(d.root.members)+1), d.hash, str(m.hash()))
	}},
	{"null as well", 2, func(m *maker, d *draft) {
		d.root.insert(m.IntN(len(d.root.members)+1), pick(m, "password", d.hash), raw("null"))
	}},
	{"near name", 3, func(m *maker, d *draft) {
		if i := d.secretAt(); i >= 0 {
			d.root.members[i].name = str(pick(m, nearNames...))
		}
	}},
	{"member of a near name", 3, func(m *maker, d *draft) {
		d.root.insert(m.IntN(len(d.root.members)+1), pick(m, nearNames...), str(m.secret()))
	}},
	{"known member", 3, func(m *maker, d *draft) {
		d.root.insert(m.IntN(len(d.root.members)+1), pick(m, "username", "full_name", "email", "description"),
			pick(m, str("bob"), str(m.in.Name), str("Eve Evil"), raw("null"), raw("1")))
	}},
	{"another type", 3, inSecret(func(m *maker, _ *draft, s *member) {
		s.value = pick(m, raw("null"), raw("12345678"), raw("true"), list(s.value), object("password", s.value), raw("1e400"), raw("-0"), raw("NaN"), raw("0x1"))
	})},
	{"repeated in an object", 2, inSecret(func(m *maker, d *draft, s *member) {
		d.root.add(pick(m, "metadata", "attributes", "x"), object("password", str(m.secret()), "password", str(m.secret())))
	})},
	{"secret below another member", 2, inSecret(func(m *maker, d *draft, s *member) {
		d.root.add(pick(m, "metadata", "attributes", "roles"), object("password", str(m.secret()), d.hash, str(m.hash())))
	})},
	{"half a surrogate pair, escaped", 3, inSecret(func(m *maker, _ *draft, s *member) {
		s.value = raw(`"` + pick(m, `x\ud800`, `\udc00y`, `\ud800\ud800`, `\udc00\ud800`, `\uD83Dx`, `\ud800\u0041`) + `"`)
	})},
	{"half a surrogate pair, in bytes", 3, inSecret(func(m *maker, _ *draft, s *member) {
		s.value = raw("\"" + pick(m, "x\xed\xa0\x80", "\xed\xb0\x80y", "\xed\xa0\xbdx") + "\"")
	})},
	{"odd escape", 2, inSecret(func(m *maker, _ *draft, s *member) {
		s.value = raw(`"` + pick(m, `\x41bcdef`, `\'quoted\'`, `\u{41}`, `\U00000041`, `\u41`, `\0`, `\a`, `\`+"\n", `\u004`) + `"`)
	})},
	{"raw control character", 2, inSecret(func(m *maker, _ *draft, s *member) {
		s.value = raw("\"se" + pick(m, "\x00", "\n", "\t", "\x1f", "\x7f", "\r") + "cret\"")
	})},
	{"bad UTF-8 in the secret", 3, inSecret(func(m *maker, _ *draft, s *member) {
		s.value = raw("\"secret" + pick(m, "\xff", "\xe9", "\xc3", "\xe2\x82", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xc1\x30", "\xed\xa0\x80\xed\xb0\x80") + "x\"")
	})},
	{"escapes", 5, func(m *maker, d *draft) { d.style.escape = pick(m, 5, 20, 100) }},
	{"overlong UTF-8", 4, func(m *maker, d *draft) { d.style.overlong = pick(m, 2, 10, 100) }},
	{"overlong name only", 3, inSecret(func(m *maker, _ *draft, s *member) {
		s.name = raw("\"\xc1\xb0assword\"")
	})},
	{"broken UTF-8", 3, func(m *maker, d *draft) { d.style.broken = pick(m, 2, 10, 100) }},
	{"broken name only", 2, inSecret(func(m *maker, d *draft, s *member) {
		s.name = raw(pick(m, "\"\xc1\x30assword\"", "\"\xc1\xa8ash\"", "\xc0\xa2password\xc0\xa2", "\"\xc1\xf0assword\""))
	})},
	{"encoded surrogates", 2, inSecret(func(m *maker, d *draft, s *member) {
		d.style.cesu = true
		if s.value.kind == 's' {
			s.value.text += "😀"
		}
	})},
	{"Latin-1", 2, inSecret(func(m *maker, d *draft, s *member) {
		d.style.latin = true
		if s.value.kind == 's' {
			s.value.text += "é"
		}
	})},
	{"blanks", 3, func(m *maker, d *draft) { d.style.blank = pick(m, 20, 100) }},
	{"odd blanks", 2, func(m *maker, d *draft) { d.style.odd = pick(m, 5, 30) }},
	{"comments", 4, func(m *maker, d *draft) { d.style.comment = pick(m, 10, 50) }},
	{"other quotes", 1, func(m *maker, d *draft) { d.style.quote = pick(m, byte('\''), 0, '`') }},
	{"other separators", 2, func(m *maker, d *draft) {
		d.style.comma, d.style.colon, d.style.last = pick(m, ",", ",", ",,", ";", ""), pick(m, ":", ":", "=", "::", " "), pick(m, "", ",", ";")
	}},
	{"wrapped", 2, func(m *maker, d *draft) {
		d.root = pick(m, list(d.root), object("user", d.root), list(list(d.root)), object("password", d.root))
	}},
	{"nested deeply", 1, func(m *maker, d *draft) {
		deep := pick(m, 30, 63, 64, 65, 100, 900, 1100)
		d.root.add(pick(m, "metadata", "attributes", "x"), raw(strings.Repeat(`{"a":`, deep)+"1"+strings.Repeat("}", deep)))
	}},
	{"something after", 5, after(func(m *maker, b []byte) []byte {
		return append(b, pick(m, " {\"password\":\"other one\"}", "{}", "x", "]", "}", "\x00", "\x00\x00", "/*", "//", " \n", ",{}", "\ufeff", "null", "\xff", "\"", " \x1a")...)
	})},
	{"something before", 4, after(func(m *maker, b []byte) []byte {
		return append([]byte(pick(m, "\ufeff", "\xef\xbb", " \n", "{}", "[]", "null", "\"x\"", ",", "//\n", "/**/", ")]}',\n", "\x00", "\x1e", "{", "\ufeff\ufeff", "{\"password\":\"first one\"}")), b...)
	})},
	{"UTF-16 or UTF-32", 4, after(transcode)},
	{"cut off", 2, after(func(m *maker, b []byte) []byte { return b[:m.IntN(len(b)+1)] })},
	{"a byte changed", 4, after(func(m *maker, b []byte) []byte {
		if len(b) > 0 {
			b[m.IntN(len(b))] = byte(m.Uint32())
		}
		return b
	})},
	{"a bit changed", 3, after(func(m *maker, b []byte) []byte {
		if len(b) > 0 {
			b[m.IntN(len(b))] ^= 1 << m.IntN(8)
		}
		return b
	})},
	{"a byte more", 3, after(func(m *maker, b []byte) []byte {
		at := m.IntN(len(b) + 1)
		add := pick(m, byte(m.Uint32()), '"', '\\', '{', '}', ',', ':', 0, ' ', '/', '*', '\'', 0xc0, 0x80)
		return append(b[:at:at], append([]byte{add}, b[at:]...)...)
	})},
	{"a byte less", 3, after(func(m *maker, b []byte) []byte {
		if len(b) == 0 {
			return b
		}
		at := m.IntN(len(b))
		return append(b[:at:at], b[at+1:]...)
	})},
	{"a piece twice", 3, after(func(m *maker, b []byte) []byte {
		from, to := m.span(len(b))
		return append(b[:to:to], b[from:]...)
	})},
	{"long value", 1, inSecret(func(m *maker, _ *draft, s *member) {
		s.value = str(strings.Repeat(pick(m, "a", "é", "😀"), pick(m, 72, 73, 256, 257, 4000, 9000)))
	})},
	{"long blanks", 1, after(func(m *maker, b []byte) []byte {
		return append(bytes.Repeat([]byte{' '}, pick(m, 4000, 8000, 9000)), b...)
	})},
}

// after changes a draft's bytes once it is written.
func after(change func(*maker, []byte) []byte) func(*maker, *draft) {
	return func(m *maker, d *draft) {
		d.after = append(d.after, func(b []byte) []byte { return change(m, b) })
	}
}

// span picks a piece of n bytes.
func (m *maker) span(n int) (from, to int) {
	from = m.IntN(n + 1)
	return from, from + m.IntN(n-from+1)
}

// transcode writes UTF-8 text in wider units, in any byte order, with or without
// a byte order mark: Jackson finds out which by itself (RFC 4627, section 3).
func transcode(m *maker, b []byte) []byte {
	width, little := pick(m, 2, 2, 4), m.often(2)
	var out []byte
	unit := func(r rune) {
		for i := range width {
			shift := 8 * (width - 1 - i)
			if little {
				shift = 8 * i
			}
			out = append(out, byte(r>>shift))
		}
	}
	if m.often(2) {
		unit(0xfeff)
	}
	for _, r := range string(b) {
		if width == 2 && r > 0xffff {
			high, low := utf16.EncodeRune(r)
			unit(high)
			r = low
		}
		unit(r)
	}
	return out
}
