// SPDX-License-Identifier: Apache-2.0

package module

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
)

func init() { caddy.RegisterModule(newTransport()) }

// Transport is the standard HTTP transport with a second look. It sees a request
// after every rewrite, as it really leaves, and denies a change that has not come
// through the guard, or no longer is what the guard judged. It takes all options
// of `transport http`.
type Transport struct {
	*reverseproxy.HTTPTransport

	// Dialect is the API behind the proxy. Default: every dialect that ships with
	// the gateway is looked for.
	Dialect string `json:"dialect,omitempty"`

	dialects []dialect.Dialect
	app      *App
	logger   *zap.Logger
}

func newTransport() *Transport { return &Transport{HTTPTransport: new(reverseproxy.HTTPTransport)} }

// CaddyModule implements caddy.Module.
func (*Transport) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.reverse_proxy.transport.password_policy",
		New: func() caddy.Module { return newTransport() },
	}
}

// Provision sets up the standard transport and what is looked for.
func (t *Transport) Provision(ctx caddy.Context) error {
	t.logger = ctx.Logger()
	t.dialects = dialect.All()
	if t.Dialect != "" {
		d := dialect.ByName(t.Dialect)
		if d == nil {
			return fmt.Errorf("expected a dialect (elasticsearch, opensearch or huawei_css), found %q", t.Dialect)
		}
		t.dialects = []dialect.Dialect{d}
	}
	app, err := ctx.App("password_policy")
	if err != nil {
		return fmt.Errorf("loading the password_policy app: %w", err)
	}
	t.app = app.(*App)
	return t.HTTPTransport.Provision(ctx)
}

// RoundTrip implements http.RoundTripper. A denial is a response, not an error:
// an error would count as a failure of the node, and be tried on the next.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	dialect.DropUpgrades(r.Header)
	if a, ok := r.Context().Value(askedKey{}).(*asked); ok {
		a.note(r, t.certificate())
	}
	m, marked := r.Context().Value(markKey{}).(*mark)
	switch {
	case !marked:
		for _, d := range t.dialects {
			if k := recognise(d, r).Kind; k == dialect.Guarded || k == dialect.Evasion {
				return t.denyUnguarded(d, r), nil
			}
		}
	case !m.monitor:
		return t.sendMarked(m, r)
	}
	return t.HTTPTransport.RoundTrip(r)
}

// certificate names the one by which the cluster may know the gateway itself.
func (t *Transport) certificate() string {
	if t.TLS == nil {
		return ""
	}
	return t.TLS.ClientCertificateFile + "\n" + t.TLS.ClientCertificateAutomate
}

// sendMarked sends a judged change once, as it was judged, or denies it.
func (t *Transport) sendMarked(m *mark, r *http.Request) (*http.Response, error) {
	other := m.asked.differs(r.Header, t.certificate())
	switch {
	case !m.fits(r):
		m.refused.Store(!m.wasSent())
		return denial(m.dialect, r, "", "the site's configuration changes this request after it was judged; "+
			"move rewrite, method and header options in front of password_policy"), nil
	case other != "":
		m.refused.Store(!m.wasSent())
		return denial(m.dialect, r, "", "the site's configuration sends this change with another "+other+
			" than the question who is asking; set it for both, or in front of password_policy"), nil
	case !m.first():
		return denial(m.dialect, r, "", "this change has been sent once and is not sent again"), nil
	case !m.same(r):
		m.refused.Store(true)
		return denial(m.dialect, r, "", "the site's configuration changes this request's body after it was judged; "+
			"move request_body in front of password_policy"), nil
	}
	res, err := t.HTTPTransport.RoundTrip(m.original(r))
	var dial reverseproxy.DialError
	if errors.As(err, &dial) {
		m.sent.Store(false) // nothing went out: the next node may have it
	}
	return res, err
}

// denyUnguarded denies a change that no guard has seen, and records it.
func (t *Transport) denyUnguarded(d dialect.Dialect, r *http.Request) *http.Response {
	m := recognise(d, r)
	event := audit.Event{
		Change: audit.NewID(), Stage: audit.StageDecision, Time: time.Now(), Dialect: d.Name(), Operation: string(m.Operation),
		Cluster: r.URL.Host, Mode: modeEnforce, Verdict: audit.Deny, Cause: audit.CauseForbidden, Reason: "unguarded",
		Enforced: true, Outcome: audit.Denied, Secret: audit.SecretUnread, Client: client(r), Request: request(r),
	}
	if m.Named {
		event.Targets = []string{m.Target}
	}
	trail, err := openTrail(t.app.dir)
	if err == nil {
		err = trail.Record(context.WithoutCancel(r.Context()), event)
		_ = closeTrail(t.app.dir)
	}
	if err != nil {
		t.logger.Error("recording on the audit trail failed", zap.Error(err))
	}
	return denial(d, r, event.Change, "this change has not come through password_policy; "+
		"the site's configuration must put the directive in front of its proxy")
}

func denial(d dialect.Dialect, r *http.Request, record, sentence string) *http.Response {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	a := newReply(1 << 20)
	d.Refuse(a, r, dialect.Refusal{
		Status: http.StatusServiceUnavailable, Cause: audit.CauseUnavailable, Sentences: []string{sentence}, Record: record,
	})
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r,
	}
}

var (
	_ caddy.Provisioner         = (*Transport)(nil)
	_ caddy.CleanerUpper        = (*Transport)(nil)
	_ caddyfile.Unmarshaler     = (*Transport)(nil)
	_ http.RoundTripper         = (*Transport)(nil)
	_ reverseproxy.TLSTransport = (*Transport)(nil)
)
