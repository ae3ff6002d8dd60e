// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"unicode/utf16"
)

// A parser works on characters: UTF-16 units widened to runes, so that
// surrogates may stand alone. A character that was spelled overlong in UTF-8
// carries the flag soft: inside a string it is what it stands for, but it
// never ends a string or opens an object.
const soft rune = 1 << 24

// bad stands for a byte that isn't UTF-8 even to a lenient decoder. It is an
// error where the parser meets it; behind the first value it never does.
const bad rune = 1 << 25

// jacksonChars decodes bytes as Jackson's byte-source reader does, by which
// Elasticsearch parses: a byte order mark is skipped, UTF-16 and UTF-32 are
// told by their zero bytes, and UTF-8 may be overlong, hold surrogates, or go
// beyond 10FFFF (ByteSourceJsonBootstrapper, UTF8StreamJsonParser).
func jacksonChars(b []byte) []rune {
	switch {
	case bytes.HasPrefix(b, []byte{0, 0, 0xFE, 0xFF}):
		return wideChars(b[4:], 4, true)
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE, 0, 0}):
		return wideChars(b[4:], 4, false)
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return wideChars(b[2:], 2, true)
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return wideChars(b[2:], 2, false)
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return lenientUTF8(b[3:])
	}
	if len(b) < 4 {
		return lenientUTF8(b)
	}
	switch [4]bool{b[0] == 0, b[1] == 0, b[2] == 0, b[3] == 0} {
	case [4]bool{true, true, true, false}:
		return wideChars(b, 4, true)
	case [4]bool{false, true, true, true}:
		return wideChars(b, 4, false)
	case [4]bool{true, false, true, false}:
		return wideChars(b, 2, true)
	case [4]bool{false, true, false, true}:
		return wideChars(b, 2, false)
	}
	return lenientUTF8(b)
}

// wideChars decodes UTF-16 or UTF-32 without checking anything.
func wideChars(b []byte, width int, bigEndian bool) []rune {
	var out []rune
	for ; len(b) >= width; b = b[width:] {
		var r rune
		for i := range width {
			at := i
			if !bigEndian {
				at = width - 1 - i
			}
			r = r<<8 | rune(b[at])
		}
		out = appendUnits(out, r)
	}
	return out
}

func appendUnits(out []rune, r rune) []rune {
	if r < 0x10000 {
		return append(out, r)
	}
	hi, lo := utf16.EncodeRune(r)
	if hi == '\uFFFD' { // beyond 10FFFF: the arithmetic goes on regardless
		r -= 0x10000
		hi, lo = 0xD800|(r>>10)&0x3FF, 0xDC00|r&0x3FF
	}
	return append(out, hi, lo)
}

// lenientUTF8 checks continuation bytes, and nothing else.
func lenientUTF8(b []byte) []rune {
	out := make([]rune, 0, len(b))
	for len(b) > 0 {
		if b[0] < 0x80 {
			out, b = append(out, rune(b[0])), b[1:]
			continue
		}
		r, n := lenientSequence(b)
		switch {
		case r == bad:
			out = append(out, bad)
		case r < 0x80:
			out = append(out, r|soft)
		default:
			out = appendUnits(out, r)
		}
		b = b[n:]
	}
	return out
}

// lenientSequence reads one sequence of two to four bytes and says how long it is.
func lenientSequence(b []byte) (rune, int) {
	n, r := 0, rune(0)
	switch c := b[0]; {
	case c&0xE0 == 0xC0:
		n, r = 2, rune(c&0x1F)
	case c&0xF0 == 0xE0:
		n, r = 3, rune(c&0x0F)
	case c&0xF8 == 0xF0:
		n, r = 4, rune(c&0x07)
	default:
		return bad, 1
	}
	if len(b) < n {
		return bad, 1
	}
	for _, d := range b[1:n] {
		if d&0xC0 != 0x80 {
			return bad, 1
		}
		r = r<<6 | rune(d&0x3F)
	}
	return r, n
}

// luceneChars decodes bytes as BytesReference.utf8ToString does, by which the
// OpenSearch security plugin reads: Lucene's UnicodeUtil takes the length from
// the first byte and checks nothing, so C1 B0, and C1 30 as well, is a plain p,
// and a hidden quotation mark ends a string.
func luceneChars(b []byte) []rune {
	out := make([]rune, 0, len(b))
	at := func(i int) rune {
		if i < len(b) {
			return rune(b[i])
		}
		return 0
	}
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c < 0xC0:
			out = append(out, rune(c))
			i++
		case c < 0xE0:
			out = append(out, rune(c&0x1F)<<6+at(i+1)&0x3F)
			i += 2
		case c < 0xF0:
			out = append(out, rune(c&0x0F)<<12+at(i+1)&0x3F<<6+at(i+2)&0x3F)
			i += 3
		default:
			out = appendUnits(out, rune(c&0x07)<<18+at(i+1)&0x3F<<12+at(i+2)&0x3F<<6+at(i+3)&0x3F)
			i += 4
		}
	}
	return out
}
