// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/json"
	"fmt"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

func init() {
	httpcaddyfile.RegisterDirective("password_gateway", parseGateway)
	httpcaddyfile.RegisterDirectiveOrder("password_gateway", httpcaddyfile.Before, "reverse_proxy")
}

// parseGateway expands the shortcut into the guard, the proxy behind it and the
// transport that looks twice: three things that can't be put in the wrong order.
//
//	password_gateway <dialect> <upstreams...> {
//		policy, cluster, identify, mode, allow, protect_security_index   as in password_policy
//		...                                                              everything else as in reverse_proxy
//	}
func parseGateway(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	guard, proxy := new(Handler), new(reverseproxy.Handler)
	h.Next() // the directive's name
	d := h.NewFromNextSegment()
	if err := takeGuardOptions(guard, d); err != nil {
		return nil, err
	}
	if err := checkPolicyName(h, guard); err != nil {
		return nil, err
	}
	d.Reset()
	if err := proxy.UnmarshalCaddyfile(d); err != nil {
		return nil, err
	}
	if err := proxy.FinalizeUnmarshalCaddyfile(h); err != nil {
		return nil, err
	}
	if len(proxy.Upstreams) == 0 && proxy.DynamicUpstreamsRaw == nil {
		return nil, h.Err("expected the cluster's address after the dialect, found none; for example: password_gateway elasticsearch https://es-1:9200")
	}
	if err := wrapTransport(proxy, guard.Dialect); err != nil {
		return nil, h.WrapErr(err)
	}
	route := caddyhttp.Route{HandlersRaw: []json.RawMessage{
		caddyconfig.JSONModuleObject(guard, "handler", "password_policy", nil),
		caddyconfig.JSONModuleObject(proxy, "handler", "reverse_proxy", nil),
	}}
	subroute := &caddyhttp.Subroute{Routes: caddyhttp.RouteList{route}}
	return h.NewRoute(nil, subroute), nil
}

// takeGuardOptions reads what belongs to the guard and deletes it, so that the
// rest reads as a reverse_proxy.
func takeGuardOptions(guard *Handler, d *caddyfile.Dispenser) error {
	for d.Next() {
		if err := guard.readDialect(d); err != nil {
			return err
		}
		d.Delete()
		for d.NextArg() {
		}
		for d.NextBlock(0) {
			if d.Nesting() != 1 {
				continue
			}
			words := 1 + d.CountRemainingArgs()
			known, err := guard.readOption(d)
			if err != nil {
				return err
			}
			if known {
				d.DeleteN(words)
			}
		}
	}
	return nil
}

// wrapTransport turns the proxy's HTTP transport, given or implied, into ours.
func wrapTransport(proxy *reverseproxy.Handler, dialect string) error {
	options := make(map[string]any)
	if proxy.TransportRaw != nil {
		if err := json.Unmarshal(proxy.TransportRaw, &options); err != nil {
			return fmt.Errorf("reading the transport: %w", err)
		}
	}
	if p, ok := options["protocol"]; ok && p != "http" && p != "password_policy" {
		return fmt.Errorf("expected transport http, found %v; a cluster's API is plain HTTP or HTTPS", p)
	}
	options["protocol"], options["dialect"] = "password_policy", dialect
	raw, err := json.Marshal(options)
	proxy.TransportRaw = raw
	return err
}
