// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// The longest texts a record keeps, in bytes before escaping.
const (
	maxName = 256  // user names, host names, realms, ids, user agents
	maxPath = 1024 // the escaped path
)

// Name returns s as records spell it: names longer than 256 bytes are cut,
// and end in an ellipsis and the first 16 hex digits of the SHA-256 of the
// whole name, so that two long names stay apart. Who searches the trail for a
// name searches for Name(name).
func Name(s string) string { return cut(s, maxName) }

// cut shortens s to at most limit bytes, on a boundary between characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	mark := "…" + hex.EncodeToString(sum[:8])
	at := limit - len(mark)
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at] + mark
}

// appendText appends s as a JSON string in which nothing can act on whoever
// reads the raw line: besides what RFC 8259 §7 demands, everything that isn't
// printable is escaped (C0 and C1 controls, bidirectional overrides, zero-width
// and private characters, odd spaces). Invalid UTF-8 becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0 // of what can be copied as it is
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf && plainASCII[s[i]] {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != utf8.RuneError && r >= utf8.RuneSelf && unicode.IsPrint(r) {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch r {
		case '"', '\\':
			b = append(b, '\\', byte(r))
		default:
			b = appendEscaped(b, r) // broken UTF-8 is utf8.RuneError, U+FFFD
		}
		i += size
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

// plainASCII are the characters that stand for themselves.
var plainASCII = func() (plain [utf8.RuneSelf]bool) {
	for c := byte(' '); c < 0x7f; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

func appendEscaped(b []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return appendEscaped(appendEscaped(b, high), low)
	}
	b = append(b, `\u`...)
	for shift := 12; shift >= 0; shift -= 4 {
		b = strconv.AppendInt(b, int64(r>>shift&0xf), 16)
	}
	return b
}
