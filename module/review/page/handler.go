// SPDX-License-Identifier: Apache-2.0

package page

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review/anomaly"
	"github.com/passgate/passgate/module/review/signoff"
	"github.com/passgate/passgate/module/review/ui"
)

func init() { caddy.RegisterModule(new(Handler)) }

// DefaultIdentity is who Caddy's authentication handlers say is asking.
const DefaultIdentity = "{http.auth.user.id}"

// Handler serves the page for reviewers. It only reads, and refuses with 403
// what comes without an identity.
type Handler struct {
	// Identity is the placeholder with the name of whoever asks. Default:
	// {http.auth.user.id}. With forward_auth, name the header it copies, such as
	// {http.request.header.Remote-User}, and have forward_auth set it.
	Identity string `json:"identity,omitempty"`

	// Reviewers is an allowed_signers file (ssh-keygen): whose key is whose, so
	// that the page can say whether a sign-off is of whom it names.
	Reviewers string `json:"reviewers,omitempty"`

	// Keys are verifier keys of the trail that are trusted. Default: the one
	// found beside the trail, which the page then says.
	Keys []string `json:"keys,omitempty"`

	// Exempt are patterns of actors that are declared automation: verified ones
	// are no anomaly.
	Exempt []string `json:"exempt,omitempty"`

	// Privileged are patterns of accounts whose changes always deserve a look.
	// Default: the accounts that clusters come with.
	Privileged []string `json:"privileged,omitempty"`

	// Edge, Accounts and Unreadable are thresholds of anomalies, how many
	// within how long. Defaults: 5/1h, 20/1h and 5/1h.
	Edge       string `json:"edge,omitempty"`
	Accounts   string `json:"accounts,omitempty"`
	Unreadable string `json:"unreadable,omitempty"`

	// MaxAge of passwords, for reports. Default: as the report's profile says.
	MaxAge caddy.Duration `json:"max_age,omitempty"`

	key  string
	site *shared
}

// CaddyModule implements caddy.Module.
func (*Handler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.password_audit", New: func() caddy.Module { return new(Handler) }}
}

// Provision checks the options. It reads no trail: `caddy validate` runs it too.
func (h *Handler) Provision(ctx caddy.Context) error {
	app, err := ctx.App("password_policy")
	if err != nil {
		return fmt.Errorf("loading the password_policy app: %w", err)
	}
	trail, ok := app.(interface{ AuditDir() string })
	if !ok {
		return fmt.Errorf("expected the password_policy app to have a trail, found %T", app)
	}
	options, err := h.options(trail.AuditDir())
	if err != nil {
		return err
	}
	logger := ctx.Logger()
	options.Fail = func(err error) { logger.Error("showing the trail", zap.Error(err)) }
	if noter, ok := app.(interface {
		Note(context.Context, audit.Notice) error
	}); ok {
		options.Note = noter.Note
	}
	h.key = h.spell(options.Dir)
	h.site, err = acquire(h.key, options)
	return err
}

// options turns what was configured into what the site takes.
func (h *Handler) options(dir string) (ui.Options, error) {
	o := ui.Options{Dir: dir, Keys: h.Keys, MaxAge: time.Duration(h.MaxAge), Settings: anomaly.Settings{Exempt: h.Exempt, Privileged: h.Privileged}}
	for _, t := range []struct {
		name, text string
		into       *anomaly.Threshold
	}{{"edge", h.Edge, &o.Settings.Edge}, {"accounts", h.Accounts, &o.Settings.Accounts}, {"unreadable", h.Unreadable, &o.Settings.Unreadable}} {
		if t.text == "" {
			continue
		}
		threshold, err := anomaly.ParseThreshold(t.text)
		if err != nil {
			return o, fmt.Errorf("%s: %w", t.name, err)
		}
		*t.into = threshold
	}
	if id := h.identity(); !strings.Contains(id, "{") {
		return o, fmt.Errorf("identity: expected a placeholder such as %s, found %q, which would let everybody in", DefaultIdentity, id)
	}
	if h.Reviewers == "" {
		return o, nil
	}
	signers, err := signoff.ReadSigners(h.Reviewers)
	o.Signers = signers
	return o, err
}

func (h *Handler) identity() string {
	if h.Identity == "" {
		return DefaultIdentity
	}
	return h.Identity
}

// Cleanup gives the site back.
func (h *Handler) Cleanup() error {
	if h.site == nil {
		return nil
	}
	return release(h.key)
}

// ServeHTTP implements caddyhttp.MiddlewareHandler. It is the end of the chain.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	// Whatever isn't known becomes empty, and empty means nobody.
	reader := strings.TrimSpace(repl.ReplaceAll(h.identity(), ""))
	h.site.serve(w, r, reader)
	return nil
}

var (
	_ caddy.Provisioner           = (*Handler)(nil)
	_ caddy.CleanerUpper          = (*Handler)(nil)
	_ caddyhttp.MiddlewareHandler = (*Handler)(nil)
)
