// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// member is one member of an object, in the order sent.
type member struct {
	name string
	kind jsontext.Kind // '"', '0', 't', 'f', 'n', '{' or '['
	text string        // of a string, unescaped
	raw  jsontext.Value
}

// maxDepth bounds nesting. No API of ours nests deeper than a user's metadata.
const maxDepth = 64

// maxParts bounds the members of an object that is looked into, twice, and the
// operations of a patch: each costs microseconds. No client sends a tenth.
const maxParts = 20_000

var errShape = errors.New("expected one JSON value of the right shape and nothing after it")

// readObject reads one JSON object and nothing after it. jsontext refuses what
// readers disagree on: repeated names (compared after unescaping, at every
// depth), invalid UTF-8, lone surrogates, comments, byte order marks
// (RFC 8259; RFC 7493, sections 2.1 and 2.3).
func readObject(data []byte) ([]member, error) {
	raws, err := readAll(data, '{')
	if err != nil {
		return nil, err
	}
	members := make([]member, 0, len(raws)/2)
	for i := 0; i+1 < len(raws); i += 2 {
		m, err := newMember(raws[i], raws[i+1])
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// readArray reads one JSON array and nothing after it.
func readArray(data []byte) ([]jsontext.Value, error) { return readAll(data, '[') }

func newMember(name, value jsontext.Value) (m member, err error) {
	m.raw, m.kind = value, value.Kind()
	if m.name, err = unquote(name); err == nil && m.kind == '"' {
		m.text, err = unquote(value)
	}
	return m, err
}

// readAll returns the parts of one array, or the names and values in turn of one object.
func readAll(data []byte, open jsontext.Kind) ([]jsontext.Value, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	token, err := dec.ReadToken()
	if err != nil || token.Kind() != open {
		return nil, errShape
	}
	var parts []jsontext.Value
	for kind := dec.PeekKind(); kind != '}' && kind != ']'; kind = dec.PeekKind() {
		value, err := dec.ReadValue()
		if err != nil || tooDeep(value) {
			return nil, errShape // the decoder's own error quotes the body
		}
		if len(parts) == maxParts {
			return nil, errShape
		}
		parts = append(parts, value.Clone())
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, errShape
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return nil, errShape
	}
	return parts, nil
}

// tooDeep counts brackets outside strings; value is known to be valid.
func tooDeep(value jsontext.Value) bool {
	depth, inString := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

func unquote(value jsontext.Value) (string, error) {
	text, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return "", errShape
	}
	return string(text), nil
}

// shape lists the members an API knows and the kinds each may have, as letters:
// s string, b boolean, n null, o object, a array, # number.
type shape map[string]string

// kindLetter names a JSON kind in a shape.
func kindLetter(k jsontext.Kind) string {
	switch k {
	case '"':
		return "s"
	case 't', 'f':
		return "b"
	case 'n':
		return "n"
	case '{':
		return "o"
	case '[':
		return "a"
	default:
		return "#"
	}
}

// secretNames and hashNames are every spelling of the two fields in any
// dialect; together they are refused everywhere.
var (
	secretNames = map[string]bool{"password": true, "newpassword": true, "admin_pwd": true, "adminPwd": true}
	hashNames   = map[string]bool{"password_hash": true, "hash": true}
)

// checkShape refuses both fields at once first, because that has a reason of its
// own, then every member the API does not know and every wrong kind.
func checkShape(members []member, known shape) *Fault {
	var secret, hash bool
	for _, m := range members {
		secret = secret || secretNames[m.name] && m.kind != 'n'
		hash = hash || hashNames[m.name] && m.kind != 'n'
	}
	if secret && hash {
		return bothFields()
	}
	for _, m := range members {
		kinds, ok := known[m.name]
		if !ok {
			return unreadable(ReasonUnknownKey, "the body has a member this operation doesn't know; check its spelling, it is case-sensitive")
		}
		if !strings.Contains(kinds, kindLetter(m.kind)) {
			return unreadable(ReasonWrongType, "a member of the body has the wrong type; passwords, hashes and names are strings")
		}
	}
	return nil
}

// texts are the strings of an array; anything else in it is left out.
func texts(raw jsontext.Value) (all []string) {
	values, err := readArray(raw)
	if err != nil {
		return nil
	}
	for _, v := range values {
		if v.Kind() == '"' {
			if text, err := unquote(v); err == nil {
				all = append(all, text)
			}
		}
	}
	return all
}

// anyOf reports whether one of the names is among the members.
func anyOf(members []member, names []string) bool {
	return slices.ContainsFunc(members, func(m member) bool { return slices.Contains(names, m.name) })
}

func find(members []member, name string) (member, bool) {
	for _, m := range members {
		if m.name == name {
			return m, true
		}
	}
	return member{}, false
}

func badJSON() *Fault {
	return unreadable(ReasonJSON, "the body must be one JSON value in UTF-8, without comments, repeated names or anything after it")
}
