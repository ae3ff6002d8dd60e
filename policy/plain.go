// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// appendPlain appends a password as a reader sees the words in it: lower case,
// without accents, wide letters as ordinary ones, look-alike currency signs as
// the letters they stand for, and every other symbol beyond ASCII as "*", so
// that an emoji counts as decoration. Letters of other scripts stay.
func appendPlain(to []byte, password string) []byte {
	if isASCII(password) {
		for i := 0; i < len(password); i++ {
			to = append(to, lowerASCII(password[i]))
		}
		return to
	}
	for _, r := range norm.NFKD.String(caseFolder.String(norm.NFKD.String(password))) {
		switch {
		case r < 0x80:
			to = append(to, lowerASCII(byte(r)))
		case unicode.Is(unicode.M, r), unicode.Is(unicode.Cf, r):
		case r == '€':
			to = append(to, 'e')
		case r == '£':
			to = append(to, 'l')
		case unicode.IsLetter(r):
			to = append(to, string(r)...)
		default:
			to = append(to, '*')
		}
	}
	return to
}

func lowerASCII(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// isWordByte reports whether a byte of a plain text belongs to a letter.
func isWordByte(b byte) bool {
	return 'a' <= b && b <= 'z' || b >= 0x80
}
