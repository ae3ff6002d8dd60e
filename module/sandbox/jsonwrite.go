// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// raw is a piece of finished JSON.
type raw string

// obj writes a JSON object from names and values in turn, in that order, the
// way Jackson does: nothing is escaped that needn't be.
func obj(namesAndValues ...any) raw {
	var b strings.Builder
	b.WriteByte('{')
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(namesAndValues[i].(string)))
		b.WriteByte(':')
		b.WriteString(encode(namesAndValues[i+1]))
	}
	b.WriteByte('}')
	return raw(b.String())
}

func encode(v any) string {
	switch v := v.(type) {
	case raw:
		return string(v)
	case string:
		return quote(v)
	case *string:
		if v == nil {
			return "null"
		}
		return quote(*v)
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case []string:
		return encodeList(v, quote)
	case []raw:
		return encodeList(v, func(r raw) string { return string(r) })
	case *value:
		return string(v.json())
	case nil:
		return "null"
	}
	panic(fmt.Sprintf("sandbox: %T has no JSON form here", v))
}

func encodeList[T any](items []T, each func(T) string) string {
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = each(item)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

var shortEscapes = map[rune]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch short, ok := shortEscapes[r]; {
		case ok:
			b.WriteString(short)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// json writes a value that was read before.
func (v *value) json() raw {
	if v == nil {
		return "null"
	}
	switch v.kind {
	case kindString:
		return raw(quote(v.str()))
	case kindNumber, kindBool:
		return raw(v.literal)
	case kindArray:
		return raw(encodeList(v.items, func(item *value) string { return string(item.json()) }))
	case kindObject:
		pairs := make([]any, 0, 2*len(v.members))
		for _, m := range v.members {
			pairs = append(pairs, m.name, m.value.json())
		}
		return obj(pairs...)
	}
	return "null"
}

// pretty lays compact JSON out as Jackson's default printer does for ?pretty:
// two blanks, blanks around the colon, and a line feed at the end.
func pretty(compact []byte) []byte {
	p := prettyPrinter{}
	for i, c := range compact {
		switch {
		case p.inString:
			p.out.WriteByte(c)
			p.inString = c != '"' || oddBackslashes(compact[:i])
		case c == '{' || c == '[':
			p.open(c, i+1 < len(compact) && (compact[i+1] == '}' || compact[i+1] == ']'))
		case c == '}' || c == ']':
			p.close(c, compact[i-1] == '{' || compact[i-1] == '[')
		case c == ',':
			p.out.WriteByte(c)
			p.newline()
		case c == ':':
			p.out.WriteString(" : ")
		default:
			p.out.WriteByte(c)
			p.inString = c == '"'
		}
	}
	p.out.WriteByte('\n')
	return p.out.Bytes()
}

type prettyPrinter struct {
	out      bytes.Buffer
	depth    int
	inString bool
}

func (p *prettyPrinter) newline() {
	p.out.WriteByte('\n')
	p.out.WriteString(strings.Repeat("  ", p.depth))
}

func (p *prettyPrinter) open(c byte, empty bool) {
	p.out.WriteByte(c)
	p.depth++
	if empty {
		p.out.WriteByte(' ')
	} else {
		p.newline()
	}
}

func (p *prettyPrinter) close(c byte, empty bool) {
	p.depth--
	if !empty {
		p.newline()
	}
	p.out.WriteByte(c)
}

func oddBackslashes(b []byte) bool {
	n := len(b) - len(bytes.TrimRight(b, `\`))
	return n%2 == 1
}
