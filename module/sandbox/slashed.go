// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"net"
	"strings"
	"sync"
)

// Both clusters treat the leading slash of a target as optional ("PUT
// _security/user/joe" sets a password: PathTrie skips the first empty part
// only if there is one), but net/http refuses such a target while parsing.
// A proxy can be made to send one (an opaque URL such as "x:_security/…"), so
// the listener adds the slash and remembers the spelling for [Seen].

type slashedListener struct{ net.Listener }

func (l slashedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &slashedConn{Conn: c, atLine: true}, nil
}

// maxLine bounds what is held back while a request line is incomplete.
const maxLine = 8 << 10

type slashedConn struct {
	net.Conn

	mu      sync.Mutex
	atLine  bool // the next bytes are a request line
	pending []byte
	target  string // as sent, when it had no slash
}

func (c *slashedConn) original() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.target
}

func (c *slashedConn) nextRequest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.atLine, c.target = true, ""
}

// Read passes bytes on, but for a request line, which it first completes.
func (c *slashedConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	atLine := c.atLine
	if !atLine && len(c.pending) > 0 {
		n := copy(p, c.pending)
		c.pending = c.pending[n:]
		c.mu.Unlock()
		return n, nil
	}
	c.mu.Unlock()
	n, err := c.Conn.Read(p)
	if !atLine || n == 0 {
		return n, err
	}
	return c.readLine(p, n, err)
}

func (c *slashedConn) readLine(p []byte, n int, err error) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending = append(c.pending, p[:n]...)
	for err == nil && bytes.IndexByte(c.pending, '\n') < 0 && len(c.pending) < maxLine {
		n, err = c.Conn.Read(p)
		c.pending = append(c.pending, p[:n]...)
	}
	c.atLine = false
	c.pending, c.target = addSlash(c.pending)
	n = copy(p, c.pending)
	c.pending = c.pending[n:]
	if len(c.pending) > 0 {
		err = nil // comes back with the next Read
	}
	return n, err
}

// addSlash puts a slash before the target of the request line at the start of
// b if it is a bare path, and returns the target in that case.
func addSlash(b []byte) ([]byte, string) {
	line, _, complete := bytes.Cut(b, []byte("\n"))
	parts := strings.SplitN(string(line), " ", 3)
	if !complete || len(parts) != 3 || parts[0] == "CONNECT" {
		return b, ""
	}
	target := parts[1]
	if target == "" || target == "*" || target[0] == '/' || strings.Contains(target, "://") {
		return b, ""
	}
	at := len(parts[0]) + 1
	out := make([]byte, 0, len(b)+1)
	out = append(append(append(out, b[:at]...), '/'), b[at:]...)
	return out, target
}
