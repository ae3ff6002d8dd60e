// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Headers that reach the cluster otherwise than they were judged, or that two
// readers read in two ways.
func TestHardeningHeaders(t *testing.T) {
	auth := "Authorization: AUTH\r\n"
	elasticArena(t, "8.19.21").all(t, []attack{
		// RFC 9110, section 7.6.1: a proxy drops every header that Connection names,
		// after we have judged them: other credentials, another reading of the body.
		{name: "connection names authorization", headers: "Connection: close, Authorization\r\n", bites: true, want: "deny/unreadable"},
		{name: "connection names the content type", headers: "Connection: Content-Type\r\n", bites: true, want: "deny/unreadable"},
		{name: "connection names the encoding", headers: "Connection: keep-alive\r\nConnection: content-encoding\r\n", bites: true, want: "deny/unreadable"},
		{name: "connection names run-as", headers: "Connection: es-security-runas-user\r\n", bites: true, want: "deny/unreadable"},
		{name: "connection names the length", headers: "Connection: Content-Length\r\n", bites: true, want: "deny/unreadable"},
		{name: "connection of ordinary clients", headers: "Connection: TE, close\r\nTE: trailers\r\n", bites: true, want: "deny/policy"},
		{name: "java's offer of h2c", headers: "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n", bites: true, want: "deny/policy"},

		// Of two equal headers some readers take the first, some the last (RFC
		// 9110, section 5.3); the cluster's choice changed between versions.
		{name: "two credentials", headers: "Authorization: " + basic("bob", oldPassword) + "\r\n" + auth, want: "deny/unreadable"},
		{name: "two types", headers: "Content-Type: application/json\r\nContent-Type: application/yaml\r\n", want: "deny/unreadable"},
		{name: "two types in one", headers: "Content-Type: application/json, application/yaml\r\n", want: "deny/unreadable"},
		{name: "two encodings", headers: "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n", bites: true, want: "deny/unreadable"},
		{name: "the same type twice", headers: "Content-Type: application/json\r\ncontent-type: application/json\r\n", want: "deny/unreadable"},
		{name: "two run-as", headers: "es-security-runas-user: bob\r\nEs-Security-Runas-User: boss\r\n", want: "deny/unreadable"},

		// Credentials that Java's decoder takes and Go's does not would leave the
		// record without the name that logs in (BasicAuth, RFC 7617, RFC 4648 §3.2).
		{name: "unpadded base64", headers: "Authorization: " + strings.TrimRight(basic("boss", boss), "=") + "\r\n", want: "deny/unreadable"},
		{name: "two blanks", headers: "Authorization: " + strings.Replace(basic("boss", boss), " ", "  ", 1) + "\r\n", bites: true, want: "deny/unreadable"},
		{name: "scheme in another case", headers: "Authorization: bAsIc" + strings.TrimPrefix(basic("boss", boss), "Basic") + "\r\n", bites: true, want: "deny/policy"},
		{name: "no colon", headers: "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("boss")) + "\r\n", want: "deny/unreadable"},

		// RFC 8470: what was sent in early data can be replayed by who recorded it.
		{name: "early data", headers: "Early-Data: 1\r\n", bites: true, want: "deny/unreadable"},

		// None of these has a meaning on these routes, and none may hide a change.
		{name: "method override", method: "POST", headers: "X-HTTP-Method-Override: GET\r\nX-Method-Override: GET\r\n", bites: true, want: "deny/policy"},
		{name: "forwarded by somebody", headers: "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: elsewhere\r\nX-Original-URL: /\r\nX-Rewrite-URL: /\r\n", bites: true, want: "deny/policy"},
		{name: "idempotency key", headers: "Idempotency-Key: x\r\n", bites: true, want: "deny/policy"},
		{name: "range", headers: "Range: bytes=0-0\r\nIf-None-Match: *\r\n", bites: true, want: "deny/policy"},
		{name: "expect", headers: "Expect: 100-continue\r\n", bites: true, want: "deny/policy"},
		{name: "an expectation nobody knows", headers: "Expect: 200-maybe\r\n", want: ""},
	})
}

// OpenSearch takes the last of two Authorization headers, and of a Basic one
// what stands between the first and the second blank (HTTPHelper.java).
func TestHardeningOpenSearchHeaders(t *testing.T) {
	openArena(t).all(t, []attack{
		{name: "text after the credentials", headers: "Authorization: " + basic("boss", boss) + " junk\r\n", bites: true, want: "deny/unreadable"},
		{name: "two credentials, the last counts", headers: "Authorization: " + basic("bob", "wrong") + "\r\nAuthorization: AUTH\r\n", bites: true, want: "deny/unreadable"},
		{name: "unpadded base64", headers: "Authorization: " + strings.TrimRight(basic("boss", boss), "=") + "\r\n", bites: true, want: "deny/unreadable"},
		{name: "underscored header in a variant", headers: "opendistro-security-impersonate-as: bob\r\n", bites: true, want: "deny/policy"},
	})
}

// The name on record is the one the cluster has confirmed, whatever the client
// claims beside it.
func TestHardeningActorOnRecord(t *testing.T) {
	a := elasticArena(t, "8.19.21")
	for _, c := range []struct{ name, headers, actor, initiator, target string }{
		{"run-as", "es-security-runas-user: bob\r\n", "bob", "boss", "bob"},
		{"forwarded user", "X-Forwarded-User: eve\r\nX-Remote-User: eve\r\nX-Proxy-User: eve\r\n", "boss", "", "boss"},
		{"opaque id", "X-Opaque-Id: eve\r\n", "boss", "", "boss"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a.reset("bob")
			before := len(a.rig.records())
			(&rig{t: t, addr: a.rig.addr}).raw(a.request(attack{target: ownPath, headers: c.headers, body: `{"password":"` + forbidden + `"}`}, a.rig.addr))
			rec := a.rig.records()[before]
			if rec.User.Name != c.actor || rec.Gateway.Actor.Initiator != c.initiator || rec.target() != c.target || !rec.Gateway.Actor.Verified {
				t.Errorf("on record: actor %s (%+v), target %s", rec.User.Name, rec.Gateway.Actor, rec.target())
			}
		})
	}
}

