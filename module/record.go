// SPDX-License-Identifier: Apache-2.0

package module

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
)

// describe starts the event with what is known before the body is read.
func (c *change) describe() audit.Event {
	mode := c.h.Mode
	if mode == "" {
		mode = modeEnforce
	}
	e := audit.Event{
		Change: audit.NewID(), Stage: audit.StageDecision, Time: c.began,
		Dialect: c.h.dialect.Name(), Operation: string(c.match.Operation), Cluster: c.h.clusterName(c.r), Mode: mode, Enforced: mode != modeMonitor,
		Client: client(c.r), Request: request(c.r),
	}
	if c.match.Named {
		e.Targets = []string{c.match.Target}
	}
	return e
}

func client(r *http.Request) audit.Client {
	peer, port, _ := net.SplitHostPort(r.RemoteAddr)
	from := audit.Client{IP: peer, UserAgent: r.UserAgent()}
	from.Port, _ = strconv.Atoi(port)
	if ip, ok := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string); ok && ip != "" && ip != peer {
		from.IP, from.PeerIP, from.Port = ip, peer, 0
	}
	return from
}

func request(r *http.Request) audit.Request {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return audit.Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Host: r.Host, Scheme: scheme,
		Version: strings.TrimPrefix(r.Proto, "HTTP/"), MediaType: strings.TrimSpace(media),
		OpaqueID: r.Header.Get("X-Opaque-Id"), TraceID: traceID(r.Header.Get("Traceparent")),
	}
}

// traceID is the second part of a traceparent (W3C Trace Context, section 3.2).
func traceID(traceparent string) string {
	parts := strings.Split(traceparent, "-")
	if len(parts) < 4 || len(parts[1]) != 32 || strings.Trim(parts[1], "0123456789abcdef") != "" {
		return ""
	}
	return parts[1]
}

// decide puts the decision on the trail and reports whether it is there.
func (c *change) decide() bool {
	repl := c.replacer()
	repl.Set("http.password_policy.record", c.event.Change)
	repl.Set("http.password_policy.verdict", string(c.event.Verdict))
	repl.Set("http.password_policy.cause", string(c.event.Cause))
	if targets := c.event.Targets; !c.event.Enforced && len(targets) > maxSecrets {
		// Only monitor mode forwards such a patch. The trail takes no such decision;
		// the outcome states how many there were.
		c.event.Targets = targets[:maxSecrets]
		defer func() { c.event.Targets = targets }()
	}
	return c.put()
}

// put records the event as it stands. The request's own end must not lose it.
func (c *change) put() bool {
	if c.record == nil {
		return false
	}
	if err := c.record.Record(context.WithoutCancel(c.r.Context()), c.event); err != nil {
		c.h.logger.Error("recording on the audit trail failed", zap.String("record", c.event.Change), zap.Error(err))
		c.h.app.emit(eventTrailFailed, &c.event)
		return false
	}
	count(&c.event)
	if c.event.Verdict == audit.Deny && c.event.Enforced && c.event.Stage == audit.StageDecision {
		c.h.app.emit(eventDenied, &c.event)
	}
	return true
}

// result is the cluster's answer, as far as there was one.
type result struct {
	status int // 0: none, or none that can be told
	body   []byte
	node   string
	id     string // the cluster's own request id
}

// finish puts the outcome on the trail, once.
func (c *change) finish(res result) {
	e := &c.event
	e.Stage, e.Time, e.Duration = audit.StageOutcome, time.Now(), time.Since(c.began)
	e.Upstream = audit.Upstream{Status: res.status, Node: res.node, RequestID: res.id}
	e.Outcome = audit.Unknown
	switch {
	case c.marked != nil && c.marked.refused.Load():
		e.Outcome, e.Reason = audit.Denied, "rewritten"
	case c.unsent():
		e.Outcome = audit.Failed
	case res.status != 0:
		e.Outcome = c.h.dialect.Outcome(c.match, res.status, res.body)
	}
	c.learn(e.Outcome)
	if e.Outcome == audit.Applied && c.unchanged() {
		e.Outcome = audit.Unchanged
	}
	c.startAges(e.Outcome)
	c.replacer().Set("http.password_policy.outcome", string(e.Outcome))
	c.put()
}
