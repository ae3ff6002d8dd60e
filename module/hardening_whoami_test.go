// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// fickle is an upstream that answers whoami with given bytes and takes every
// change. It counts both, which no honest cluster needs to.
type fickle struct {
	addr           string
	asked, changes atomic.Int32
	whoami         atomic.Value // string
}

func newFickle(t *testing.T) *fickle {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	f := &fickle{addr: l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(conn)
		}
	}()
	return f
}

// tell makes it answer whoami so from now on, and forgets what it has counted.
func (f *fickle) tell(whoami string) {
	f.whoami.Store(whoami)
	f.asked.Store(0)
	f.changes.Store(0)
}

func (f *fickle) serve(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	in := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		answer := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
		if req.Method == http.MethodGet {
			f.asked.Add(1)
			answer = f.whoami.Load().(string)
		} else {
			f.changes.Add(1)
		}
		if _, err := io.WriteString(conn, answer); err != nil || !strings.Contains(answer, "Content-Length: 2\r\n") {
			return
		}
	}
}

// Whatever a cluster, or something that stands in for it, says about the caller:
// no change goes out unless it is a plain identity, and the trail says why. An
// answer that breaks off makes Caddy's proxy panic (reverseproxy.go,
// finalizeResponse), which must neither escape the guard nor go unrecorded.
func TestHardeningWhoamiAnswers(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	length := func(body string) string {
		// It hangs up after this, and says so: else the change may be sent into a
		// connection that is being closed, and nobody would know what became of it.
		return head + "Connection: close\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	}
	f := newFickle(t)
	r := start(t, plainSite, f.addr)
	for _, c := range []struct {
		name, answer, user string
		passes             bool
	}{
		{name: "an identity", answer: length(`{"username":"bob","roles":[]}`), user: "bob", passes: true},
		{name: "breaks off", answer: head + "Content-Length: 100\r\n\r\n{\"username\":\"bob\""},
		{name: "breaks off in a chunk", answer: head + "Transfer-Encoding: chunked\r\n\r\n1d\r\n{\"username\":\"bob\""},
		{name: "whole, then breaks off", answer: head + "Content-Length: 100\r\n\r\n" + `{"username":"bob","roles":[]}`},
		{name: "nothing", answer: ""},
		{name: "not HTTP", answer: "bob\r\n"},
		{name: "a tunnel", answer: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n" + `{"username":"bob","roles":[]}`},
		{name: "only early hints", answer: "HTTP/1.1 103 Early Hints\r\n\r\n"},
		{name: "gzip nobody asked for", answer: head + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"},
		{name: "the name twice", answer: length(`{"username":"bob","username":"eve","roles":[]}`)},
		{name: "the name twice, escaped", answer: length(`{"username":"bob","user\u006eame":"eve","roles":[]}`)},
		{name: "a number for a name", answer: length(`{"username":7,"roles":[]}`)},
		{name: "an empty name", answer: length(`{"username":"","roles":[]}`)},
		{name: "a page of another application", answer: length(`{"username":"bob"}`)},
		{name: "deeply nested", answer: length(`{"username":"bob","roles":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`)},
		{name: "a long name", answer: length(`{"username":"` + strings.Repeat("b", 100_000) + `","roles":[]}`), user: strings.Repeat("b", 200), passes: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.tell(c.answer)
			before := len(r.records())
			res := converse(t, r.addr, put(r, ownPath, `{"password":"`+goodPassword+`"}`, ""))
			if c.passes != (res.status == 200) || c.passes != (f.changes.Load() == 1) {
				t.Fatalf("status %d, %d changes: %s", res.status, f.changes.Load(), res.body)
			}
			if !c.passes {
				if got := r.storyFrom(before); got != "decision deny/unavailable denied" {
					t.Errorf("the trail tells %q", got)
				}
				if res.status != 503 || res.header.Get("Retry-After") == "" {
					t.Errorf("status %d %v", res.status, res.header)
				}
				return
			}
			rec := r.records()[before]
			if !strings.HasPrefix(rec.target(), c.user) || !rec.Gateway.Self || !rec.Gateway.Actor.Verified {
				t.Errorf("on record: target %.40s, %+v", rec.target(), rec.Gateway.Actor)
			}
		})
	}
}

// A credential in a form nobody knows is no reason not to ask: some plugin of
// the cluster may know it (OpenSearch takes a bare JWT in Authorization,
// HTTPJwtAuthenticator.java), and then the actor and the target of an own change
// must be on record. If the cluster doesn't know it on this route, the change
// will hear the same, and the actor stays claimed; unless it is of one's own
// password, which would then be of nobody knows whom.
func TestHardeningUnknownSchemes(t *testing.T) {
	const identity = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 30\r\n\r\n" + `{"username":"bob","roles":[]}` + "\n"
	const refusal = "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
	f := newFickle(t)
	r := start(t, plainSite, f.addr)
	for _, c := range []struct {
		authorization, answer, path string
		asked                       int32
		verified                    bool
		status                      int
	}{
		{"eyJhbGciOiJIUzI1NiJ9.e30.c2ln", identity, ownPath, 1, true, 200},
		{"Token abc", identity, ownPath, 1, true, 200},
		{"Digest username=\"bob\"", refusal, bobPath, 1, false, 200},
		{"Digest username=\"bob\"", refusal, ownPath, 1, false, 401},
		{"Negotiate abc", identity, bobPath, 0, false, 200},
		{"Negotiate abc", identity, ownPath, 0, false, 400},
		{"AWS4-HMAC-SHA256 Credential=AK/1/2/es/aws4_request", identity, bobPath, 0, false, 200},
		{"AWS4-HMAC-SHA256 Credential=AK/1/2/es/aws4_request", identity, ownPath, 0, false, 400},
	} {
		scheme, _, _ := strings.Cut(c.authorization, " ")
		t.Run(scheme+" "+c.path, func(t *testing.T) {
			f.tell(c.answer)
			before := len(r.records())
			res := r.change("PUT", c.path, "", "", `{"password":"`+goodPassword+`"}`, "Authorization", c.authorization)
			if res.status != c.status || f.asked.Load() != c.asked || f.changes.Load() == 1 != (c.status == 200) {
				t.Fatalf("status %d, asked %d times, %d changes: %s", res.status, f.asked.Load(), f.changes.Load(), res.body)
			}
			if rec := r.records()[before]; rec.Gateway.Actor.Verified != c.verified || (c.verified || c.path == bobPath) != (rec.target() == "bob") {
				t.Errorf("on record %+v, target %q", rec.Gateway.Actor, rec.target())
			}
		})
	}
}
