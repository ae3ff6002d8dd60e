// SPDX-License-Identifier: Apache-2.0

package review

import "unicode/utf8"

// glob reports whether text fits the pattern: * stands for any text, ? for
// any one character, and \ takes the next character literally. It takes time
// proportional to the product of both lengths, whatever the pattern.
func glob(pattern, text string) bool {
	star, retry := -1, 0 // where the last * stands, and the text it may have to swallow
	p, t := 0, 0
	for t < len(text) {
		_, size := utf8.DecodeRuneInString(text[t:])
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, t
			p++
			continue
		case p < len(pattern) && pattern[p] == '?':
			p, t = p+1, t+size
			continue
		}
		if n := literal(pattern, p, text[t:t+size]); n > 0 {
			p, t = p+n, t+size
			continue
		}
		if star < 0 {
			return false
		}
		_, size = utf8.DecodeRuneInString(text[retry:])
		retry += size
		p, t = star+1, retry
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// literal returns how much of the pattern the character takes, 0 if it differs.
func literal(pattern string, p int, character string) int {
	escape := 0
	if p+1 < len(pattern) && pattern[p] == '\\' {
		escape = 1
	}
	if p+escape+len(character) <= len(pattern) && pattern[p+escape:p+escape+len(character)] == character {
		return escape + len(character)
	}
	return 0
}

// plain returns the one text that fits the pattern, if there is only one.
func plain(pattern string) (string, bool) {
	text := make([]byte, 0, len(pattern))
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '*', '?':
			return "", false
		case '\\':
			if i+1 < len(pattern) {
				i++
			}
		}
		text = append(text, pattern[i])
	}
	return string(text), true
}

// Literal is a pattern that fits only text.
func Literal(text string) string {
	pattern := make([]byte, 0, len(text)+4)
	for i := range len(text) {
		switch c := text[i]; {
		case c == '*', c == '?', c == '\\', i == 0 && (c == '!' || c == '-'):
			pattern = append(pattern, '\\', c)
		default:
			pattern = append(pattern, c)
		}
	}
	return string(pattern)
}
