// SPDX-License-Identifier: Apache-2.0

package module

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
)

func init() { caddy.RegisterModule(new(Handler)) }

// Handler guards one site: every request that would set a password is judged by
// the policy, put on the trail, and only then forwarded.
type Handler struct {
	// Dialect is the API behind the site: elasticsearch, opensearch or huawei_css.
	Dialect string `json:"dialect"`

	// Policy pins a policy by name. Default: the first whose selectors match.
	Policy string `json:"policy,omitempty"`

	// Cluster is the name of what stands behind the site, on the trail and in
	// selectors. Default: the site's address. Placeholders such as {env.CLUSTER}
	// are replaced.
	Cluster string `json:"cluster,omitempty"`

	// Identify says whether the cluster is asked who the caller is: on (default)
	// or off. When off, the actor on the trail stays a claim.
	Identify string `json:"identify,omitempty"`

	// Mode is enforce (default) or monitor: judge and record, but deny nothing
	// except password and hash in one request.
	Mode string `json:"mode,omitempty"`

	// ProtectSecurityIndex denies writes to the cluster's security index by its
	// own path, and to the security plugin's configuration: on (default) or off.
	// What a _bulk body or an alias names is not seen.
	ProtectSecurityIndex string `json:"protect_security_index,omitempty"`

	// Allow lists operations that are denied by default because they set a
	// password nobody can judge: generated_secret, rollback, security_off,
	// security_on_without_password.
	Allow []string `json:"allow,omitempty"`

	dialect  dialect.Dialect
	app      *App
	policy   *policy.Policy
	policyAt *caddyfile.Dispenser // the option's line in the Caddyfile
	logger   *zap.Logger

	siteOnce sync.Once
	site     string // its address
}

const (
	modeEnforce = "enforce"
	modeMonitor = "monitor"
)

// allowable are the operations that Allow may name.
var allowable = []string{
	string(dialect.ReasonGeneratedSecret), string(dialect.ReasonRollback),
	string(dialect.ReasonSecurityOff), string(dialect.ReasonNoPassword),
}

// CaddyModule implements caddy.Module.
func (*Handler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.password_policy", New: func() caddy.Module { return new(Handler) }}
}

// Provision finds the dialect, the app and the policy.
func (h *Handler) Provision(ctx caddy.Context) error {
	h.logger = ctx.Logger()
	if err := h.check(); err != nil {
		return err
	}
	var err error
	if h.Cluster, err = caddy.NewReplacer().ReplaceOrErr(h.Cluster, true, true); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	app, err := ctx.App("password_policy")
	if err != nil {
		return fmt.Errorf("loading the password_policy app: %w", err)
	}
	h.app = app.(*App)
	h.app.sites = append(h.app.sites, h)
	policies := h.app.policies
	if h.Policy != "" {
		if h.policy = h.app.policyNamed(h.Policy); h.policy == nil {
			return fmt.Errorf("expected the name of a policy in the global password_policy block, found %q; define it there or correct the name", h.Policy)
		}
		if h.policy.Selective() {
			h.logger.Warn("policy " + h.Policy + " selects whose changes it judges, but a site names it, so it judges all of that site's; " +
				"leave it out of the site, or drop its selectors")
		}
		policies = []*policy.Policy{h.policy}
	}
	return h.checkAuthority(policies)
}

// checkAuthority refuses rules that only answer callers who have shown who they
// are where nobody is asked: they would silently never apply.
func (h *Handler) checkAuthority(policies []*policy.Policy) error {
	if h.knowsActors() {
		return nil
	}
	for _, p := range policies {
		if h.policy == nil && p.SelectsOccasion() && h.dialect.Whoami(dialect.Match{}) != "" {
			return fmt.Errorf("policy %s has \"on\", for which it must be known who is asking, but this site has identify off; "+
				"switch identify on, or name the site's policy", p.Name())
		}
		if remembers(p) && (h.policy == p || !p.Selective()) {
			return fmt.Errorf("policy %s has history or min_age, which need to know who is asking, but this site doesn't identify callers "+
				"(identify off, or the dialect huawei_css); switch identify on, or give the site a policy without them", p.Name())
		}
	}
	return nil
}

// check holds what can be wrong with a handler by itself.
func (h *Handler) check() error {
	if h.dialect = dialect.ByName(h.Dialect); h.dialect == nil {
		return fmt.Errorf("expected a dialect (elasticsearch, opensearch or huawei_css), found %q", h.Dialect)
	}
	if h.Identify != "" && h.Identify != "on" && h.Identify != "off" {
		return fmt.Errorf("expected identify on or off, found %q", h.Identify)
	}
	if h.ProtectSecurityIndex != "" && h.ProtectSecurityIndex != "on" && h.ProtectSecurityIndex != "off" {
		return fmt.Errorf("expected protect_security_index on or off, found %q", h.ProtectSecurityIndex)
	}
	if h.Mode != "" && h.Mode != modeEnforce && h.Mode != modeMonitor {
		return fmt.Errorf("expected mode enforce or monitor, found %q", h.Mode)
	}
	for _, name := range h.Allow {
		if !slices.Contains(allowable, name) {
			return fmt.Errorf("expected allow to name one of %s, found %q", strings.Join(allowable, ", "), name)
		}
	}
	return nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler. What is no change leaves
// after a look at method and path, untouched.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	dialect.DropUpgrades(r.Header)
	m := recognise(h.dialect, r)
	if m.Kind == dialect.Neighbour || m.Operation == dialect.Protected && h.ProtectSecurityIndex == "off" {
		return next.ServeHTTP(w, r)
	}
	return h.guard(w, r, next, m)
}

// recognise looks at a request as it would leave: a target in opaque form
// ("x:_security/…") has an empty path here and a full one at the cluster, and a
// CONNECT becomes a tunnel.
func recognise(d dialect.Dialect, r *http.Request) dialect.Match {
	path := r.URL.EscapedPath()
	switch {
	case r.URL.Opaque != "", r.Method == http.MethodConnect:
	case path == "*" && r.Method == http.MethodOptions:
		return dialect.Match{}
	case path == "": // absolute form without a path: leaves as "/" (RFC 9112, section 3.2.1)
		return dialect.Match{}
	case strings.HasPrefix(path, "/"):
		m := d.Recognise(r.Method, path)
		if m.Kind == dialect.Neighbour || m.Kind == dialect.Unlisted { // a router that resolves dots may find another route
			if page := dialect.Dashboard(d, r.Method, path, r.URL.RawQuery); page.Kind != dialect.Neighbour {
				return page
			}
		}
		return m
	}
	return dialect.Match{Kind: dialect.Evasion, Reason: dialect.ReasonRequestTarget}
}

func (h *Handler) monitors() bool { return h.Mode == modeMonitor }

func (h *Handler) identifies() bool { return h.Identify != "off" }

// knowsActors reports whether the cluster is asked who is asking.
func (h *Handler) knowsActors() bool {
	return h.identifies() && h.dialect.Whoami(dialect.Match{}) != ""
}

func (h *Handler) allows(reason audit.Reason) bool { return slices.Contains(h.Allow, string(reason)) }

// clusterName is the operator's name of the cluster, or the site's address.
func (h *Handler) clusterName(r *http.Request) string {
	if h.Cluster != "" {
		return h.Cluster
	}
	return h.siteAddress(r)
}

var (
	_ caddy.Provisioner           = (*Handler)(nil)
	_ caddyhttp.MiddlewareHandler = (*Handler)(nil)
)
