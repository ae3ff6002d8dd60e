// SPDX-License-Identifier: Apache-2.0

package review

import (
	"bytes"
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// walker reads one JSON object and hands out the values that a column needs.
// It exists because building columns reads every byte of the trail: decoding
// each line into a structure takes four times as long. It accepts a little
// more than JSON (it doesn't look for duplicate names); what it reads only
// ever decides what is looked at more closely.
type walker struct {
	text []byte
	at   int
	take func(n *node, value []byte) // value is valid until the next call
	buf  []byte                      // unescaped strings
	deep int
}

// node is a member somebody wants, or one on the way to it.
type node struct {
	members map[string]*node
	field   field
}

// maxDepth is deeper than any record nests.
const maxDepth = 16

var errWalk = errors.New("not a JSON object as the trail has them")

// walk reads the whole line, starting at the root of what is wanted.
func (w *walker) walk(line []byte, root *node) error {
	w.text, w.at, w.deep = line, 0, 0
	w.space()
	if err := w.object(root); err != nil {
		return err
	}
	w.space()
	if w.at != len(w.text) {
		return errWalk
	}
	return nil
}

func (w *walker) space() {
	for w.at < len(w.text) {
		switch w.text[w.at] {
		case ' ', '\t', '\n', '\r':
			w.at++
		default:
			return
		}
	}
}

// next is the byte at hand, 0 at the end.
func (w *walker) next() byte {
	if w.at < len(w.text) {
		return w.text[w.at]
	}
	return 0
}

func (w *walker) object(n *node) error {
	return w.composite('{', '}', func() error {
		key, err := w.str()
		if err != nil {
			return err
		}
		var member *node
		if n != nil {
			member = n.members[string(key)]
		}
		w.space()
		if w.next() != ':' {
			return errWalk
		}
		w.at++
		w.space()
		return w.value(member)
	})
}

func (w *walker) array(n *node) error {
	return w.composite('[', ']', func() error { return w.value(n) })
}

// composite reads what stands between brackets, separated by commas.
func (w *walker) composite(open, shut byte, item func() error) error {
	if w.next() != open || w.deep == maxDepth {
		return errWalk
	}
	w.at++
	w.deep++
	w.space()
	if w.next() == shut {
		w.at++
		w.deep--
		return nil
	}
	for {
		w.space()
		if err := item(); err != nil {
			return err
		}
		w.space()
		switch w.next() {
		case ',':
			w.at++
		case shut:
			w.at++
			w.deep--
			return nil
		default:
			return errWalk
		}
	}
}

// value reads any value; one that is wanted is handed out, each item of an
// array by itself.
func (w *walker) value(n *node) error {
	switch w.next() {
	case '{':
		return w.object(n)
	case '[':
		return w.array(n)
	case '"':
		if n == nil || n.field == none {
			return w.skipString()
		}
		text, err := w.str()
		if err == nil {
			w.take(n, text)
		}
		return err
	}
	start := w.at
	for w.at < len(w.text) && bytes.IndexByte([]byte(",]} \t\r\n"), w.text[w.at]) < 0 {
		w.at++
	}
	if w.at == start {
		return errWalk
	}
	if n != nil && n.field != none {
		w.take(n, w.text[start:w.at])
	}
	return nil
}

func (w *walker) skipString() error {
	for i := w.at + 1; ; {
		end := bytes.IndexByte(w.text[i:], '"')
		if end < 0 {
			return errWalk
		}
		i += end + 1
		if !escapedQuote(w.text[:i-1]) {
			w.at = i
			return nil
		}
	}
}

// escapedQuote reports whether an odd number of backslashes ends b.
func escapedQuote(b []byte) bool {
	n := 0
	for n < len(b) && b[len(b)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// str reads a string without its quotes; it copies only what has escapes.
func (w *walker) str() ([]byte, error) {
	if w.next() != '"' {
		return nil, errWalk
	}
	start := w.at + 1
	if err := w.skipString(); err != nil {
		return nil, err
	}
	raw := w.text[start : w.at-1]
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw, nil
	}
	var ok bool
	w.buf, ok = unescape(w.buf[:0], raw)
	if !ok {
		return nil, errWalk
	}
	return w.buf, nil
}

var shortEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape appends the text that raw spells (RFC 8259 §7).
func unescape(b, raw []byte) ([]byte, bool) {
	for len(raw) > 0 {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return append(b, raw...), true
		}
		b, raw = append(b, raw[:i]...), raw[i+1:]
		if len(raw) == 0 {
			return b, false
		}
		c := raw[0]
		raw = raw[1:]
		if c != 'u' {
			if shortEscapes[c] == 0 {
				return b, false
			}
			b = append(b, shortEscapes[c])
			continue
		}
		r, rest, ok := codePoint(raw)
		if !ok {
			return b, false
		}
		b, raw = utf8.AppendRune(b, r), rest
	}
	return b, true
}

// codePoint reads four hex digits, and the second half of a surrogate pair.
func codePoint(raw []byte) (rune, []byte, bool) {
	high, ok := hex4(raw)
	if !ok {
		return 0, raw, false
	}
	raw = raw[4:]
	if !utf16.IsSurrogate(high) {
		return high, raw, true
	}
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, raw, false
	}
	low, ok := hex4(raw[2:])
	r := utf16.DecodeRune(high, low)
	return r, raw[6:], ok && r != utf8.RuneError
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		r <<= 4
		switch {
		case '0' <= c && c <= '9':
			r |= rune(c - '0')
		case 'a' <= c && c <= 'f':
			r |= rune(c-'a') + 10
		case 'A' <= c && c <= 'F':
			r |= rune(c-'A') + 10
		default:
			return 0, false
		}
	}
	return r, true
}
