// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strconv"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// BothFields is the fault of a change that sets a password and a hash.
func BothFields() *Fault { return bothFields() }

// LooksLikeBoth reports whether a body that could not be read strictly seems to
// hold a password and a hash. Monitor mode forwards what it can't read, but never
// both at once, and a comment or a second type must not be a way round that. It
// looks for the two names where a member or a patch's path would have them, in
// every encoding a cluster undoes, and may be wrong: never use it to let pass.
func LooksLikeBoth(h http.Header, body []byte) bool {
	for _, plain := range asDecoded(h, body) {
		text := loosely(plain)
		if holdsName(text, secretNames) && holdsName(text, hashNames) {
			return true
		}
	}
	return false
}

// gzipExtra is where the extra field of a gzip header begins, and for Netty the data.
const gzipExtra = 12

// asDecoded are the texts that clusters may make of a body, each bounded.
func asDecoded(h http.Header, body []byte) [][]byte {
	all := [][]byte{body}
	if h["Content-Encoding"] == nil {
		return all
	}
	add := func(r io.Reader, err error) {
		if err != nil {
			return
		}
		plain, _ := io.ReadAll(io.LimitReader(r, 1<<20))
		all = append(all, plain)
	}
	add(gzip.NewReader(bytes.NewReader(body)))
	add(zlib.NewReader(bytes.NewReader(body)))
	add(flate.NewReader(bytes.NewReader(body)), nil)
	if len(body) > gzipExtra {
		add(flate.NewReader(bytes.NewReader(body[gzipExtra:])), nil)
	}
	add(snappy.NewReader(bytes.NewReader(body)), nil)
	z, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(8<<20))
	add(z, err)
	if err == nil {
		z.Close()
	}
	return all
}

// loosely undoes what hides an ASCII name: first NULs of UTF-16 and UTF-32 and
// overlong UTF-8, then JSON's escapes, which may be written in those.
func loosely(body []byte) []byte { return unescaped(shortened(body)) }

// shortened reads UTF-8 as a decoder does that checks nothing (Lucene's
// UnicodeUtil.java, UTF8toUTF16): in two, three or four bytes may stand what needs one.
func shortened(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); i++ {
		c, behind := body[i], 0
		switch {
		case c == 0:
			continue
		case c == 0xC0 || c == 0xC1:
			behind = 1
		case c == 0xE0:
			behind = 2
		case c == 0xF0 || c == 0xF8:
			behind = 3
		}
		if i+behind >= len(body) {
			behind = 0
		}
		code := uint32(c) & 1
		for _, next := range body[i+1 : i+1+behind] {
			code = code<<6 | uint32(next&0x3f)
		}
		if behind > 0 && code < 0x80 {
			c, i = byte(code), i+behind
		}
		out = append(out, c)
	}
	return out
}

// unescaped undoes escapes of ASCII characters.
func unescaped(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); i++ {
		if body[i] == '\\' && i+5 < len(body) && body[i+1] == 'u' {
			if code, err := strconv.ParseUint(string(body[i+2:i+6]), 16, 16); err == nil && code < 0x80 {
				out = append(out, byte(code))
				i += 5
				continue
			}
		}
		out = append(out, body[i])
	}
	return out
}

// holdsName reports whether one of the names stands where a member's name or the
// end of a pointer would: not inside another word, before a colon, a comment, a
// quotation mark that a slash has opened, or the length byte of a binary format.
func holdsName(text []byte, names map[string]bool) bool {
	for name := range names {
		for rest, at := text, 0; ; {
			i := bytes.Index(rest[at:], []byte(name))
			if i < 0 {
				break
			}
			at += i
			if isName(rest, at, at+len(name)) {
				return true
			}
			at += len(name)
		}
	}
	return false
}

func isName(text []byte, from, to int) bool {
	before, after := byte(' '), byte(' ')
	if from > 0 {
		before = text[from-1]
	}
	if to < len(text) {
		after = text[to]
	}
	length := byte(to - from)
	if before == 0x60+length || before == 0x80+length-1 { // CBOR's and SMILE's
		return true
	}
	if wordByte(before) || wordByte(after) {
		return false
	}
	if before == '/' && (after == '"' || after == '\'') {
		return true
	}
	next := bytes.TrimLeft(text[to:], "\"' \t\r\n")
	return len(next) > 0 && bytes.IndexByte([]byte(":/#"), next[0]) >= 0
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
