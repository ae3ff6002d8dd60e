// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"context"
	"io"
	"net/http"
	"sync"
)

// maxBody is http.max_content_length, the default of both clusters.
const maxBody = 100 << 20

// Seen is one request as it arrived, before anything was decoded. It holds
// secrets: it is for tests in the same process and is never logged.
type Seen struct {
	Method string
	Target string // the request target as sent: path and query, undecoded
	Host   string
	Header http.Header
	Body   []byte // without the transfer framing, otherwise as sent

	Trailer http.Header
	Chunked bool  // framed by Transfer-Encoding: chunked
	Length  int64 // Content-Length as declared; -1 when there was none
}

// journal remembers the requests that arrived.
type journal struct {
	forgetful bool

	mu   sync.Mutex
	seen []Seen
}

// Seen returns the requests that have arrived so far, oldest first.
func (j *journal) Seen() []Seen {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Seen(nil), j.seen...)
}

// Forget empties what Seen returns.
func (j *journal) Forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = nil
}

// take reads the request whole and remembers it. It reports false when the
// body is over the limit; such a request has set nothing. One whose body broke
// off is remembered too, but there is nobody left to answer.
func (j *journal) take(r *http.Request) (Seen, bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	s := Seen{
		Method: r.Method, Target: wireTarget(r), Host: r.Host,
		Header: r.Header.Clone(), Body: body, Trailer: r.Trailer.Clone(),
		Chunked: len(r.TransferEncoding) > 0 && r.TransferEncoding[0] == "chunked",
		Length:  r.ContentLength,
	}
	j.remember(s)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return s, len(body) <= maxBody
}

func (j *journal) remember(s Seen) {
	if j.forgetful {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, s)
}

// targetKey finds, in the context of a connection, the target of the current
// request where [Listen] had to respell it to get it past net/http.
type targetKey struct{}

func wireTarget(r *http.Request) string {
	if respelled, ok := r.Context().Value(targetKey{}).(interface{ original() string }); ok {
		if t := respelled.original(); t != "" {
			return t
		}
	}
	return r.RequestURI
}

func withTarget(ctx context.Context, c interface{ original() string }) context.Context {
	return context.WithValue(ctx, targetKey{}, c)
}
