// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
)

const (
	whoamiTimeout = 5 * time.Second
	whoamiLimit   = 1 << 20 // bytes; a user may have many roles
)

// claimed puts on record who the caller says he is.
func (c *change) claimed(claim dialect.Claim) {
	c.claim = claim
	name, initiator := claim.Name, ""
	if claim.RunAs != "" {
		name, initiator = claim.RunAs, claim.Name
	}
	c.event.Actor = audit.Actor{Name: name, Initiator: initiator, Scheme: claim.Scheme, ID: claim.KeyID}
	if name != "" && (c.match.Operation == dialect.OwnPassword || c.match.Operation == dialect.Account) {
		c.event.Targets, c.event.Self = []string{name}, true // as claimed as the actor
	}
}

// identify asks the cluster who is asking. It reports whether the cluster's own
// 401 or 403 was handed on, which ends the request: such a caller gets the answer
// he would have got, not a judgement of a password he may not set.
func (c *change) identify() (handedOn bool) {
	path := c.h.dialect.Whoami(c.match)
	if !c.h.identifies() || path == "" || !c.claim.Replayable {
		c.own(c.event.Actor.Name)
		c.doubtPlus(nil)
		return false
	}
	reply, err := c.ask(http.MethodGet, path, "")
	if err == nil && reply.status == http.StatusOK {
		if id, wrong := c.h.dialect.Identity(reply.body.Bytes()); wrong == nil {
			c.verified(id)
			c.doubtPlus(reply.header)
			return false
		}
	}
	if err == nil && (reply.status == http.StatusUnauthorized || reply.status == http.StatusForbidden) {
		if c.h.monitors() || c.claim.Scheme == dialect.SchemeOther && !c.ownerUnknown() {
			c.own(c.event.Actor.Name)
			return false // the change itself will get that answer
		}
		c.handOn(reply)
		return true
	}
	c.unanswered(reply, err)
	c.deny(audit.CauseUnavailable, "whoami", http.StatusServiceUnavailable,
		"the cluster did not say who is asking, so nothing was changed; try again later")
	c.own(c.event.Actor.Name)
	return false
}

// ownerUnknown reports whether nobody can say whose password the change sets: it is
// the caller's own, and who that is is neither claimed nor verified.
func (c *change) ownerUnknown() bool { return c.read.Own && len(c.event.Targets) == 0 }

// doubtPlus denies a change of a user whose name has a bare plus where it isn't
// known that the cluster reads a plus there: it may mean another user.
func (c *change) doubtPlus(answer http.Header) {
	if c.match.Plus && !dialect.PlusIsPlus(answer) {
		fault := dialect.NewEvasion(dialect.ReasonUserName)
		c.deny(fault.Cause, fault.Reason, fault.Status, fault.Text)
	}
}

func (c *change) verified(id dialect.Identity) {
	actor := &c.event.Actor
	actor.Verified, actor.Name, actor.Realm = true, id.Name, id.Realm
	if id.KeyID != "" {
		actor.ID = id.KeyID
	}
	c.roles, c.foreign = id.Roles, id.Foreign
	actor.Initiator = ""
	if c.claim.RunAs != "" && c.claim.Name != id.Name {
		actor.Initiator = c.claim.Name // whose login it took; he was not denied it
	}
	c.own(id.Name)
}

// own names the target of a change of one's own password.
func (c *change) own(actor string) {
	if c.read.Own && actor != "" {
		c.event.Targets = []string{actor} // now by the name the cluster gave
		for i := range c.read.Secrets {
			c.read.Secrets[i].Target = actor
		}
	}
	c.event.Self = actor != "" && len(c.event.Targets) == 1 && c.event.Targets[0] == actor && (c.read.Own || !c.foreign)
}

// handOn gives the client the cluster's own answer about its credentials.
func (c *change) handOn(reply *reply) {
	c.event.Verdict = audit.Unjudged
	c.event.Outcome = audit.Failed
	if reply.status == http.StatusUnauthorized {
		c.event.Outcome = audit.Unauthenticated
	}
	c.event.Upstream.Status, c.event.Status = reply.status, reply.status
	if !c.decide() {
		c.refuseUnavailable("the audit trail can't be written; nothing was forwarded")
		return
	}
	maps.Copy(c.w.Header(), reply.header)
	c.w.WriteHeader(reply.status)
	_, _ = c.w.Write(reply.body.Bytes())
}

