// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// tunnel is an upstream that accepts every offer to change the protocol, and
// notes whether the bytes of a second request arrive behind its answer.
type tunnel struct {
	addr     string
	smuggled atomic.Bool
}

func newTunnel(t *testing.T) *tunnel {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	tun := &tunnel{addr: l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go tun.serve(conn)
		}
	}()
	return tun
}

func (tun *tunnel) serve(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	in := bufio.NewReader(conn)
	req, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, req.Body)
	if req.Method == "GET" && strings.HasSuffix(req.URL.Path, "_authenticate") {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n"+`{"username":"bob","roles":[]}`+"\n")
		return
	}
	offer := req.Header.Get("Upgrade")
	if offer == "" {
		offer = "h2c"
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "+offer+"\r\n\r\n")
	if line, err := in.ReadString('\n'); err == nil && strings.Contains(line, "SMUGGLED") {
		tun.smuggled.Store(true)
	}
}

// smuggle sends a request and then, on the same connection, bytes that only a
// tunnel would carry to the cluster.
func (r *rig) smuggle(request string) (status string) {
	r.t.Helper()
	conn := r.dial()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(conn, request)
	in := bufio.NewReader(conn)
	status, _ = in.ReadString('\n')
	_, _ = io.WriteString(conn, "SMUGGLED\n\n")
	_ = conn.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, in)
	_ = conn.Close()
	return status
}

