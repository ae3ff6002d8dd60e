// SPDX-License-Identifier: Apache-2.0

package history

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxVariants bounds the work of looking for variants: each costs a hash.
const maxVariants = 8

// Variants are what people make of a former password to get round a history: the
// number at the end one up or down, the first letter's case turned, the decoration
// at the end taken off, moved to the front or back. They are candidates for what
// the former one was, at most eight, without the password itself.
func Variants(password string) []string {
	core := strings.TrimRightFunc(password, decoration)
	tail := password[len(core):]
	front := strings.TrimLeftFunc(password, decoration)
	var all []string
	if core != "" && tail != "" {
		all = append(all, stepped(password, 1), stepped(password, -1), core, tail+core)
	}
	if lead := password[:len(password)-len(front)]; front != "" && lead != "" {
		all = append(all, front, front+lead)
	}
	all = append(all, turned(password))
	return distinct(all, password)
}

func decoration(r rune) bool { return !unicode.IsLetter(r) }

// stepped counts the digits at the end up or down, keeping their width.
func stepped(s string, by int) string {
	digits := []byte(s)
	for i := len(digits) - 1; i >= 0 && digits[i] >= '0' && digits[i] <= '9'; i-- {
		switch d := int(digits[i]-'0') + by; {
		case d > 9:
			digits[i] = '0'
		case d < 0:
			digits[i] = '9'
		default:
			digits[i] = byte('0' + d)
			return string(digits)
		}
	}
	return string(digits) // 99 and one more: 00
}

// turned changes the case of the first character.
func turned(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if unicode.IsUpper(r) {
		return string(unicode.ToLower(r)) + s[n:]
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func distinct(all []string, password string) (kept []string) {
	seen := map[string]bool{password: true, "": true}
	for _, v := range all {
		if !seen[v] && len(kept) < maxVariants {
			seen[v] = true
			kept = append(kept, v)
		}
	}
	return kept
}
