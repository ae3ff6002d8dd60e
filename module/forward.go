// SPDX-License-Identifier: Apache-2.0

package module

import (
	"context"
	"errors"
	"net/http"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
)

// The placeholders by which reverse_proxy tells what it did.
const (
	upstreamStatus = "http.reverse_proxy.status_code"
	upstreamNode   = "http.reverse_proxy.upstream.hostport"
)

// forward sends the change on, once, and puts its outcome on the trail before
// the client hears of it: also when the proxy panics or the client has left.
func (c *change) forward() {
	repl := c.replacer()
	repl.Delete(upstreamStatus) // only this pass counts
	repl.Delete(upstreamNode)
	a := &answer{ResponseWriter: c.w, settle: c.settle}
	defer func() {
		// Not a recovery: a panicking proxy (http.ErrAbortHandler) goes on
		// unwinding, but not without its outcome on record.
		a.settleOnce()
	}()
	// A mark in a new context would be lost on r's other holders, so the request
	// is copied as http.Request.WithContext does it; its body is shared.
	r := c.r
	if c.match.Kind != dialect.Unlisted { // not judged: a mark would only hide another guard's
		r = c.r.WithContext(context.WithValue(c.r.Context(), markKey{}, c.mark()))
	}
	err := c.next.ServeHTTP(a, r)
	if status, _ := repl.Get(upstreamStatus); status == http.StatusSwitchingProtocols {
		err = errSwitched
	}
	if err != nil && !a.released {
		c.failed(a, err)
		return
	}
	a.finish()
}

// errSwitched is a cluster that leaves HTTP although nobody offered it to.
var errSwitched = errors.New("the cluster answered 101")

// settle concludes with what the proxy's placeholders say about this pass. The
// status the client sees would not do: a handler may have answered by itself.
func (c *change) settle(body []byte) {
	repl := c.replacer()
	res := result{body: body}
	if status, ok := repl.Get(upstreamStatus); ok {
		res.status, _ = status.(int)
		res.id, _ = repl.GetString("http.reverse_proxy.header.X-Request-Id")
	}
	res.node, _ = repl.GetString(upstreamNode)
	c.finish(res)
}

// failed answers for a proxy that returned an error instead of an answer.
func (c *change) failed(a *answer, err error) {
	status := http.StatusBadGateway
	var handlerErr caddyhttp.HandlerError
	if errors.As(err, &handlerErr) && handlerErr.StatusCode >= 400 {
		status = handlerErr.StatusCode
	}
	c.h.logger.Error("forwarding a change failed", zap.String("record", c.event.Change), zap.Int("status", status), zap.String("why", why(err)))
	c.replacer().Delete(upstreamStatus)
	a.settleOnce()
	sentence := "the cluster gave no answer; whether the change was made is not known"
	if c.unsent() {
		sentence = "the cluster could not be reached; nothing was changed"
	}
	c.h.dialect.Refuse(c.w, c.r, dialect.Refusal{
		Status: status, Cause: audit.CauseUnavailable, Record: c.event.Change, Sentences: []string{sentence},
	})
}

// unsent reports whether it is certain that the cluster has not seen the change:
// it has a body, and nobody has begun to send that.
func (c *change) unsent() bool {
	return c.marked != nil && !c.marked.begun()
}
