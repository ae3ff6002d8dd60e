// SPDX-License-Identifier: Apache-2.0

package audit

import "strconv"

// line builds one JSON object, member by member, in the order of the calls.
// Empty texts, zero numbers and objects without members are left out. It is
// written by hand because the bytes are the record: what is hashed and proven
// later is this spelling and no other.
type line struct {
	b      []byte
	opened []mark
}

// mark is where an object's key and its first member begin.
type mark struct{ key, body int }

func (l *line) key(key string) {
	if c := l.b[len(l.b)-1]; c != '{' && c != '[' {
		l.b = append(l.b, ',')
	}
	l.b = append(l.b, '"')
	l.b = append(l.b, key...)
	l.b = append(l.b, '"', ':')
}

func (l *line) open(key string) {
	at := len(l.b)
	l.key(key)
	l.b = append(l.b, '{')
	l.opened = append(l.opened, mark{key: at, body: len(l.b)})
}

func (l *line) close() {
	m := l.opened[len(l.opened)-1]
	l.opened = l.opened[:len(l.opened)-1]
	if len(l.b) == m.body {
		l.b = l.b[:m.key]
		return
	}
	l.b = append(l.b, '}')
}

func (l *line) text(key, value string) {
	if value != "" {
		l.key(key)
		l.b = appendText(l.b, value)
	}
}

func (l *line) number(key string, value int64) {
	if value != 0 {
		l.key(key)
		l.b = strconv.AppendInt(l.b, value, 10)
	}
}

// count is number for what must be there although it is 0.
func (l *line) count(key string, value int64) {
	l.key(key)
	l.b = strconv.AppendInt(l.b, value, 10)
}

func (l *line) flag(key string, value bool) {
	l.key(key)
	l.b = strconv.AppendBool(l.b, value)
}

func (l *line) list(key string, values ...string) {
	if len(values) == 0 {
		return
	}
	l.key(key)
	l.b = append(l.b, '[')
	for i, v := range values {
		if i > 0 {
			l.b = append(l.b, ',')
		}
		l.b = appendText(l.b, v)
	}
	l.b = append(l.b, ']')
}
