// SPDX-License-Identifier: Apache-2.0

package export

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible shows what can't be seen, or would change how its surroundings are
// seen, as an escape: control characters, line breaks, bidirectional overrides
// (Unicode UAX #9), zero-width characters, odd spaces, unassigned and private
// characters. The result stands on one line and in one direction per letter.
func Visible(s string) string {
	if !strings.ContainsFunc(s, hidden) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// zeroWidthJoiner is part of many emoji and of scripts such as Persian's.
const zeroWidthJoiner = '\u200d'

func hidden(r rune) bool { return !unicode.IsPrint(r) && r != zeroWidthJoiner }

// Short is Visible cut to at most n characters; a cut one ends in "…".
func Short(s string, n int) string {
	s = Visible(s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:n-1]) + "…"
}
