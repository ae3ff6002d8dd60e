// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// hopTokens are the names a Connection header of an ordinary client carries.
// Java's HttpClient and curl offer h2c on every write, Perl's LWP names TE.
var hopTokens = []string{"close", "keep-alive", "upgrade", "http2-settings", "te", "proxy-connection"}

// singular are the headers that say how a change reads and who sends it.
var singular = []string{
	"Authorization", "Content-Type", "Content-Encoding", "Es-Security-Runas-User",
	"Opendistro_security_impersonate_as", "X-Auth-Token", "X-Security-Token",
}

// CheckHeader refuses headers that would reach the cluster otherwise than they
// were judged. A Connection header that names an end-to-end header makes every
// proxy drop that header (RFC 9110, section 7.6.1); of repeated ones some
// readers take the first and some the last.
func CheckHeader(h http.Header) *Fault {
	for _, line := range h["Connection"] {
		for token := range strings.SplitSeq(line, ",") {
			token = strings.ToLower(strings.TrimSpace(token))
			if token != "" && !slices.Contains(hopTokens, token) {
				return unreadable(ReasonConnection, "the Connection header may only name hop-by-hop headers")
			}
		}
	}
	for _, name := range singular {
		if len(h[name]) > 1 {
			return unreadable(ReasonRepeatedHeader, "a header that may come once came more than once")
		}
	}
	if len(h["Early-Data"]) > 0 {
		return EarlyData()
	}
	return nil
}

// CheckTrailer refuses trailers that would say, if a hop merged them into the
// headers (RFC 9112, section 7.1.2, allows it), how to read the body or who sends
// it. Nobody may send such (RFC 9110, section 6.5.1).
func CheckTrailer(trailer http.Header) *Fault {
	for name := range trailer {
		if strings.HasPrefix(name, "Content-") || slices.Contains(singular, name) {
			return unreadable(ReasonRepeatedHeader, "this header may not come behind the body, as a trailer")
		}
	}
	return nil
}

// EarlyData is the fault of a change sent before the TLS handshake was done: an
// attacker could replay it (RFC 8470).
func EarlyData() *Fault {
	return unreadable(ReasonEarlyData, "a password change may not be sent as TLS early data; repeat it on the finished connection")
}

// DropHopHeaders removes offers to leave HTTP/1.1 behind. Clients make them on
// ordinary writes; a cluster that accepted one could be spoken to unseen.
func DropHopHeaders(h http.Header) {
	for _, name := range []string{"Upgrade", "Http2-Settings", "Te", "Connection", "Proxy-Connection"} {
		h.Del(name)
	}
}

// DropUpgrades removes an offer to leave HTTP/1.1 for anything but a WebSocket,
// from any request. A cluster that takes one (OpenSearch 3 knows h2c,
// Netty4HttpServerTransport.java) turns the connection into a tunnel through
// which changes would pass unseen. No cluster speaks WebSocket, but an
// application beside it on the same site may.
func DropUpgrades(h http.Header) {
	offers := h["Upgrade"]
	if len(offers) == 0 || len(offers) == 1 && strings.EqualFold(strings.TrimSpace(offers[0]), "websocket") {
		return
	}
	h.Del("Upgrade")
	h.Del("Http2-Settings")
}

// mediaType accepts one spelling of JSON. Whatever else a cluster takes on these
// routes (YAML, CBOR, SMILE, NDJSON, application/*) would be a second reading of
// the same bytes, and no client sends it here.
func mediaType(h http.Header, accepted ...string) *Fault {
	bad := func() *Fault {
		return withStatus(unreadable(ReasonMediaType, "Content-Type is not supported here; send application/json"), http.StatusNotAcceptable)
	}
	value := h.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(value)
	if err != nil || !slices.Contains(accepted, kind) {
		return bad()
	}
	for name, value := range params {
		switch name {
		case "charset":
			if !strings.EqualFold(value, "utf-8") {
				return bad()
			}
		case "compatible-with":
			if kind == "application/json" || len(value) != 1 || value[0] < '7' || value[0] > '9' {
				return bad()
			}
		default:
			return bad()
		}
	}
	return nil
}
