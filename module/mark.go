// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bytes"
	"io"
	"net/http"
	"strings"
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
	content string // Content-Type and Content-Encoding as judged
	asked   *asked // who is asking
	monitor bool
	judged  []byte // the body; the transport sends these bytes and no others
	body    *once  // what goes down the chain in its place; nil: no body

	sending *once       // what the transport has sent, or tries to
	sent    atomic.Bool // of a change without a body
	refused atomic.Bool // the transport has denied it, and nothing was sent
}

func (c *change) mark() *mark {
	body, _ := c.r.Body.(*once)
	c.marked = &mark{
		dialect: c.h.dialect, match: c.match, method: c.r.Method, query: c.r.URL.RawQuery,
		content: contentHeaders(c.r.Header), asked: &c.asked, monitor: c.h.monitors(), judged: c.body, body: body,
	}
	return c.marked
}

func contentHeaders(h http.Header) string {
	return strings.Join(h["Content-Type"], "\n") + "\n\n" + strings.Join(h["Content-Encoding"], "\n")
}

// fits reports whether a request is still the change that was judged. A prefix
// may have been stripped; nothing else may differ.
func (m *mark) fits(r *http.Request) bool {
	now := recognise(m.dialect, r)
	return now.Kind == m.match.Kind && now.Operation == m.match.Operation && now.API == m.match.API &&
		now.Target == m.match.Target && r.Method == m.method && r.URL.RawQuery == m.query && contentHeaders(r.Header) == m.content
}

// begun reports whether the cluster may have seen the change. The transport
// knows best; without it, a body that nobody has begun to read was not sent.
func (m *mark) begun() bool {
	switch {
	case m.sending != nil:
		return m.sending.begun.Load()
	case m.body != nil && len(m.judged) > 0:
		return m.body.begun.Load()
	}
	return true
}

// first reports whether nothing of the change has been sent yet. A body that no
// one has begun to read survives a failed dial.
func (m *mark) first() bool {
	if len(m.judged) > 0 {
		return m.sending == nil || !m.sending.begun.Load()
	}
	return m.sent.CompareAndSwap(false, true)
}

// wasSent reports whether the transport has sent anything of the change.
func (m *mark) wasSent() bool {
	return m.sending != nil && m.sending.begun.Load() || m.sent.Load()
}

// same reports whether a request carries the judged body: a handler may have
// buffered it (request_buffers), none may have replaced it (request_body set).
func (m *mark) same(r *http.Request) bool {
	if m.sending != nil {
		return true // a node before this one could not be dialled
	}
	if r.Body == nil {
		return len(m.judged) == 0
	}
	// Read to the end, where Caddy hands over the trailers.
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(len(m.judged))+1))
	_ = r.Body.Close()
	return err == nil && bytes.Equal(body, m.judged)
}

// original is a request with the judged bytes for a body, good for one sending.
func (m *mark) original(r *http.Request) *http.Request {
	if len(m.judged) == 0 {
		return r
	}
	m.sending = &once{reader: bytes.NewReader(m.judged)}
	out := *r
	out.Body = m.sending
	return &out
}
