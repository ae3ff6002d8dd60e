// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
	"unicode/utf8"
)

// decodeComponent undoes percent-encoding once, as RestUtils.decodeComponent:
// bytes of an escape that aren't UTF-8 become U+FFFD, a raw byte beyond ASCII
// is one Latin-1 character, and a plus is a space only where plusIsSpace says so
// (query strings; path parameters up to Elasticsearch 6).
func decodeComponent(s string, plusIsSpace bool) (string, error) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			escaped, n, ok := unescapeRun(s[i:])
			if !ok {
				return "", badEscape(s, i+n)
			}
			out.WriteString(strings.ToValidUTF8(escaped, "\uFFFD"))
			i += n - 1
		case c == '+' && plusIsSpace:
			out.WriteByte(' ')
		case c >= utf8.RuneSelf:
			out.WriteRune(rune(c))
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), nil
}

// badEscape is what RestUtils says of the escape at that place.
func badEscape(s string, at int) error {
	switch len(s) - at {
	case 1:
		return illegalArgument("unterminated escape sequence at end of string: %s", s)
	case 2:
		return illegalArgument("partial escape sequence at end of string: %s", s)
	}
	return illegalArgument("invalid escape sequence `%s' at index %d of: %s", s[at:at+3], at, s)
}

// unescapeRun decodes the run of escapes s begins with and says how long it is.
// If it isn't ok, that is where the bad one stands.
func unescapeRun(s string) (string, int, bool) {
	var out []byte
	n := 0
	for n < len(s) && s[n] == '%' {
		if n+1 < len(s) && s[n+1] == '%' { // "%%" stands for a percent sign
			out = append(out, '%')
			n += 2
			continue
		}
		if n+2 >= len(s) || hexDigit(s[n+1]) < 0 || hexDigit(s[n+2]) < 0 {
			return "", n, false
		}
		out = append(out, byte(hexDigit(s[n+1])<<4|hexDigit(s[n+2])))
		n += 3
	}
	return string(out), n, true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// decodeQuery reads a query string as RestUtils.decodeQueryString does: pairs
// are separated by & and by ; alike, names are decoded too, and of a repeated
// name the last value counts.
func decodeQuery(query string) (map[string]string, error) {
	params := map[string]string{}
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		name, err := decodeComponent(name, true)
		if err != nil {
			return nil, err
		}
		value, err = decodeComponent(value, true)
		if err != nil {
			return nil, err
		}
		if name != "" {
			params[name] = value
		}
	}
	return params, nil
}

// cutTarget divides a request target into raw path and raw query. From
// Elasticsearch 8 on a # ends the path as well.
func cutTarget(target string, fragment bool) (path, query string) {
	if fragment {
		target, _, _ = strings.Cut(target, "#")
	}
	path, query, _ = strings.Cut(target, "?")
	return path, query
}