// An offer to leave HTTP/1.1 that the cluster accepts turns the connection into
// a tunnel that nobody reads (RFC 9113 took the upgrade to h2c out again, but
// OpenSearch 3 still has it, Netty4HttpServerTransport.configurePipeline). The
// offer may stand on any request, also one that is no change.
func TestHardeningUpgrades(t *testing.T) {
	for name, transport := range map[string]string{"standard": "", "wrapping": " {\n\t\ttransport password_policy\n\t}"} {
		t.Run(name, func(t *testing.T) {
			tunnel := newTunnel(t)
			r := start(t, strings.Replace(plainSite, "UPSTREAM", "UPSTREAM"+transport, 1), tunnel.addr)
			for name, request := range map[string]string{
				"a read":               "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
				"a neighbour":          "POST /_security/user/_has_privileges HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n",
				"two offers":           "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket, h2c\r\nConnection: Upgrade\r\n\r\n",
				"two lines":            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
				"another case":         "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nupgrade: H2C\r\nconnection: uPgrade\r\n\r\n",
				"TLS":                  "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: TLS/1.2\r\nConnection: Upgrade\r\n\r\n",
				"an unlisted write":    "POST /_security/tomorrow HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n",
				"a change":             put(r, bobPath, `{"password":"`+goodPassword+`"}`, "Upgrade: h2c\r\nConnection: Upgrade\r\n"),
				"nobody asked, a read": "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
			} {
				tunnel.smuggled.Store(false)
				status := r.smuggle(request)
				if strings.Contains(status, " 101 ") || tunnel.smuggled.Load() {
					t.Errorf("%s: %q, bytes went through a tunnel: %v", name, status, tunnel.smuggled.Load())
				}
			}
		})
	}
}
