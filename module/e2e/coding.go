// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
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
