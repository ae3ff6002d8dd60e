// SPDX-License-Identifier: Apache-2.0

package module

import (
	"fmt"
	"slices"
	"sort"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

// proxied is one reverse_proxy of the configuration and how it stands to the guard.
type proxied struct {
	handler *reverseproxy.Handler
	guarded bool // a guard comes before it
	wrapped bool // it has the transport that looks twice
}

// sitingWarnings tells what a configuration leaves open: a guarded proxy without
// the transport that looks twice, and a road to a guarded cluster that has no
// guard at all. Handlers of others that proxy by themselves are not seen.
func sitingWarnings(http *caddyhttp.App) []string {
	var found []proxied
	for _, server := range http.Servers {
		found = append(found, proxies(server.Routes, false)...)
	}
	var guarded []string // dial addresses
	for _, p := range found {
		if p.guarded {
			guarded = append(guarded, dials(p.handler)...)
		}
	}
	var warnings []string
	for _, p := range found {
		for _, dial := range dials(p.handler) {
			switch {
			case p.guarded && !p.wrapped:
				warnings = append(warnings, fmt.Sprintf("the proxy to %s doesn't look twice: add `transport password_policy` to it, "+
					"or use password_gateway, so that a rewrite behind the guard can't go unnoticed", dial))
			case !p.guarded && !p.wrapped && slices.Contains(guarded, dial):
				warnings = append(warnings, fmt.Sprintf("a proxy to %s goes round the guard that another site has in front of it: "+
					"put password_policy into its site too", dial))
			}
		}
	}
	sort.Strings(warnings)
	return slices.Compact(warnings)
}

// proxies collects the proxies of a list of routes, in the order in which a
// request may pass them.
func proxies(routes caddyhttp.RouteList, guarded bool) (found []proxied) {
	for _, route := range routes {
		for _, handler := range route.Handlers {
			switch h := handler.(type) {
			case *Handler:
				guarded = true
			case *caddyhttp.Subroute:
				found = append(found, proxies(h.Routes, guarded)...)
			case *reverseproxy.Handler:
				_, wrapped := h.Transport.(*Transport)
				found = append(found, proxied{h, guarded, wrapped})
			}
		}
	}
	return found
}

func dials(h *reverseproxy.Handler) (dials []string) {
	for _, upstream := range h.Upstreams {
		dials = append(dials, upstream.Dial)
	}
	return dials
}
