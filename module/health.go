// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func init() {
	caddy.RegisterModule(new(HealthHandler))
	httpcaddyfile.RegisterHandlerDirective("password_health", func(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
		handler := new(HealthHandler)
		return handler, handler.UnmarshalCaddyfile(h.Dispenser)
	})
	httpcaddyfile.RegisterDirectiveOrder("password_health", httpcaddyfile.Before, "respond")
}

// HealthHandler answers 200 while the trail records and 503 while it can't: then
// changes are denied, and a load balancer may prefer another gateway. It tells no
// more than that, so it needs no login.
type HealthHandler struct{ app *App }

// CaddyModule implements caddy.Module.
func (*HealthHandler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.password_health", New: func() caddy.Module { return new(HealthHandler) }}
}

// Provision finds the app.
func (h *HealthHandler) Provision(ctx caddy.Context) error {
	app, err := ctx.App("password_policy")
	if err != nil {
		return fmt.Errorf("loading the password_policy app: %w", err)
	}
	h.app = app.(*App)
	return nil
}

// UnmarshalCaddyfile reads the directive, which has no options.
func (*HealthHandler) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next()
	if d.NextArg() || d.NextBlock(d.Nesting()) {
		return d.Errf("expected nothing after password_health, found %q; remove it", d.Val())
	}
	return nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (h *HealthHandler) ServeHTTP(w http.ResponseWriter, _ *http.Request, _ caddyhttp.Handler) error {
	status, recording := http.StatusServiceUnavailable, false
	if t, err := openTrail(h.app.dir); err == nil {
		if recording = t.Health().Err == nil; recording {
			status = http.StatusOK
		}
		_ = closeTrail(h.app.dir)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(map[string]bool{"recording": recording})
}

var (
	_ caddy.Provisioner           = (*HealthHandler)(nil)
	_ caddyfile.Unmarshaler       = (*HealthHandler)(nil)
	_ caddyhttp.MiddlewareHandler = (*HealthHandler)(nil)
)
