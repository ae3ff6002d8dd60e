// SPDX-License-Identifier: Apache-2.0

package module

import (
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy/history"
)

// change is one guarded request on its way. Its fields stand in the order of the
// steps that set them.
type change struct {
	h     *Handler
	w     http.ResponseWriter
	r     *http.Request
	next  caddyhttp.Handler
	match dialect.Match
	began time.Time

	// What is told of it, from the first step to the last.
	event    audit.Event // holds actor, verdict and outcome
	record   audit.Recorder
	cleanups []func()

	// Read: the body, and what it sets.
	body    []byte         // as sent, whole, unless it was too large
	prefix  []byte         // as much of it as was read, if it was
	rest    io.Closer      // and what is left
	crowded bool           // there was no room for the rest
	read    dialect.Change // what it sets

	// Identified: who asks, and for whom he may.
	claim     dialect.Claim   // who he says he is
	asked     asked           // with which headers the cluster was asked about him
	roles     []string        // of a verified actor
	foreign   bool            // the cluster's own user of his name is somebody else
	authority map[string]bool // by question: the cluster's word that he may set a password
	stranger  bool            // its word that he may change nobody

	// Judged: what former passwords have to say.
	book     *book                 // the history, once a rule needs it
	turns    map[history.User]bool // users whose turn is taken
	remember []remembered          // what it is to learn if the change is applied
	ages     []aged                // whose age starts anew then

	// Concluded: refused or forwarded.
	refusal dialect.Refusal
	marked  *mark // of the forwarded request
}

// guard takes a guarded request all the way. It never returns an error: Caddy
// would hand the request to the site's handle_errors, and a proxy there would
// forward what was just denied. For the same reason nobody behind it finds a body.
func (h *Handler) guard(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler, m dialect.Match) error {
	c := &change{h: h, w: w, r: r, next: next, match: m, began: time.Now()}
	defer c.end()
	caddyhttp.SetVar(r.Context(), caddyhttp.LogSkipVar, true) // its size alone would tell the password's length
	c.event = c.describe()
	trail, err := openTrail(h.app.dir)
	if err == nil {
		c.cleanups = append(c.cleanups, func() { _ = closeTrail(h.app.dir) })
		c.record = trail
	} else {
		h.logger.Error("the audit trail can't be opened; changes are denied: " + err.Error())
	}
	switch m.Kind {
	case dialect.Unlisted:
		c.rest = r.Body
		c.passUnlisted()
		return nil
	case dialect.Shielded:
		c.rest = r.Body
		c.unread()
		c.deny(audit.CauseForbidden, m.Reason, http.StatusBadRequest, forbiddenText[m.Reason])
		c.conclude()
		return nil
	}
	fault := c.understand()
	dialect.DropHopHeaders(r.Header)
	if fault != nil {
		c.deny(fault.Cause, fault.Reason, fault.Status, fault.Text)
	} else if handedOn := c.identify(); handedOn {
		return nil
	} else if c.event.Verdict == "" {
		c.judge()
	}
	c.conclude()
	return nil
}

// end gives back what the change has taken, whatever became of it.
func (c *change) end() {
	c.poison()
	for _, cleanup := range slices.Backward(c.cleanups) {
		cleanup()
	}
}

// conclude does what the verdict says.
func (c *change) conclude() {
	denied := c.event.Verdict == audit.Deny
	c.event.Enforced = c.event.Mode != modeMonitor || denied && c.event.Cause == audit.CauseBothFields
	refused := denied && c.event.Enforced
	if refused {
		c.event.Outcome, c.event.Status = audit.Denied, c.refusal.Status
	}
	if !c.decide() && !c.h.monitors() {
		c.refuseUnavailable("the audit trail can't be written; nothing was forwarded")
		return
	}
	if refused {
		c.refuse()
		return
	}
	c.forward()
}

// deny sets the verdict. What becomes of it is conclude's business.
func (c *change) deny(cause audit.Cause, reason audit.Reason, status int, sentences ...string) {
	c.event.Verdict, c.event.Cause, c.event.Reason = audit.Deny, cause, reason
	c.refusal = dialect.Refusal{Status: status, Cause: cause, Sentences: sentences, Record: c.event.Change}
}

func (c *change) refuse() { c.h.dialect.Refuse(c.w, c.r, c.refusal) }

// refuseUnavailable answers for something of ours that is down. It is not on
// the trail where the trail itself is what's down.
func (c *change) refuseUnavailable(sentence string) {
	c.refusal = dialect.Refusal{
		Status: http.StatusServiceUnavailable, Cause: audit.CauseUnavailable, Sentences: []string{sentence},
	}
	c.refuse()
}

// passUnlisted forwards a write below the security API that we don't know: it
// may be harmless or tomorrow's password route, so somebody must be able to see it.
func (c *change) passUnlisted() {
	c.unread()
	c.event.Verdict = audit.Unjudged
	if !c.decide() && !c.h.monitors() {
		c.refuseUnavailable("the audit trail can't be written; nothing was forwarded")
		return
	}
	c.forward()
}

// unread puts on record what is known of a request whose body stays unread.
func (c *change) unread() {
	c.event.Secret = audit.SecretUnread
	if claim, fault := dialect.ReadClaim(c.r.Header); fault == nil {
		c.claimed(claim)
	}
}

// replacer is the request's, for placeholders that say what was decided.
func (c *change) replacer() *caddy.Replacer {
	return c.r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
}
