// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"unicode"
	"unicode/utf8"

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
	if !norm.NFC.IsNormalString(password) {
		password = norm.NFC.String(password)
	}
	for i, r := range password {
		decomposed := norm.NFKD.PropertiesString(password[i:]).Decomposition()
		if decomposed == nil {
			to = appendPlainRune(to, r)
		}
		for len(decomposed) > 0 {
			part, size := utf8.DecodeRune(decomposed)
			to, decomposed = appendPlainRune(to, part), decomposed[size:]
		}
	}
	return to
}

func appendPlainRune(to []byte, r rune) []byte {
	r = unicode.ToLower(r)
	switch {
	case r < 0x80:
		return append(to, byte(r))
	case r == 'ß':
		return append(to, "ss"...)
	case r == '€':
		return append(to, 'e')
	case r == '£':
		return append(to, 'l')
	case unicode.Is(unicode.M, r), unicode.Is(unicode.Cf, r):
		return to
	case unicode.IsLetter(r):
		return utf8.AppendRune(to, r)
	}
	return append(to, '*')
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
