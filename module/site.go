// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// siteAddress is the address of the site that h guards, as the configuration has
// it. The Host header alone would not do: where a site takes any host, the client
// could choose the cluster's name by it, and with that the policy and the name on
// record.
func (h *Handler) siteAddress(r *http.Request) string {
	h.siteOnce.Do(func() {
		if server, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server); ok {
			h.siteHosts, _ = hostsOf(server.Routes, h, nil)
			h.sitePort = portOf(server)
		}
	})
	host := siteHost(h.siteHosts, r.Host)
	if host != "" && (h.sitePort == "" || h.sitePort == "80" || h.sitePort == "443") {
		return host
	}
	return net.JoinHostPort(host, h.sitePort)
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

// siteHost is the one of a site's names that a request has come to.
func siteHost(names []string, asked string) string {
	if len(names) == 0 {
		return ""
	}
	if host, _, err := net.SplitHostPort(asked); err == nil {
		asked = host
	}
	asked = strings.ToLower(strings.Trim(asked, "[]"))
	for _, name := range names {
		if fitsHost(strings.ToLower(name), asked) {
			return name
		}
	}
	return names[0]
}

// fitsHost compares label by label; * stands for one (caddyhttp, MatchHost).
func fitsHost(name, asked string) bool {
	want, got := strings.Split(name, "."), strings.Split(asked, ".")
	return slices.EqualFunc(want, got, func(w, g string) bool { return w == "*" || w == g })
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
