// SPDX-License-Identifier: Apache-2.0

package sandbox

import "unicode/utf16"

// kind is the type of a value, by the names Jackson's tokens have.
type kind string

const (
	kindString kind = "VALUE_STRING"
	kindNumber kind = "VALUE_NUMBER"
	kindBool   kind = "VALUE_BOOLEAN"
	kindNull   kind = "VALUE_NULL"
	kindObject kind = "START_OBJECT"
	kindArray  kind = "START_ARRAY"
)

// javaString is a string as the clusters hold it: UTF-16 units, in which a
// surrogate may stand alone.
type javaString []uint16

func javaStringOf(s string) javaString { return utf16.Encode([]rune(s)) }

// String is what Java's getBytes(UTF_8) makes of it: a lone surrogate becomes
// a question mark, and that is what gets hashed and stored.
func (s javaString) String() string {
	runes := make([]rune, 0, len(s))
	for i := 0; i < len(s); i++ {
		r := rune(s[i])
		if !utf16.IsSurrogate(r) {
			runes = append(runes, r)
			continue
		}
		r = '?'
		if i+1 < len(s) {
			if pair := utf16.DecodeRune(rune(s[i]), rune(s[i+1])); pair != '\uFFFD' {
				r = pair
				i++
			}
		}
		runes = append(runes, r)
	}
	return string(runes)
}

// value is a parsed body or a part of one.
type value struct {
	kind    kind
	text    javaString // of a string
	literal string     // of a number or boolean, as written
	members []member   // of an object, in order
	items   []*value   // of an array
}

type member struct {
	name  string
	value *value
}

func (v *value) member(name string) *value {
	for _, m := range v.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

func (v *value) str() string { return v.text.String() }

func (v *value) is(k kind) bool { return v != nil && v.kind == k }
