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
