// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/intercept"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

// proxied is one reverse_proxy of the configuration and how it stands to the guard.
type proxied struct {
	handler *reverseproxy.Handler
	guarded bool // a guard comes before it
	wrapped bool // it has the transport that looks twice
	aside   bool // it runs after an error or an answer: with a request that may have been denied
}

// checkSiting finds proxies by which a denied request would still reach a guarded
// cluster: in handle_errors, which gets every request that fails in front of the
// guard (a wrong login, an empty Host), and in intercept, which gets what the
// guard has denied. It also finds proxies that would send a change again: from a
// buffer of their own, after an answer or without one.
func checkSiting(http *caddyhttp.App) error {
	found := allProxies(http)
	guarded := guardedDials(found)
	for _, p := range found {
		if lb := p.handler.LoadBalancing; p.guarded && !p.wrapped && p.handler.RequestBuffers != 0 && lb != nil && len(lb.RetryMatch) > 0 {
			return errors.New("expected request_buffers or lb_retry_match in the proxy behind password_policy, found both: " +
				"they would send a change more than once; remove one, or add `transport password_policy` to the proxy")
		}
		for _, dial := range dials(p.handler) {
			if p.aside && !p.guarded && !p.wrapped && slices.Contains(guarded, dial) {
				return fmt.Errorf("expected no unguarded proxy to %s in handle_errors or intercept, found one: it would forward "+
					"password changes that nobody judged; use password_gateway there, or add `transport password_policy` to it", dial)
			}
		}
	}
	return nil
}

// sitingWarnings tells what a configuration leaves open: a guarded proxy without
// the transport that looks twice, and a road to a guarded cluster that has no
// guard at all. Handlers of others that proxy by themselves are not seen.
func sitingWarnings(http *caddyhttp.App) []string {
	found := allProxies(http)
	guarded := guardedDials(found)
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

func allProxies(http *caddyhttp.App) (found []proxied) {
	for _, server := range http.Servers {
		w := sitingWalk{server: server}
		w.routes(server.Routes, false, false)
		if server.Errors != nil {
			w.routes(server.Errors.Routes, false, true)
		}
		found = append(found, w.found...)
	}
	return found
}

func guardedDials(found []proxied) (guarded []string) {
	for _, p := range found {
		if p.guarded {
			guarded = append(guarded, dials(p.handler)...)
		}
	}
	return guarded
}

// sitingWalk collects the proxies of a server's routes, in the order in which a
// request may pass them.
type sitingWalk struct {
	server *caddyhttp.Server
	found  []proxied
	depth  int // named routes may invoke one another
}

// routes reports whether a request has passed a guard when it leaves the list.
func (w *sitingWalk) routes(routes caddyhttp.RouteList, guarded, aside bool) bool {
	for _, route := range routes {
		behind := w.route(&route, guarded, aside)
		// A guard in a route with matchers guards what is in that route.
		guarded = guarded || behind && len(route.MatcherSets) == 0
	}
	return guarded
}

// route reports whether a request has passed a guard when it leaves the route.
func (w *sitingWalk) route(route *caddyhttp.Route, guarded, aside bool) bool {
	if w.depth++; w.depth < 100 {
		for _, handler := range route.Handlers {
			guarded = w.handler(handler, guarded, aside)
		}
	}
	w.depth--
	return guarded
}

func (w *sitingWalk) handler(handler caddyhttp.MiddlewareHandler, guarded, aside bool) bool {
	switch h := handler.(type) {
	case *Handler:
		return true
	case *caddyhttp.Subroute:
		if h.Errors != nil {
			w.routes(h.Errors.Routes, false, true)
		}
		return w.routes(h.Routes, guarded, aside)
	case *caddyhttp.Invoke:
		if named, ok := w.server.NamedRoutes[h.Name]; ok {
			return w.route(named, guarded, aside)
		}
	case *intercept.Intercept:
		for _, response := range h.HandleResponse {
			w.routes(response.Routes, false, true)
		}
	case *reverseproxy.Handler:
		_, wrapped := h.Transport.(*Transport)
		w.found = append(w.found, proxied{h, guarded, wrapped, aside})
		for _, response := range h.HandleResponse {
			w.routes(response.Routes, guarded, aside)
		}
	}
	return guarded
}

func dials(h *reverseproxy.Handler) (dials []string) {
	for _, upstream := range h.Upstreams {
		dials = append(dials, upstream.Dial)
	}
	return dials
}
