// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/headers"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/requestbody"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/rewrite"
)

// alters names what a handler makes another request with, or "". A prefix that is
// stripped is harmless where it ends with a segment: a guarded route is recognised
// by its end. Handlers that others have written can't be looked into.
func alters(handler caddyhttp.MiddlewareHandler, below []string) string {
	switch h := handler.(type) {
	case *rewrite.Rewrite:
		return altersTarget(h, below)
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
func altersOnTheWay(h *reverseproxy.Handler, below []string) string {
	if h.Rewrite != nil {
		if what := altersTarget(h.Rewrite, below); what != "" {
			return what + " of a proxy"
		}
	}
	if h.Headers != nil {
		return altersHeader(h.Headers.Request)
	}
	return ""
}

func altersTarget(r *rewrite.Rewrite, below []string) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return "" // as forward_auth does: no change is made by these
	}
	if r.Method != "" || r.URI != "" && r.URI != "{http.request.uri}" || r.StripPathSuffix != "" || len(r.URISubstring) > 0 || len(r.PathRegexp) > 0 || r.Query != nil {
		return "a rewrite"
	}
	if prefix := r.StripPathPrefix; prefix != "" && !endsWithSegment(prefix, below) {
		return "that the prefix " + prefix + " is stripped from a word that goes on (for handle_path, write " + strings.TrimRight(prefix, "*") + "/*)"
	}
	return ""
}

// endsWithSegment reports whether a prefix can only be stripped up to a slash: where
// it could end within a word, "/es_security/user/…" would become a change.
func endsWithSegment(prefix string, below []string) bool {
	prefix = "/" + strings.ToLower(strings.TrimPrefix(prefix, "/"))
	switch {
	case strings.Contains(prefix, "{"): // known later
		return false
	case strings.HasSuffix(prefix, "/"):
		return true
	}
	return len(below) > 0 && !slices.ContainsFunc(below, func(pattern string) bool {
		return pattern != prefix && !strings.HasPrefix(pattern, prefix+"/")
	})
}

// pathsOf are the patterns of which a request's path must meet one, if the sets of a
// route ask for any.
func pathsOf(sets caddyhttp.MatcherSets) (patterns []string) {
	for _, set := range sets {
		bound := false
		for _, matcher := range set {
			if m, ok := matcher.(*caddyhttp.MatchPath); ok {
				patterns, bound = append(patterns, *m...), true
			}
		}
		if !bound {
			return nil
		}
	}
	return patterns
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
	if ops.Add.Get(name) != "" || ops.Set.Get(name) != "" || len(ops.Replace[name]) > 0 || len(ops.Replace["*"]) > 0 {
		return true
	}
	for _, deleted := range ops.Delete {
		if http.CanonicalHeaderKey(deleted) == name {
			return true
		}
	}
	return false
}
