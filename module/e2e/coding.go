// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"io"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// The content codings that clusters know or might: each compresses a body whole.
// Deflate has no header; what HTTP calls deflate is Zlib (RFC 9110, section 8.4.1.2).

// Gzip is RFC 1952.
func Gzip(body []byte) []byte {
	return coded(body, func(to io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(to), nil })
}

// GzipOfTwo is a gzip member with an extra field (RFC 1952, section 2.3.1.1). Whoever
// skips the field inflates one text; Netty, which doesn't, inflates the other, and what
// follows as a block of plain text behind it.
func GzipOfTwo(skipping, netty []byte) []byte {
	member := Gzip(skipping)
	header, stream := member[:10], member[10:]
	field := append(storedBlock(len(netty)), netty...)
	field = append(field, storedBlock(len(stream))...)
	header[3] = 4 // FEXTRA
	out := binary.LittleEndian.AppendUint16(header[:10:10], uint16(len(field)))
	return append(append(out, field...), stream...)
}

// storedBlock is the head of a deflate block of n plain bytes, with more to follow
// (RFC 1951, section 3.2.4).
func storedBlock(n int) []byte {
	return binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16([]byte{0}, uint16(n)), ^uint16(n))
}

// Zlib is RFC 1950.
func Zlib(body []byte) []byte {
	return coded(body, func(to io.Writer) (io.WriteCloser, error) { return zlib.NewWriter(to), nil })
}

// Deflate is RFC 1951.
func Deflate(body []byte) []byte {
	return coded(body, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.DefaultCompression) })
}

// Snappy is its framed format.
func Snappy(body []byte) []byte {
	return coded(body, func(to io.Writer) (io.WriteCloser, error) { return snappy.NewBufferedWriter(to), nil })
}

// Zstd is RFC 8878.
func Zstd(body []byte) []byte {
	return coded(body, func(to io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(to) })
}

func coded(body []byte, writer func(io.Writer) (io.WriteCloser, error)) []byte {
	var b bytes.Buffer
	w, err := writer(&b)
	if err != nil {
		panic(err) // there are no options that could be wrong
	}
	_, _ = w.Write(body) // into memory: it can't fail
	_ = w.Close()
	return b.Bytes()
}
