// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"bytes"
	"io"
	"net/http"

	"github.com/passgate/passgate/module/dialect"
)

// expected is what the gateway's own readers find in a request's bytes, read in
// this process as Go's server reads them.
type expected struct {
	change dialect.Change
	claim  dialect.Claim
}

// expect reads all requests in raw, by their ids.
func expect(raw []byte) map[string]expected {
	found := make(map[string]expected)
	from := bufio.NewReader(bytes.NewReader(raw))
	for {
		r, err := http.ReadRequest(from)
		if err != nil {
			return found
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return found
		}
		if e, ok := read(r, body); ok {
			found[plainID(r.Header.Get("X-Opaque-Id"))] = e
		}
	}
}

func read(r *http.Request, body []byte) (e expected, ok bool) {
	d := dialect.Elasticsearch{}
	m := d.Recognise(r.Method, r.URL.EscapedPath())
	if m.Kind != dialect.Guarded || m.Plus || dialect.CheckHeader(r.Header) != nil {
		return e, false
	}
	claim, fault := dialect.ReadClaim(r.Header)
	if fault != nil {
		return e, false
	}
	change, fault := d.Read(m, dialect.Input{Query: r.URL.RawQuery, Header: r.Header, Body: body})
	if fault != nil {
		return e, false
	}
	return expected{change, claim}, true
}
