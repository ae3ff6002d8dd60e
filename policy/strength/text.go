// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"unicode"
	"unicode/utf16"
)

// All positions are UTF-16 code units: the references count so, and a length
// of two instead of one changes an estimate.

// unitsOf is a text in UTF-16; invalid UTF-8 becomes U+FFFD.
func unitsOf(text string) []uint16 {
	units := make([]uint16, 0, len(text))
	for _, r := range text {
		units = utf16.AppendRune(units, r)
	}
	return units
}

// lowerOf maps each unit by itself, as zxcvbn4j does: positions must not move,
// so U+0130 becomes a plain i, and final sigma has no special case.
func lowerOf(units []uint16) []uint16 {
	lower := make([]uint16, len(units))
	for i, u := range units {
		lower[i] = lowerUnit(u)
	}
	return lower
}

func lowerUnit(u uint16) uint16 {
	if u < 0x80 {
		if isUpper(u) {
			return u + ('a' - 'A')
		}
		return u
	}
	if l := unicode.ToLower(rune(u)); l <= 0xFFFF {
		return uint16(l)
	}
	return u
}

func isUpper(u uint16) bool { return 'A' <= u && u <= 'Z' }
func isLower(u uint16) bool { return 'a' <= u && u <= 'z' }
func isDigit(u uint16) bool { return '0' <= u && u <= '9' }

// isLineEnd lists what the dot of a JavaScript regular expression leaves out
// (ECMA-262, LineTerminator).
func isLineEnd(u uint16) bool {
	return u == '\n' || u == '\r' || u == 0x2028 || u == 0x2029
}

// isSpace lists what \s means in JavaScript (ECMA-262, WhiteSpace and
// LineTerminator).
func isSpace(u uint16) bool {
	switch {
	case u == ' ', '\t' <= u && u <= '\r', u == 0xA0, u == 0x1680, 0x2000 <= u && u <= 0x200A,
		u == 0x2028, u == 0x2029, u == 0x202F, u == 0x205F, u == 0x3000, u == 0xFEFF:
		return true
	}
	return false
}
