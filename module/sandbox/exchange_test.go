// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// answer is what came back over the wire.
type answer struct {
	status int
	header http.Header
	body   string
}

// serve puts a sandbox on a port for the length of a test.
func serve(t *testing.T, h http.Handler) *Server {
	t.Helper()
	s, err := Listen(h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// send writes raw bytes to the server and reads one answer: net/http's client
// couldn't spell most of what the tests send.
func send(t *testing.T, s *Server, raw string) answer {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(raw, " ")
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// request spells an HTTP/1.1 request with a body of known length. Header lines
// are given as they go on the wire, without line ends.
func request(method, target, body string, header ...string) string {
	var b strings.Builder
	b.WriteString(method + " " + target + " HTTP/1.1\r\nHost: sandbox\r\n")
	for _, line := range header {
		b.WriteString(line + "\r\n")
	}
	if body != "" {
		b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	b.WriteString("\r\n" + body)
	return b.String()
}
