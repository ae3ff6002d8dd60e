// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"sync/atomic"

	"github.com/passgate/passgate/module/dialect"
)

type markKey struct{}

// mark goes with a judged change to the transport, which compares it with the
// request as it really leaves.
type mark struct {
	dialect dialect.Dialect
	match   dialect.Match
	method  string
	query   string
	content [2]string // Content-Type and Content-Encoding as judged
	monitor bool
	body    *once // nil: no body

	sent    atomic.Bool // of a change without a body
	refused atomic.Bool // the transport has denied it: nothing was sent
}

func (c *change) mark() *mark {
	body, _ := c.r.Body.(*once)
	c.marked = &mark{
		dialect: c.h.dialect, match: c.match, method: c.r.Method, query: c.r.URL.RawQuery,
		content: contentHeaders(c.r.Header), monitor: c.h.monitors(), body: body,
	}
	return c.marked
}

func contentHeaders(h http.Header) [2]string {
	return [2]string{h.Get("Content-Type"), h.Get("Content-Encoding")}
}

// fits reports whether a request is still the change that was judged. A prefix
// may have been stripped; nothing else may differ.
func (m *mark) fits(r *http.Request) bool {
	now := recognise(m.dialect, r)
	return now.Kind == m.match.Kind && now.Operation == m.match.Operation && now.API == m.match.API &&
		now.Target == m.match.Target && r.Method == m.method && r.URL.RawQuery == m.query && contentHeaders(r.Header) == m.content
}

// first reports whether nothing of the change has been sent yet. A body that no
// one has begun to read survives a failed dial.
func (m *mark) first() bool {
	if m.body != nil {
		return !m.body.begun.Load()
	}
	return m.sent.CompareAndSwap(false, true)
}
