// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net"
	"net/http"
	"strconv"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// siteAddress is the address of the site that h guards, as the configuration has
// it. The Host header alone would not do: where a site takes any host, the client
// could choose the cluster's name by it, and with that the policy and the name on
// record.
func (h *Handler) siteAddress(r *http.Request) string {
	h.siteOnce.Do(func() {
		server, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
		if !ok {
			return
		}
		hosts, _ := hostsOf(server.Routes, h, nil)
		port := portOf(server)
		switch {
		case len(hosts) == 0:
			h.site = net.JoinHostPort("", port)
		case port == "80" || port == "443":
			h.site = hosts[0] // of several, always the same: a name is a key of the history
		default:
			h.site = net.JoinHostPort(hosts[0], port)
		}
	})
	return h.site
}

// hostsOf finds the host names that lead to h. None: any does.
func hostsOf(routes caddyhttp.RouteList, h *Handler, outer []string) (hosts []string, found bool) {
	for _, route := range routes {
		hosts := outer
		for _, set := range route.MatcherSets {
			for _, matcher := range set {
				if m, ok := matcher.(*caddyhttp.MatchHost); ok {
					hosts = append(hosts[:len(hosts):len(hosts)], *m...)
				}
			}
		}
		for _, handler := range route.Handlers {
			if handler == caddyhttp.MiddlewareHandler(h) {
				return hosts, true
			}
			if sub, ok := handler.(*caddyhttp.Subroute); ok {
				if hosts, found := hostsOf(sub.Routes, h, hosts); found {
					return hosts, true
				}
			}
		}
	}
	return nil, false
}

// portOf is the port a server listens on.
func portOf(server *caddyhttp.Server) string {
	if len(server.Listen) == 0 {
		return ""
	}
	addr, err := caddy.ParseNetworkAddress(server.Listen[0])
	if err != nil || addr.StartPort == 0 {
		return ""
	}
	return strconv.Itoa(int(addr.StartPort))
}