// ask sends a request of its own down the rest of the chain, with the
// caller's credentials. Nothing of it may leak into the change: it has its own
// request state, so that a `handle` it went through is not taken for used, its
// own replacer and variables, its own response, and no body.
func (c *change) ask(method, path, body string) (*reply, error) {
	// A mark that an outer guard has left belongs to its change, not to this request.
	ctx := context.WithValue(context.WithValue(c.r.Context(), markKey{}, nil), askedKey{}, &c.asked)
	ctx, cancel := context.WithTimeout(ctx, whoamiTimeout)
	defer cancel()
	sub := c.r.Clone(ctx)
	target, err := url.ParseRequestURI(path)
	if err != nil {
		return nil, fmt.Errorf("building the whoami request: %w", err)
	}
	sub.Method, sub.URL, sub.RequestURI = method, target, path
	sub.Body, sub.ContentLength, sub.TransferEncoding, sub.Trailer, sub.GetBody = http.NoBody, 0, nil, nil, nil
	whoamiHeader(sub.Header)
	if body != "" {
		sub.Body, sub.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		// As the change's: Elasticsearch 8 wants the versions of both types alike.
		sub.Header["Content-Type"] = c.r.Header["Content-Type"]
	}

	answer := newReply(whoamiLimit)
	server, _ := c.r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	outer := c.replacer()
	outer.Get("http.request.uuid") // made on demand: question and change must leave with the same
	inner := caddy.NewReplacer()
	sub = caddyhttp.PrepareRequest(sub, inner, answer, server)
	inner.Map(func(key string) (any, bool) {
		if strings.HasPrefix(key, "http.reverse_proxy.") {
			return nil, false // of another pass
		}
		return outer.Get(key)
	})
	if vars, ok := c.r.Context().Value(caddyhttp.VarsCtxKey).(map[string]any); ok {
		maps.Copy(sub.Context().Value(caddyhttp.VarsCtxKey).(map[string]any), vars)
	}
	if err := serveWhole(c.next, answer, sub); err != nil {
		return nil, fmt.Errorf("asking the cluster who is asking: %w", err)
	}
	if answer.overflow {
		return nil, fmt.Errorf("asking the cluster who is asking: the answer is longer than %d bytes", whoamiLimit)
	}
	return answer, nil
}

// serveWhole is next's ServeHTTP with its panic over an answer that breaks off
// (reverseproxy.go, finalizeResponse) turned into an error: nobody but us has
// seen any of that answer, and the change must still get an end on record.
func serveWhole(next caddyhttp.Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			err = http.ErrAbortHandler
		default:
			panic(v)
		}
	}()
	return next.ServeHTTP(w, r)
}

// whoamiHeader leaves the caller's end-to-end headers but those that describe a
// body, set conditions, or ask for an answer we could not read.
func whoamiHeader(h http.Header) {
	for name := range h {
		if leftOut(name) {
			delete(h, name)
		}
	}
	if !strings.Contains(h.Get("Accept"), "json") || len(h["Accept"]) > 1 {
		h.Set("Accept", "application/json")
	}
}

// leftOut reports whether a header, spelled as Go does, says something about one
// request only.
func leftOut(name string) bool {
	switch name {
	case "Transfer-Encoding", "Expect", "Range", "Accept-Encoding", "Trailer", "Idempotency-Key", "Digest":
		return true
	}
	return strings.HasPrefix(name, "Content-") || strings.HasPrefix(name, "If-")
}

// reply is a response kept in memory, up to a limit.
type reply struct {
	header   http.Header
	status   int
	body     bytes.Buffer
	limit    int
	overflow bool
}

func newReply(limit int) *reply { return &reply{header: make(http.Header), limit: limit} }

// Header implements http.ResponseWriter.
func (a *reply) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter; informational ones are for nobody.
func (a *reply) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *reply) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.body.Len()+len(p) > a.limit {
		a.overflow = true
		return len(p), nil
	}
	return a.body.Write(p)
}
