// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// plainBody undoes the content encoding for judging; what is forwarded stays as
// it was sent. Clusters know half a dozen encodings and take an unknown one for
// none at all, so that the same bytes read in two ways: only gzip is accepted,
// which official clients offer, as one member with nothing behind it and no optional
// fields in front.
func plainBody(h http.Header, body []byte, limit int, allowGzip bool) ([]byte, *Fault) {
	switch encoding := h.Get("Content-Encoding"); {
	case h["Content-Encoding"] == nil, strings.EqualFold(encoding, "identity"):
		return body, nil
	case allowGzip && strings.EqualFold(encoding, "gzip"):
		return inflate(body, limit)
	default:
		return nil, withStatus(unreadable(ReasonContentEncoding, "Content-Encoding is not supported here; send the body as it is"),
			http.StatusUnsupportedMediaType)
	}
}

// gzipFlags is where a header says which optional fields it has (RFC 1952, section 2.3.1).
const gzipFlags = 3

func inflate(body []byte, limit int) ([]byte, *Fault) {
	broken := func() *Fault {
		return unreadable(ReasonContentEncoding, "the body is not one gzip member, without name or other optional fields, and nothing else")
	}
	// Netty reads optional fields in a way of its own (JdkZlibDecoder.java): it does not
	// skip the extra field, takes four bytes for the header's checksum, and ends a name
	// where a buffer ends. What is a field here is the body there.
	if len(body) > gzipFlags && body[gzipFlags] != 0 {
		return nil, broken()
	}
	source := bytes.NewReader(body) // an io.ByteReader: gzip reads no byte too many
	z, err := gzip.NewReader(source)
	if err != nil {
		return nil, broken()
	}
	z.Multistream(false)
	plain, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if len(plain) > limit {
		return nil, TooLarge()
	}
	if err != nil || source.Len() != 0 {
		return nil, broken()
	}
	return plain, nil
}
