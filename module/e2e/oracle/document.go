// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// node is a JSON value on its way to being written down, well or badly.
type node struct {
	kind    byte   // s text, r raw, o object, a array
	text    string // of a text; what stands there of a raw one
	members []member
	items   []*node
}

type member struct {
	name  *node
	value *node
}

func str(s string) *node           { return &node{kind: 's', text: s} }
func raw(s string) *node           { return &node{kind: 'r', text: s} }
func list(items ...*node) *node    { return &node{kind: 'a', items: items} }
func object(members ...any) *node  { n := &node{kind: 'o'}; n.add(members...); return n }
func (n *node) add(members ...any) { n.insert(len(n.members), members...) }

// insert puts pairs of a name (string or *node) and a value (*node) in.
func (n *node) insert(at int, members ...any) {
	for i := 0; i+1 < len(members); i += 2 {
		name, ok := members[i].(*node)
		if !ok {
			name = str(members[i].(string))
		}
		n.members = slices.Insert(n.members, at, member{name, members[i+1].(*node)})
		at++
	}
}

// clone copies a value with all below it.
func (n *node) clone() *node {
	c := *n
	c.members, c.items = nil, nil
	for _, m := range n.members {
		c.members = append(c.members, member{m.name.clone(), m.value.clone()})
	}
	for _, item := range n.items {
		c.items = append(c.items, item.clone())
	}
	return &c
}

// style is how a document is written: chances are in percent, per place.
type style struct {
	escape   int    // a character as \uXXXX
	overlong int    // a character in more UTF-8 bytes than it needs
	broken   int    // a character in bytes that only a careless decoder takes for it
	cesu     bool   // characters beyond U+FFFF as two encoded surrogates
	latin    bool   // characters up to U+00FF as one byte
	blank    int    // blanks between tokens
	odd      int    // blanks that are none in JSON
	comment  int    // comments between tokens
	quote    byte   // " or ', or 0 for none around names
	comma    string // between members
	colon    string
	last     string // after the last member
}

func plainStyle() style { return style{quote: '"', comma: ",", colon: ":"} }

// scribe writes a document down.
type scribe struct {
	*maker
	style style
	out   []byte
}

func (w *scribe) gap() {
	s := &w.style
	if s.blank > 0 && w.IntN(100) < s.blank {
		w.out = append(w.out, pick(w.maker, " ", "\n", "\t", "\r\n", "  ")...)
	}
	if s.odd > 0 && w.IntN(100) < s.odd {
		w.out = append(w.out, pick(w.maker, "\v", "\f", "\x00", "\u00a0", "\u2028", "\ufeff", "\x1e", "\x85", "\x1a", "\u3000")...)
	}
	if s.comment > 0 && w.IntN(100) < s.comment {
		w.out = append(w.out, pick(w.maker, "/**/", "/*,\"password\":\"x\"*/", "//\n", "// \"}\r", "#\n", "/***/", "/*/ */", "<!--x-->")...)
	}
}

func (w *scribe) value(n *node) {
	w.gap()
	switch n.kind {
	case 's':
		w.string(n.text, '"')
	case 'r':
		w.out = append(w.out, n.text...)
	case 'o':
		w.out = append(w.out, '{')
		for i, m := range n.members {
			if i > 0 {
				w.out = append(w.out, w.style.comma...)
			}
			w.gap()
			if m.name.kind == 's' {
				w.string(m.name.text, w.style.quote)
			} else {
				w.value(m.name)
			}
			w.gap()
			w.out = append(w.out, w.style.colon...)
			w.value(m.value)
			w.gap()
		}
		w.out = append(append(w.out, w.style.last...), '}')
	case 'a':
		w.out = append(w.out, '[')
		for i, item := range n.items {
			if i > 0 {
				w.out = append(w.out, w.style.comma...)
			}
			w.value(item)
			w.gap()
		}
		w.out = append(append(w.out, w.style.last...), ']')
	}
}

const hexDigits = "0123456789abcdef"

func (w *scribe) string(s string, quote byte) {
	if quote != 0 {
		w.out = append(w.out, quote)
	}
	for _, r := range s {
		w.char(r)
	}
	if quote != 0 {
		w.out = append(w.out, quote)
	}
}

func (w *scribe) char(r rune) {
	s := &w.style
	switch {
	case s.escape > 0 && w.IntN(100) < s.escape:
		w.escape(r)
	case r < 0x20 || r == '"' || r == '\\':
		if w.often(3) {
			w.escape(r)
			return
		}
		w.shortEscape(r)
	case r == '/' && w.often(4):
		w.out = append(w.out, `\/`...)
	case s.overlong > 0 && w.IntN(100) < s.overlong:
		w.overlong(r)
	case s.broken > 0 && r < 0x80 && w.IntN(100) < s.broken:
		w.out = append(w.out, 0xc0|byte(r>>6), byte(r)&0x3f|pick(w.maker, byte(0), 0x40, 0x80, 0xc0))
	case s.cesu && r > 0xffff:
		high, low := utf16.EncodeRune(r)
		w.three(high)
		w.three(low)
	case s.latin && r <= 0xff:
		w.out = append(w.out, byte(r))
	default:
		w.out = utf8.AppendRune(w.out, r)
	}
}

func (w *scribe) three(r rune) {
	w.out = append(w.out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
}

func (w *scribe) overlong(r rune) {
	switch {
	case r < 0x80 && w.often(2):
		w.out = append(w.out, 0xc0|byte(r>>6), 0x80|byte(r)&0x3f)
	case r < 0x800 && !w.often(3):
		w.three(r)
	default:
		w.out = append(w.out, 0xf0|byte(r>>18), 0x80|byte(r>>12)&0x3f, 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
}

func (w *scribe) escape(r rune) {
	units := []rune{r}
	if r > 0xffff {
		high, low := utf16.EncodeRune(r)
		units = []rune{high, low}
	}
	for _, u := range units {
		w.out = append(w.out, '\\', 'u')
		for shift := 12; shift >= 0; shift -= 4 {
			digit := hexDigits[u>>shift&0xf]
			if digit > '9' && w.often(2) {
				digit -= 'a' - 'A'
			}
			w.out = append(w.out, digit)
		}
	}
}

func (w *scribe) shortEscape(r rune) {
	switch r {
	case '\n':
		w.out = append(w.out, `\n`...)
	case '\r':
		w.out = append(w.out, `\r`...)
	case '\t':
		w.out = append(w.out, `\t`...)
	case '"', '\\':
		w.out = append(w.out, '\\', byte(r))
	default:
		w.escape(r)
	}
}
