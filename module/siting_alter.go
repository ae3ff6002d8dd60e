// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/headers"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/requestbody"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/rewrite"
)

// alters names what a handler makes another request with, or "". A prefix that is
// stripped is harmless: a guarded route is recognised by its end. Handlers that
// others have written can't be looked into.
func alters(handler caddyhttp.MiddlewareHandler) string {
	switch h := handler.(type) {
	case *rewrite.Rewrite:
		return altersTarget(h)
	case *requestbody.RequestBody:
		if h.Set != "" {
			return "request_body set"
		}
	case *headers.Handler:
		return altersHeader(h.Request)
	}
	return ""
}

// altersOnTheWay is alters for what a proxy does by itself.
func altersOnTheWay(h *reverseproxy.Handler) string {
	if h.Rewrite != nil {
		if what := altersTarget(h.Rewrite); what != "" {
			return what + " of a proxy"
		}
	}
	if h.Headers != nil {
		return altersHeader(h.Headers.Request)
	}
	return ""
}

func altersTarget(r *rewrite.Rewrite) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return "" // as forward_auth does: no change is made by these
	}
	if r.Method != "" || r.URI != "" && r.URI != "{http.request.uri}" || r.StripPathSuffix != "" || len(r.URISubstring) > 0 || len(r.PathRegexp) > 0 || r.Query != nil {
		return "a rewrite"
	}
	return ""
}

// altersHeader looks for the headers that say how a body is read.
func altersHeader(ops *headers.HeaderOps) string {
	if ops == nil {
		return ""
	}
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding"} {
		if touches(ops, name) {
			return "the header " + name
		}
	}
	return ""
}

func touches(ops *headers.HeaderOps, name string) bool {
	if ops.Add.Get(name) != "" || ops.Set.Get(name) != "" || len(ops.Replace[name]) > 0 {
		return true
	}
	for _, deleted := range ops.Delete {
		if http.CanonicalHeaderKey(deleted) == name {
			return true
		}
	}
	return false
}
