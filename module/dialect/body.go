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
// which official clients offer, as one member with nothing behind it.
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

func inflate(body []byte, limit int) ([]byte, *Fault) {
	broken := func() *Fault {
		return unreadable(ReasonContentEncoding, "the body is not one gzip member and nothing else")
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
