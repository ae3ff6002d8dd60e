// SPDX-License-Identifier: Apache-2.0

// Package walk reads JSON objects without building anything: it hands out the
// values of chosen members, wherever they nest, and passes over the rest at
// about the speed of looking for quotation marks.
//
// It accepts a little more than RFC 8259 allows: it doesn't look for duplicate
// names, doesn't check numbers and literals, and passes over strings it isn't
// asked for without looking at their escapes. Decide with it what to look at
// more closely, not what is valid.
package walk

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Walker reads one object after the other into the same memory.
type Walker struct {
	// Take is handed each value that is wanted, strings unescaped and without
	// their quotes, other values as they are spelled, arrays item by item.
	// It is valid until Take returns.
	Take func(n *Node, value []byte)

	text []byte
	at   int
	buf  []byte // unescaped strings
	deep int
}

// Node is a member somebody wants, or one on the way to it.
type Node struct {
	Members map[string]*Node
	ID      int // what the caller calls it; 0: it isn't wanted itself
}

// Tree makes the root of a tree of nodes from paths such as "user.name".
func Tree(paths map[string]int) *Node {
	root := &Node{Members: map[string]*Node{}}
	for path, id := range paths {
		at := root
		for name := range strings.SplitSeq(path, ".") {
			if at.Members == nil {
				at.Members = map[string]*Node{}
			}
			if at.Members[name] == nil {
				at.Members[name] = new(Node)
			}
			at = at.Members[name]
		}
		at.ID = id
	}
	return root
}

// maxDepth bounds nesting; it is far deeper than any record.
const maxDepth = 16

var errObject = errors.New("expected one JSON object, found something else")

// Walk reads text, which must be one object and nothing else.
func (w *Walker) Walk(text []byte, root *Node) error {
	w.text, w.at, w.deep = text, 0, 0
	w.space()
	if err := w.object(root); err != nil {
		return err
	}
	w.space()
	if w.at != len(w.text) {
		return errObject
	}
	return nil
}

func (w *Walker) space() {
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
func (w *Walker) next() byte {
	if w.at < len(w.text) {
		return w.text[w.at]
	}
	return 0
}

func (w *Walker) object(n *Node) error {
	return w.composite('{', '}', func() error {
		key, err := w.str()
		if err != nil {
			return err
		}
		var member *Node
		if n != nil {
			member = n.Members[string(key)]
		}
		w.space()
		if w.next() != ':' {
			return errObject
		}
		w.at++
		w.space()
		return w.value(member)
	})
}

func (w *Walker) array(n *Node) error {
	return w.composite('[', ']', func() error { return w.value(n) })
}

// composite reads what stands between brackets, separated by commas.
func (w *Walker) composite(open, shut byte, item func() error) error {
	if w.next() != open || w.deep == maxDepth {
		return errObject
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
			return errObject
		}
	}
}

// value reads any value; one that is wanted is handed out, each item of an
// array by itself.
func (w *Walker) value(n *Node) error {
	switch w.next() {
	case '{':
		return w.object(n)
	case '[':
		return w.array(n)
	case '"':
		if n == nil || n.ID == 0 {
			return w.skipString()
		}
		text, err := w.str()
		if err == nil {
			w.Take(n, text)
		}
		return err
	}
	start := w.at
	for w.at < len(w.text) && bytes.IndexByte([]byte(",]} \t\r\n"), w.text[w.at]) < 0 {
		w.at++
	}
	if w.at == start {
		return errObject
	}
	if n != nil && n.ID != 0 {
		w.Take(n, w.text[start:w.at])
	}
	return nil
}

func (w *Walker) skipString() error {
	for i := w.at + 1; ; {
		end := bytes.IndexByte(w.text[i:], '"')
		if end < 0 {
			return errObject
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
func (w *Walker) str() ([]byte, error) {
	if w.next() != '"' {
		return nil, errObject
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
		return nil, errObject
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
