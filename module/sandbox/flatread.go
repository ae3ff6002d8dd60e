// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
)

// Elasticsearch parses YAML, CBOR and SMILE bodies on the password routes as
// readily as JSON. These readers know as much of each format as it takes to
// set a password with it: one flat object of strings. A gateway that lets such
// a body through has let a change through unjudged.

func flatObject(names, texts []string) *value {
	v := &value{kind: kindObject}
	for i, name := range names {
		v.members = append(v.members, member{name, text(texts[i])})
	}
	return v
}

// readYAML takes JSON, which is YAML, and flat "name: text" lines.
func readYAML(body []byte) (*value, error) {
	plain := strings.TrimPrefix(strings.TrimSpace(string(body)), "---")
	if strings.HasPrefix(strings.TrimSpace(plain), "{") {
		return readJSON(jacksonChars([]byte(plain)), false)
	}
	v := &value{kind: kindObject}
	for line := range strings.Lines(plain) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, item, colon := strings.Cut(line, ":")
		if !colon {
			return nil, &syntaxError{what: "expected a mapping of names to values"}
		}
		v.members = append(v.members, member{yamlScalar(name).asText(), yamlScalar(item)})
	}
	return v, nil
}

func yamlScalar(s string) *value {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return text(s[1 : len(s)-1])
	}
	s, _, _ = strings.Cut(s, " #")
	switch s = strings.TrimSpace(s); {
	case wellFormedNumber(s):
		return &value{kind: kindNumber, literal: s}
	case s == "true" || s == "false":
		return &value{kind: kindBool, literal: s}
	case s == "" || s == "null" || s == "~":
		return &value{kind: kindNull}
	}
	return text(s)
}

var errBinary = &syntaxError{what: "expected one object of text strings"}

// readCBOR takes a map of text strings, RFC 8949 sections 3.1 and 3.2.
func readCBOR(body []byte) (*value, error) {
	if len(body) == 0 || body[0]>>5 != 5 { // major type 5: map
		return &value{kind: kindString}, nil // whatever it is, no object
	}
	pairs, rest, ok := cborLength(body)
	if !ok {
		return nil, errBinary
	}
	var names, texts []string
	for i := 0; i < pairs || pairs < 0; i++ {
		if pairs < 0 && len(rest) > 0 && rest[0] == 0xFF { // break
			break
		}
		var name, text string
		if name, rest, ok = cborText(rest); !ok {
			return nil, errBinary
		}
		if text, rest, ok = cborText(rest); !ok {
			return nil, errBinary
		}
		names, texts = append(names, name), append(texts, text)
	}
	return flatObject(names, texts), nil
}

// cborLength reads the argument of an initial byte; -1 stands for indefinite.
func cborLength(b []byte) (int, []byte, bool) {
	switch n := b[0] & 31; {
	case n < 24:
		return int(n), b[1:], true
	case n == 24 && len(b) > 1:
		return int(b[1]), b[2:], true
	case n == 25 && len(b) > 2:
		return int(b[1])<<8 | int(b[2]), b[3:], true
	case n == 31:
		return -1, b[1:], true
	}
	return 0, nil, false
}

func cborText(b []byte) (string, []byte, bool) {
	if len(b) == 0 || b[0]>>5 != 3 { // major type 3: text string
		return "", nil, false
	}
	n, rest, ok := cborLength(b)
	if !ok || n < 0 || n > len(rest) {
		return "", nil, false
	}
	return string(rest[:n]), rest[n:], true
}

// readSMILE takes an object of short strings: header ":)\n" and a flag byte,
// FA, then names (80 to BF: 1 to 64 ASCII bytes) and texts (40 to 7F: 1 to 64),
// up to FB. See the format's specification, FasterXML/smile-format-specification.
func readSMILE(body []byte) (*value, error) {
	rest, ok := strings.CutPrefix(string(body), ":)\n")
	if !ok || len(rest) < 2 || rest[1] != 0xFA {
		return &value{kind: kindString}, nil // whatever it is, no object
	}
	rest = rest[2:]
	var names, texts []string
	for rest != "" && rest[0] != 0xFB {
		var name, text string
		if name, rest, ok = smileText(rest, 0x80); !ok {
			return nil, errBinary
		}
		if text, rest, ok = smileText(rest, 0x40); !ok {
			return nil, errBinary
		}
		names, texts = append(names, name), append(texts, text)
	}
	return flatObject(names, texts), nil
}

func smileText(s string, first byte) (string, string, bool) {
	if s == "" || s[0] < first || s[0] >= first+64 {
		return "", "", false
	}
	n := int(s[0]-first) + 1
	if n >= len(s) {
		return "", "", false
	}
	return s[1 : 1+n], s[1+n:], true
}