// How long a body is has several answers in HTTP/1 (RFC 9112, section 6.3); the
// guard and the cluster must get the same one. Go settles it before us, and what
// leaves is framed anew.
func TestHardeningFraming(t *testing.T) {
	const head = "PUT " + bobPath + " HTTP/1.1\r\nHost: HOST\r\nAuthorization: AUTH\r\nContent-Type: application/json\r\n"
	const body = `{"password":"` + forbidden + `"}` // 26 bytes, 1a
	const chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
	elasticArena(t, "8.19.21").all(t, []attack{
		{name: "chunked", raw: chunked + "1a\r\n" + body + "\r\n0\r\n\r\n", bites: true, want: "deny/policy"},
		{name: "byte by byte", raw: chunked + bytewise(body) + "0\r\n\r\n", bites: true, want: "deny/policy"},
		{name: "chunk extensions", raw: chunked + "1a;a=b;c=\"d\"\r\n" + body + "\r\n0;x\r\n\r\n", bites: true, want: "deny/policy"},
		{name: "leading zeroes", raw: chunked + "000001A\r\n" + body + "\r\n000\r\n\r\n", bites: true, want: "deny/policy"},
		{name: "a chunk that is longer than said", raw: chunked + "5\r\n" + body + "\r\n0\r\n\r\n", cut: true, want: "deny/unreadable"},
		{name: "no last chunk", raw: chunked + "1a\r\n" + body + "\r\n", cut: true, want: "deny/unreadable"},
		{name: "a size that overflows", raw: chunked + "1000000000000001a\r\n" + body + "\r\n0\r\n\r\n", want: "deny/unreadable"},
		{name: "a negative size", raw: chunked + "-1a\r\n" + body + "\r\n0\r\n\r\n", want: "deny/unreadable"},
		{name: "chunks and a length", raw: head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\n\r\n", bites: true, want: "deny/policy"},
		{name: "a length and chunks, in upper case", raw: head + "Transfer-Encoding: CHUNKED\r\nContent-Length: 26\r\n\r\n1a\r\n" + body + "\r\n0\r\n\r\n", bites: true, want: "deny/policy"},
		{name: "two lengths", raw: head + "Content-Length: 2\r\nContent-Length: 26\r\n\r\n" + body, want: ""},
		{name: "a length with a sign", raw: head + "Content-Length: +26\r\n\r\n" + body, want: ""},
		{name: "compressed transfer", raw: head + "Transfer-Encoding: gzip, chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\n\r\n", want: ""},
		{name: "obscured chunked", raw: head + "Transfer-Encoding: xchunked\r\n\r\n1a\r\n" + body + "\r\n0\r\n\r\n", want: ""},
		{name: "chunked twice", raw: head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\n\r\n", want: ""},
		{name: "less than its length", raw: head + "Content-Length: 27\r\n\r\n" + body, cut: true, want: "deny/unreadable"},
		{name: "no length", raw: head + "\r\n" + body, want: "deny/unreadable"},
		{name: "HTTP/1.0", raw: strings.Replace(head, "1.1", "1.0", 1) + "Content-Length: 26\r\n\r\n" + body, bites: true, want: "deny/policy"},
		{name: "HTTP/1.0, chunked", raw: strings.Replace(chunked, "1.1", "1.0", 1) + "1a\r\n" + body + "\r\n0\r\n\r\n", want: "deny/unreadable"},
		{name: "folded header", raw: head + "Content-Length: 26\r\nX-Fold: a\r\n b\r\n\r\n" + body, bites: true, want: "deny/policy"},
		{name: "bare line feeds", raw: strings.ReplaceAll(head+"Content-Length: 26\r\n\r\n", "\r\n", "\n") + body, bites: true, want: "deny/policy"},
		{name: "blank before a colon", raw: head + "Content-Length : 26\r\n\r\n" + body, want: ""},
		{name: "empty lines first", raw: "\r\n\r\n" + head + "Content-Length: 26\r\n\r\n" + body, want: ""},

		// RFC 9110, section 6.5.1: a trailer must not say how to read the message
		// or who sends it, but a hop may merge it into the headers (RFC 9112, 7.1.2).
		{name: "a trailer", raw: head + "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\nX-Sum: 1\r\n\r\n", bites: true, want: "deny/policy"},
		{name: "a type for a trailer", raw: head + "Trailer: Content-Type\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\nContent-Type: application/yaml\r\n\r\n", bites: true, want: "deny/unreadable"},
		{name: "credentials for a trailer", raw: head + "Trailer: authorization\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\nAuthorization: x\r\n\r\n", bites: true, want: "deny/unreadable"},
		{name: "run-as for a trailer, not announced", raw: head + "Transfer-Encoding: chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\nEs-Security-Runas-User: x\r\n\r\n", bites: true, want: "deny/policy"},
	})
}

func bytewise(body string) string {
	var b strings.Builder
	for _, c := range []byte(body) {
		b.WriteString("1\r\n" + string(c) + "\r\n")
	}
	return b.String()
}

// Requests behind one another on a connection (RFC 9112, section 9.3.2): each is
// judged by itself, none rides on another's verdict, and a body is not the start
// of the next request.
func TestHardeningPipelining(t *testing.T) {
	a := elasticArena(t, "8.19.21")
	change := func(password string) string {
		return a.request(attack{body: `{"password":"` + password + `"}`}, a.rig.addr)
	}
	neighbour := a.request(attack{method: "POST", target: "/_security/user/_has_privileges", body: `{"cluster":["monitor"]}`}, a.rig.addr)
	inner := a.request(attack{method: "POST", target: "/_security/user/_has_privileges", body: change(forbidden)}, a.rig.addr)
	for _, c := range []struct {
		name, requests string
		answers        int
		want           string
	}{
		{"behind a neighbour", neighbour + change(forbidden), 2, "decision deny/policy denied"},
		{"behind a good one", change(goodPassword) + change(forbidden), 2, "decision allow; outcome allow applied; decision deny/policy denied"},
		{"in front of a good one", change(forbidden) + change(goodPassword), 2, "decision deny/policy denied; decision allow; outcome allow applied"},
		{"in the body of a neighbour", inner, 1, ""},
		{"in the body of a neighbour of length 0", strings.Replace(inner, "Content-Length: ", "Content-Length: 0\r\nX-Was: ", 1), 2, "decision deny/policy denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a.reset("bob")
			before := len(a.rig.records())
			conn := (&rig{t: t, addr: a.rig.addr}).dial()
			_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
			_, _ = io.WriteString(conn, c.requests)
			in := bufio.NewReader(conn)
			for range c.answers {
				res, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, res.Body)
			}
			if a.logsIn(true, "bob") {
				t.Error("the forbidden password logs in")
			}
			if got := a.rig.storyFrom(before); got != c.want {
				t.Errorf("the trail tells %q, want %q", got, c.want)
			}
		})
	}
}
