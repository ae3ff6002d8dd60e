// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Reading is what a cluster's reader understood.
type Reading struct {
	Refused   bool      // it would answer with an error
	Operation string    // of a Target; empty: no operation of ours
	Settings  []Setting // of each user it names, in order

	// Of a whole request, as a REST layer tells it.
	Method string
	ID     string // X-Opaque-Id
	RunAs  string
	Logins []string // of each Authorization header; empty: no login name in it
	Port   string   // of the layer itself, told once
}

// Setting is one user and what is set for him. Texts are in UTF-8; half of a
// surrogate pair stands as three bytes that are not valid UTF-8.
type Setting struct {
	Target    string
	HasTarget bool
	Secret    string
	HasSecret bool
	Hash      bool
	Current   string
	FullName  string
	Email     string
}

var errAnswer = errors.New("expected an answer of whole fields, found one cut off")

// effective tells whether the reader found something that a policy must see.
func (r Reading) effective(q Question) bool {
	switch {
	case r.Refused:
		return false
	case q == Target:
		return r.Operation != ""
	case q == Basic:
		return len(r.Settings) > 0
	}
	for _, s := range r.Settings {
		if s.HasSecret {
			return true
		}
	}
	return false
}

// ParseReading decodes an answer of Answer.java.
func ParseReading(b []byte) (r Reading, err error) {
	if len(b) == 0 {
		return r, errAnswer
	}
	r.Refused = b[0] == 0
	for b = b[1:]; len(b) > 0; {
		if len(b) < 5 {
			return r, errAnswer
		}
		field, units := b[0], int(binary.BigEndian.Uint32(b[1:]))
		b = b[5:]
		if len(b) < 2*units {
			return r, errAnswer
		}
		if err := r.take(field, text(b[:2*units])); err != nil {
			return r, err
		}
		b = b[2*units:]
	}
	return r, nil
}

// take puts a field where it belongs. A target opens a new setting, unless the
// one before has none: builders tell the secret first.
func (r *Reading) take(field byte, text string) error {
	switch field {
	case 'o':
		r.Operation = text
		return nil
	case 'm':
		r.Method = text
		return nil
	case 'i':
		r.ID = text
		return nil
	case 'r':
		r.RunAs = text
		return nil
	case 'l':
		r.Logins = append(r.Logins, text)
		return nil
	case 'n':
		r.Port = text
		return nil
	}
	n := len(r.Settings)
	if n == 0 || field == 't' && r.Settings[n-1].HasTarget {
		r.Settings = append(r.Settings, Setting{})
		n++
	}
	s := &r.Settings[n-1]
	switch field {
	case 't':
		s.Target, s.HasTarget = text, true
	case 'p', 'h':
		s.Secret, s.HasSecret, s.Hash = text, true, field == 'h'
	case 'c':
		s.Current = text
	case 'f':
		s.FullName = text
	case 'e':
		s.Email = text
	default:
		return fmt.Errorf("expected a known field in an answer, found %q", field)
	}
	return nil
}

// text turns UTF-16 into UTF-8 without hiding what UTF-8 can't hold.
func text(b []byte) string {
	out := make([]byte, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(binary.BigEndian.Uint16(b[i:]))
		if utf16.IsSurrogate(r) {
			if i+3 < len(b) {
				if whole := utf16.DecodeRune(r, rune(binary.BigEndian.Uint16(b[i+2:]))); whole != utf8.RuneError {
					out = utf8.AppendRune(out, whole)
					i += 2
					continue
				}
			}
			out = append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
