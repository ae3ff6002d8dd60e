// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"strings"
)

// maxDepth is Jackson's limit on nesting (StreamReadConstraints).
const maxDepth = 1000

// syntaxError is where and why a body isn't JSON. Offset counts characters.
type syntaxError struct {
	offset int
	what   string
	quoted string // the beginning of the body, where the cluster tells it
	cutOff bool   // the text ended too early
}

func (e *syntaxError) Error() string { return e.what }

// jsonReader reads the first value of a text as Jackson does with strict
// duplicate detection on. What follows that value is never looked at.
type jsonReader struct {
	chars    []rune
	at       int
	depth    int
	comments bool // ALLOW_COMMENTS: on in Elasticsearch, off in OpenSearch
}

// readJSON returns nil without an error when there is nothing but blanks.
func readJSON(chars []rune, comments bool) (*value, error) {
	r := &jsonReader{chars: chars, comments: comments}
	if err := r.blanks(); err != nil {
		return nil, err
	}
	if r.at == len(r.chars) {
		return nil, nil
	}
	return r.value()
}

// cutOff is the error of a text that ends too early: a type of its own.
func (r *jsonReader) cutOff(what string) error {
	return &syntaxError{offset: r.at, what: "Unexpected end-of-input" + what, cutOff: true}
}

func (r *jsonReader) fail(format string, args ...any) error {
	return &syntaxError{offset: r.at, what: fmt.Sprintf(format, args...)}
}

func (r *jsonReader) peek() rune {
	if r.at < len(r.chars) {
		return r.chars[r.at]
	}
	return -1
}

