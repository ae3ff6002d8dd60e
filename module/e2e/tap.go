// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// tap stands between the gateway and a cluster. It passes bytes on unchanged and
// keeps the requests it sees.
type tap struct {
	listener net.Listener
	upstream string

	mu       sync.Mutex
	arrived  []*arrival
	conns    map[net.Conn]bool
	inFlight sync.WaitGroup
}

// arrival is a request as the cluster got it.
type arrival struct {
	Method, Target string
	Header         http.Header
	Body           []byte
	Chunked        bool
	whole          bool // read to its end, or to where it broke off
}

// newTap listens on loopback and passes everything on to upstream. Without an
// upstream it takes what comes and hangs up, as a cluster that dies on the way.
func newTap(upstream string) (*tap, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the tap: %w", err)
	}
	t := &tap{listener: l, upstream: upstream, conns: make(map[net.Conn]bool)}
	go t.accept()
	return t, nil
}

func (t *tap) addr() string { return t.listener.Addr().String() }

// close ends the tap and every connection through it.
func (t *tap) close() {
	t.listener.Close()
	t.mu.Lock()
	for c := range t.conns {
		c.Close()
	}
	t.mu.Unlock()
	t.inFlight.Wait()
}

// take returns what has arrived, whole, since the last call. What the cluster has
// seen may take another moment to be read here.
func (t *tap) take() (arrived []*arrival) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.arrived) > 0 && t.arrived[0].whole {
		arrived, t.arrived = append(arrived, t.arrived[0]), t.arrived[1:]
	}
	return arrived
}

func (t *tap) accept() {
	for {
		conn, err := t.listener.Accept()
		if err != nil {
			return // closed
		}
		t.inFlight.Add(1)
		go func() {
			defer t.inFlight.Done()
			t.pass(conn)
		}()
	}
}

func (t *tap) pass(client net.Conn) {
	defer t.forget(t.remember(client))
	if t.upstream == "" {
		t.hangUp(client)
		return
	}
	server, err := net.DialTimeout("tcp", t.upstream, 10*time.Second)
	if err != nil {
		return
	}
	defer t.forget(t.remember(server))
	copied, copying := io.Pipe()
	var both sync.WaitGroup
	both.Go(func() { t.read(copied) })
	both.Go(func() {
		_, _ = io.Copy(client, server)
		client.Close()
	})
	_, _ = io.Copy(server, io.TeeReader(client, copying))
	copying.Close()
	server.Close()
	both.Wait()
}

// hangUp takes one request whole and closes the connection without an answer.
func (t *tap) hangUp(client net.Conn) { _ = t.keep(bufio.NewReader(client)) }

func (t *tap) remember(c net.Conn) net.Conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conns[c] = true
	return c
}

func (t *tap) forget(c net.Conn) {
	c.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.conns, c)
}

// read keeps the requests of one connection. It drains what it can't parse, so
// that the connection itself goes on.
func (t *tap) read(stream io.Reader) {
	from := bufio.NewReader(stream)
	for t.keep(from) == nil {
	}
	_, _ = io.Copy(io.Discard, from)
}

// keep reads one request and remembers it: from its head on, because the cluster
// may answer before it has read the body.
func (t *tap) keep(from *bufio.Reader) error {
	req, err := http.ReadRequest(from)
	if err != nil {
		return err
	}
	a := &arrival{
		Method: req.Method, Target: req.RequestURI, Header: req.Header,
		Chunked: slices.Contains(req.TransferEncoding, "chunked"),
	}
	a.Header.Set("Host", req.Host)
	t.mu.Lock()
	t.arrived = append(t.arrived, a)
	t.mu.Unlock()
	body, err := io.ReadAll(req.Body)
	t.mu.Lock()
	a.Body, a.whole = body, true
	t.mu.Unlock()
	return err
}

// addedByProxy are headers that a proxy on the way may add or change.
var addedByProxy = []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via", "User-Agent", "Content-Length", "Accept-Encoding"}

// hopByHop are headers that end at each hop (RFC 9110, section 7.6.1).
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Upgrade", "Http2-Settings", "Transfer-Encoding", "Expect"}

// differences tells in what the arrival is not the request that was sent.
func (a *arrival) differences(sent *message) (found []string) {
	if string(a.Body) != string(sent.Body) {
		found = append(found, fmt.Sprintf("the body arrived changed: %d bytes were sent, %d arrived", len(sent.Body), len(a.Body)))
	}
	for name, values := range sent.Header {
		if !slices.Contains(hopByHop, name) && !slices.Equal(values, a.Header[name]) {
			found = append(found, fmt.Sprintf("header %s arrived changed: %d sent, %d arrived", name, len(values), len(a.Header[name])))
		}
	}
	for name := range a.Header {
		if sent.Header[name] == nil && !slices.Contains(addedByProxy, name) && !slices.Contains(hopByHop, name) {
			found = append(found, "header "+name+" was added")
		}
	}
	if chunked := strings.EqualFold(sent.Header.Get("Transfer-Encoding"), "chunked"); chunked != a.Chunked {
		found = append(found, "the body's framing changed")
	}
	return found
}

// ownToEach are headers that belong to one request and not to its sender.
var ownToEach = []string{"Accept", "Accept-Encoding", "Trailer", "Range"}

// asksAs tells in what an arrival, by which the gateway asked who the sender is,
// was not sent as by him: whatever may hold credentials has to be there.
func (a *arrival) asksAs(sent *message) (found []string) {
	if a.Method != "GET" || len(a.Body) > 0 {
		found = append(found, "a "+a.Method+" arrived besides the request")
	}
	for name, values := range sent.Header {
		own := slices.Contains(ownToEach, name) || strings.HasPrefix(name, "Content-") || strings.HasPrefix(name, "If-")
		if !own && !slices.Contains(hopByHop, name) && !slices.Equal(values, a.Header[name]) {
			found = append(found, "header "+name+" is not on the question who asks")
		}
	}
	return found
}
