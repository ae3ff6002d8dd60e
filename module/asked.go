// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"slices"
	"strings"
)

type askedKey struct{}

// asked goes with the questions about a caller, so that the transport can tell
// whether the change leaves in the same name: a site may give those who only read
// somebody else's. Which headers name a user is the cluster's configuration (proxy
// authentication, a token in a header of any name), so all are compared.
type asked struct {
	left        bool        // a question, through our transport
	header      http.Header // with this
	certificate string      // and this one of the gateway's own
	mixed       string      // what was not the same in another question, or was added to one
}

func (a *asked) note(r *http.Request, certificate string) {
	switch {
	case a.mixed != "":
	case r.URL.RawQuery != "": // questions have none; a token may stand there (jwt_url_parameter)
		a.left, a.mixed = true, "query"
	case !a.left:
		a.left, a.header, a.certificate = true, r.Header.Clone(), certificate
	default:
		a.mixed = a.differs(r.Header, certificate)
	}
}

// differs returns the name of a header, or what else it is, by which a change may be
// another's than whom the cluster was asked about, as far as that was seen; empty: none.
func (a *asked) differs(h http.Header, certificate string) string {
	switch {
	case !a.left || a.mixed != "":
		return a.mixed
	case a.certificate != certificate:
		return "client certificate"
	}
	for _, headers := range []http.Header{a.header, h} {
		for name := range headers {
			if !ofOneRequest(name) && !slices.Equal(a.header[name], h[name]) {
				return name
			}
		}
	}
	return ""
}

// countedBy are the headers by which proxies and tracers count requests (W3C Trace
// Context, B3, their forerunners, and Elasticsearch's own X-Opaque-Id), or tell a
// backend what was asked for, and Accept, which the question has of its own.
var countedBy = []string{
	"Accept", "Baggage", "B3", "Date", "Traceparent", "Tracestate", "Uber-Trace-Id", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context",
	"X-Correlation-Id", "X-Forwarded-Method", "X-Forwarded-Uri", "X-Opaque-Id", "X-Original-Method", "X-Original-Uri", "X-Original-Url",
	"X-Request-Id", "X-Request-Start",
}

// ofOneRequest reports whether a header is one that a question can't have as the
// change has it: one of those, or it describes a body or an answer, as whoamiHeader
// says.
func ofOneRequest(name string) bool {
	name = http.CanonicalHeaderKey(name)
	return leftOut(name) || slices.Contains(countedBy, name) || strings.HasPrefix(name, "X-B3-") || strings.HasPrefix(name, "Ot-Tracer-")
}