// blanks skips white space and, where allowed, comments.
func (r *jsonReader) blanks() error {
	for {
		switch c := r.peek(); {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			r.at++
		case c == '/' && r.comments:
			if err := r.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (r *jsonReader) comment() error {
	r.at++
	opener := r.peek()
	r.at++
	for opener == '/' {
		c := r.peek()
		if c == '\n' || c == '\r' || c == -1 {
			return nil
		}
		r.at++
	}
	if opener != '*' {
		return r.fail("Unexpected character: was expecting either '*' or '/' for a comment")
	}
	for ; r.at+1 < len(r.chars); r.at++ {
		if r.chars[r.at] == '*' && r.chars[r.at+1] == '/' {
			r.at += 2
			return nil
		}
	}
	return r.cutOff(" in a comment")
}

func (r *jsonReader) value() (*value, error) {
	if r.depth++; r.depth > maxDepth {
		return nil, r.fail("Document nesting depth exceeds the maximum allowed (%d)", maxDepth)
	}
	defer func() { r.depth-- }()
	switch c := r.peek(); {
	case c == '{':
		return r.object()
	case c == '[':
		return r.array()
	case c == '"':
		text, err := r.string()
		if err != nil {
			return nil, err
		}
		return &value{kind: kindString, text: text}, nil
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	case c == -1:
		return nil, r.cutOff("")
	}
	return r.word()
}

func (r *jsonReader) object() (*value, error) {
	v := &value{kind: kindObject}
	names := map[string]bool{}
	return v, r.list('}', func() error {
		if r.peek() != '"' {
			return r.fail("Unexpected character (%s): was expecting double-quote to start field name", r.show())
		}
		units, err := r.string()
		if err != nil {
			return err
		}
		name := units.String()
		if names[name] {
			return r.fail("Duplicate field '%s'", name)
		}
		names[name] = true
		if err := r.colon(); err != nil {
			return err
		}
		item, err := r.value()
		if item != nil { // also when it breaks off later
			v.members = append(v.members, member{name, item})
		}
		return err
	})
}

func (r *jsonReader) colon() error {
	if err := r.blanks(); err != nil {
		return err
	}
	if r.peek() != ':' {
		return r.fail("Unexpected character (%s): was expecting a colon to separate field name and value", r.show())
	}
	r.at++
	return r.blanks()
}

func (r *jsonReader) array() (*value, error) {
	v := &value{kind: kindArray}
	return v, r.list(']', func() error {
		item, err := r.value()
		v.items = append(v.items, item)
		return err
	})
}

// list reads items separated by commas up to the closing bracket.
func (r *jsonReader) list(closing rune, item func() error) error {
	r.at++
	for first := true; ; first = false {
		if err := r.blanks(); err != nil {
			return err
		}
		if r.peek() == closing && first {
			r.at++
			return nil
		}
		if err := item(); err != nil {
			return err
		}
		if err := r.blanks(); err != nil {
			return err
		}
		c := r.peek()
		if c == -1 {
			return r.cutOff(fmt.Sprintf(": expected close marker for the list that ends with %q", closing))
		}
		if c != ',' && c != closing {
			return r.fail("Unexpected character (%s): was expecting comma to separate entries", r.show())
		}
		r.at++
		if c == closing {
			return nil
		}
	}
}

func (r *jsonReader) string() (javaString, error) {
	r.at++
	var out javaString
	for {
		c := r.peek()
		switch {
		case c == -1:
			return nil, r.cutOff(" in VALUE_STRING")
		case c == '"':
			r.at++
			return out, nil
		case c == '\\':
			unit, err := r.escape()
			if err != nil {
				return nil, err
			}
			out = append(out, unit)
			continue
		case c == bad:
			return nil, r.fail("Invalid UTF-8")
		case c < ' ':
			return nil, r.fail("Illegal unquoted character ((CTRL-CHAR, code %d)): has to be escaped using backslash to be included in string value", c)
		}
		out = append(out, uint16(c&^soft))
		r.at++
	}
}

const (
	escapes   = `"\/bfnrt`
	unescaped = "\"\\/\b\f\n\r\t"
)

func (r *jsonReader) escape() (uint16, error) {
	r.at++
	c := r.peek()
	r.at++
	if i := strings.IndexRune(escapes, c); i >= 0 {
		return uint16(unescaped[i]), nil
	}
	if c != 'u' {
		r.at--
		return 0, r.fail("Unrecognized character escape %s", r.show())
	}
	var unit uint16
	for range 4 {
		c := r.peek()
		if c < 0 || c > 0x7F || hexDigit(byte(c)) < 0 {
			return 0, r.fail("Unexpected character (%s): expected a hex-digit for character escape sequence", r.show())
		}
		unit = unit<<4 | uint16(hexDigit(byte(c)))
		r.at++
	}
	return unit, nil
}

func (r *jsonReader) number() (*value, error) {
	start := r.at
	for c := r.peek(); c == '-' || c == '+' || c == '.' || c|0x20 == 'e' || c >= '0' && c <= '9'; c = r.peek() {
		r.at++
	}
	literal := string(r.chars[start:r.at])
	if !wellFormedNumber(literal) {
		return nil, r.fail("Invalid numeric value")
	}
	return &value{kind: kindNumber, literal: literal}, nil
}

// wellFormedNumber checks the grammar of RFC 8259 section 6.
func wellFormedNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if rest, ok := strings.CutPrefix(s, "."); ok {
		n := digits(rest)
		if n == 0 {
			return false
		}
		s = rest[n:]
	}
	if s == "" {
		return true
	}
	if s[0]|0x20 != 'e' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

func (r *jsonReader) word() (*value, error) {
	start := r.at
	for c := r.peek(); c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_'; c = r.peek() {
		r.at++
	}
	if c := r.peek(); start == r.at && c >= 0 && c < ' ' {
		return nil, r.fail("Illegal character ((CTRL-CHAR, code %d)): only regular white space (\\r, \\n, \\t) is allowed between tokens", c)
	}
	switch word := string(r.chars[start:r.at]); word {
	case "null":
		return &value{kind: kindNull}, nil
	case "true", "false":
		return &value{kind: kindBool, literal: word}, nil
	case "":
		return nil, r.fail("Unexpected character (%s): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", r.show())
	default:
		return nil, r.fail("Unrecognized token '%s': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", word)
	}
}

func (r *jsonReader) show() string {
	c := r.peek()
	if c < ' ' || c >= soft {
		return fmt.Sprintf("code %d", c)
	}
	return fmt.Sprintf("'%c' (code %d)", c, c)
}
