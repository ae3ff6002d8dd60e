// SPDX-License-Identifier: Apache-2.0

package module

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyevents"

	"github.com/passgate/passgate/module/audit"
)

// The Caddy events of the gateway. Their data names no user and no address:
// events are logged, and the record they name has the rest.
const (
	eventDenied      = "password_policy_denied"
	eventTrailFailed = "password_policy_trail_failed"
)

// emit tells Caddy's event app, if the configuration has one.
func (a *App) emit(name string, e *audit.Event) {
	if a.events == nil {
		return
	}
	a.events.Emit(a.ctx, name, map[string]any{
		"record": e.Change, "dialect": e.Dialect, "operation": e.Operation, "cluster": e.Cluster, "cause": string(e.Cause),
	})
}

func findEvents(ctx caddy.Context) *caddyevents.App {
	app, err := ctx.AppIfConfigured("events")
	if err != nil {
		return nil
	}
	events, _ := app.(*caddyevents.App)
	return events
}
