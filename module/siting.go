// SPDX-License-Identifier: Apache-2.0

package module

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/fileserver"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/intercept"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/rewrite"
)

// proxied is one reverse_proxy of the configuration and the way that leads to it.
type proxied struct {
	way
	handler *reverseproxy.Handler
	wrapped bool // it has the transport that looks twice
}

// way is what a request has met before it comes to a handler.
type way struct {
	guarded  bool // a guard
	again    bool // another one
	narrowed bool // a guard, but only if it matched something
	open     bool // a proxy that has taken it, unguarded and not looked at
	aside    bool // an error or an answer: it may have been denied
	ended    bool // a handler that hands nothing on

	altered string   // behind a guard, what makes another request of a judged one
	below   []string // patterns of which its path has met one, until a prefix is stripped
}

// checkSiting finds proxies by which a change would reach a cluster unjudged: in
// handle_errors, which gets every request that fails in front of the guard (a wrong
// login, an empty Host); in intercept, which gets what the guard has denied; behind
// a guard that a matcher narrows, or in front of it; behind a handler that makes a
// change of what was judged as none. It also finds proxies that would send a change
// again: from a buffer of their own, after an answer or without one.
func checkSiting(http *caddyhttp.App) error {
	found, late := allProxies(http)
	if late {
		return errors.New("expected password_policy in front of the site's proxy, found it behind: no request would ever come to it; " +
			"put it first (an `order` option or a route moves it)")
	}
	guarded := guardedDials(found)
	for _, p := range found {
		if err := p.check(guarded); err != nil {
			return err
		}
	}
	return nil
}

// check knows to which addresses other proxies are guarded.
func (p *proxied) check(guarded *places) error {
	altered := cmp.Or(p.altered, altersOnTheWay(p.handler, p.below))
	lb := p.handler.LoadBalancing
	switch {
	case p.wrapped:
		return nil
	case p.guarded && p.handler.RequestBuffers != 0 && lb != nil && len(lb.RetryMatch) > 0:
		return errors.New("expected request_buffers or lb_retry_match in the proxy behind password_policy, found both: " +
			"they would send a change more than once; remove one, or add `transport password_policy` to the proxy")
	case p.guarded && altered != "":
		return fmt.Errorf("expected nothing behind password_policy to change a request that it has judged, found %s: it could make a change of "+
			"a request that nobody judged; put it in front of password_policy, or add `transport password_policy` to the proxy", altered)
	case p.guarded:
		return nil
	case p.narrowed:
		return fmt.Errorf("expected password_policy in front of every request to %s, found it behind a matcher: it would let some spellings "+
			"of a password route past; move it out of its handle or route, or add `transport password_policy` to the proxy",
			strings.Join(dials(p.handler), " "))
	}
	for _, dial := range dials(p.handler) {
		if p.aside && guarded.lead(dial) {
			return fmt.Errorf("expected no unguarded proxy to %s in handle_errors or intercept, found one: it would forward "+
				"password changes that nobody judged; use password_gateway there, or add `transport password_policy` to it", dial)
		}
	}
	return nil
}

// sitingWarnings tells what a configuration leaves open: a guarded proxy without
// the transport that looks twice, a road to a guarded cluster that has no guard at
// all, and one with two of them. Handlers of others that proxy by themselves are not seen.
func sitingWarnings(http *caddyhttp.App) []string {
	found, _ := allProxies(http)
	guarded := guardedDials(found)
	var warnings []string
	for _, p := range found {
		if p.again {
			warnings = append(warnings, fmt.Sprintf("the proxy to %s stands behind two password_policy or password_gateway: every change would be judged and "+
				"recorded by both; remove one, or put each into a handle of its own", strings.Join(dials(p.handler), " ")))
		}
		for _, dial := range dials(p.handler) {
			switch {
			case p.guarded && !p.wrapped:
				warnings = append(warnings, fmt.Sprintf("the proxy to %s doesn't look twice: add `transport password_policy` to it, "+
					"or use password_gateway, so that a rewrite behind the guard can't go unnoticed", dial))
			case !p.guarded && !p.wrapped && !onlyReads(p.handler) && guarded.lead(dial):
				warnings = append(warnings, fmt.Sprintf("a proxy to %s goes round the guard that stands in front of another one to it: "+
					"put password_policy in front of both", dial))
			}
		}
	}
	sort.Strings(warnings)
	return slices.Compact(warnings)
}

