// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

var errTooLarge = &exception{status: http.StatusRequestEntityTooLarge, kind: "exception", reason: "the decoded body is over http.max_content_length"}

// inflater decodes one content encoding.
type inflater func(io.Reader) (io.Reader, error)

// inflaters are the encodings Netty's decompressor knows. A name that isn't
// here, "identity" and lists among them, leaves the body as it is: plain JSON
// under "Content-Encoding: br" is applied by the real clusters.
var inflaters = map[string]inflater{
	"gzip":      gunzip,
	"x-gzip":    gunzip,
	"deflate":   inflate,
	"x-deflate": inflate,
	"snappy":    func(r io.Reader) (io.Reader, error) { return snappy.NewReader(r), nil },
	"zstd":      func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r, zstd.WithDecoderConcurrency(1)) },
}

// gzipExtra says in a member's flags that there is an extra field (RFC 1952, section
// 2.3.1), which comes behind a header of ten bytes and its own length of two.
const (
	gzipExtra   = 4
	gzipFlags   = 3
	beforeExtra = 12
)

// gunzip reads gzip members until something else follows, which it ignores. Netty
// doesn't skip an extra field: it takes it for the deflated text (JdkZlibDecoder).
func gunzip(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if head, err := b.Peek(beforeExtra); err == nil && head[0] == 0x1f && head[1] == 0x8b && head[gzipFlags]&gzipExtra != 0 {
		_, _ = b.Discard(beforeExtra) // they are there
		return flate.NewReader(b), nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gzipMembers{b, z}, nil
}

type gzipMembers struct {
	from *bufio.Reader
	now  *gzip.Reader
}

func (m *gzipMembers) Read(p []byte) (int, error) {
	n, err := m.now.Read(p)
	if err != io.EOF {
		return n, err
	}
	if m.now.Reset(m.from) != nil {
		return n, io.EOF // the end, or junk
	}
	m.now.Multistream(false)
	return n, nil
}

// inflate takes the zlib form and the raw one (JdkZlibDecoder, ZLIB_OR_NONE).
func inflate(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(2)
	if err == nil && head[0]&0x0F == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}

// decodeBody undoes the content encoding of that name, if it is one. A body
// that breaks off is taken as far as it goes; one that isn't in that encoding
// makes the clusters close the connection without an answer, as net/http does
// for a panic with [http.ErrAbortHandler].
func decodeBody(body []byte, encoding string, known map[string]inflater) ([]byte, error) {
	open := known[encoding]
	if open == nil || len(body) == 0 {
		return body, nil
	}
	r, err := open(bytes.NewReader(body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	out, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if len(out) > maxBody {
		return nil, errTooLarge
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		panic(http.ErrAbortHandler)
	}
	return out, nil
}