// allProxies lists the proxies of all servers, and tells whether a guard comes too late.
func allProxies(http *caddyhttp.App) (found []proxied, late bool) {
	for _, server := range http.Servers {
		w := sitingWalk{server: server}
		w.routes(server.Routes, way{})
		if server.Errors != nil {
			w.routes(server.Errors.Routes, way{aside: true})
		}
		found, late = append(found, w.found...), late || w.late
	}
	return found, late
}

// guardedDials are the addresses of all clusters that a guard stands before.
func guardedDials(found []proxied) *places {
	var guarded []string
	for _, p := range found {
		if p.guarded {
			guarded = append(guarded, dials(p.handler)...)
		}
	}
	return &places{dials: guarded}
}

// sitingWalk collects the proxies of a server's routes, in the order in which a
// request may pass them.
type sitingWalk struct {
	server *caddyhttp.Server
	found  []proxied
	late   bool // a guard stands where no request comes to
	depth  int  // named routes may invoke one another
}

// routes returns the way of a request that leaves the list.
func (w *sitingWalk) routes(routes caddyhttp.RouteList, on way) way {
	var narrowing []string             // groups of routes that guard what they match and let it go on
	altered := make(map[string]string) // before the first route of a group: only one of them runs
	for _, route := range routes {
		here, before := on, len(w.found)
		if first, ok := altered[route.Group]; ok && route.Group != "" {
			here.altered = first
		}
		altered[route.Group] = here.altered
		if paths := pathsOf(route.MatcherSets); paths != nil {
			here.below = paths
		}
		here.narrowed = on.narrowed || slices.ContainsFunc(narrowing, func(group string) bool { return group == "" || group != route.Group })
		behind := w.route(&route, here)
		served := slices.ContainsFunc(w.found[before:], func(p proxied) bool { return p.guarded })
		switch {
		case len(route.MatcherSets) == 0:
			behind.altered = cmp.Or(behind.altered, on.altered)
			on = behind
		case behind.guarded && !route.Terminal && !served:
			narrowing = append(narrowing, route.Group)
		}
		if !behind.ended {
			on.altered = cmp.Or(on.altered, behind.altered)
			if behind.below == nil {
				on.below = nil
			}
		}
	}
	on.narrowed = on.narrowed || len(narrowing) > 0
	return on
}

// route returns the way of a request that leaves the route.
func (w *sitingWalk) route(route *caddyhttp.Route, on way) way {
	if w.depth++; w.depth < 100 {
		for _, handler := range route.Handlers {
			on = w.handler(handler, on)
		}
	}
	w.depth--
	return on
}

func (w *sitingWalk) handler(handler caddyhttp.MiddlewareHandler, on way) way {
	switch h := handler.(type) {
	case *Handler:
		w.late = w.late || on.open && !on.guarded
		on.guarded, on.again, on.altered = true, on.guarded, "" // it has seen what came before
	case *caddyhttp.Subroute:
		if h.Errors != nil {
			w.routes(h.Errors.Routes, way{aside: true})
		}
		return w.routes(h.Routes, on)
	case *caddyhttp.Invoke:
		if named, ok := w.server.NamedRoutes[h.Name]; ok {
			return w.route(named, on)
		}
	case *intercept.Intercept:
		for _, response := range h.HandleResponse {
			w.routes(response.Routes, way{aside: true})
		}
	case *reverseproxy.Handler:
		_, wrapped := h.Transport.(*Transport)
		w.found = append(w.found, proxied{on, h, wrapped})
		for _, response := range h.HandleResponse {
			w.routes(response.Routes, on)
		}
		on.open = on.open || !on.guarded && !wrapped && !onlyReads(h)
		on.ended = len(h.HandleResponse) == 0
	case *caddyhttp.StaticResponse, *fileserver.FileServer:
		on.ended = true
	default:
		if on.guarded {
			on.altered = cmp.Or(on.altered, alters(h, on.below))
		}
		if r, ok := h.(*rewrite.Rewrite); ok && r.StripPathPrefix != "" {
			on.below = nil
		}
	}
	return on
}

// onlyReads reports whether a proxy can send no change, as that of forward_auth.
func onlyReads(h *reverseproxy.Handler) bool {
	return h.Rewrite != nil && (h.Rewrite.Method == "GET" || h.Rewrite.Method == "HEAD")
}

// dials are the addresses a proxy goes to, as the configuration has them: how they
// are looked up, where that is done for each request.
func dials(h *reverseproxy.Handler) (dials []string) {
	for _, upstream := range h.Upstreams {
		dials = append(dials, upstream.Dial)
	}
	if h.DynamicUpstreams != nil {
		lookup, _ := json.Marshal(h.DynamicUpstreams) // what could not be marshalled could not be loaded
		dials = append(dials, string(lookup))
	}
	return dials
}
