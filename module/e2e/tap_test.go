// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTap: what arrives is kept byte for byte and the answer comes back.
func TestTap(t *testing.T) {
	t.Parallel()
	cluster := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(cluster.Close)
	between := openTap(t, cluster.Listener.Addr().String())
	var arrived []*arrival
	for _, raw := range []string{
		"PUT /a%2Fb?x;y HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nX-Two: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
		"POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
	} {
		answer, err := send(between.addr(), &message{Method: "PUT", Raw: []byte(raw)})
		if err != nil || string(answer.Body) != "abc" {
			t.Fatalf("expected the cluster's echo, found %+v, %v", answer, err)
		}
		// One at a time: each connection is read by itself, and the cluster's answer
		// may be here before the tap has read what it answers.
		arrived = append(arrived, takeSome(t, between, 1)...)
	}
	if len(between.take()) != 0 {
		t.Fatal("expected each request once")
	}
	a, b := arrived[0], arrived[1]
	if a.Method != "PUT" || a.Target != "/a%2Fb?x;y" || string(a.Body) != "abc" || a.Chunked || !slices.Equal(a.Header["X-Two"], []string{"1", "2"}) {
		t.Errorf("first request: found %+v", a)
	}
	if b.Target != "/c" || string(b.Body) != "abc" || !b.Chunked {
		t.Errorf("second request: found %+v", b)
	}
}

// takeSome waits until n requests have been read.
func takeSome(t *testing.T, from *tap, n int) (arrived []*arrival) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(arrived) < n && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		arrived = append(arrived, from.take()...)
	}
	if len(arrived) != n {
		t.Fatalf("expected %d requests, found %d", n, len(arrived))
	}
	return arrived
}

func TestTapThatHangsUp(t *testing.T) {
	t.Parallel()
	down := openTap(t, "")
	if answer, err := send(down.addr(), &message{Method: "GET", Raw: []byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n")}); err == nil {
		t.Errorf("expected no answer, found %+v", answer)
	}
	takeSome(t, down, 1)
}

// TestArrivalDifferences: the comparison that every case rests on does find
// something.
func TestArrivalDifferences(t *testing.T) {
	t.Parallel()
	sent := func() *message {
		return &message{Body: []byte("x"), Header: http.Header{"Content-Type": {"a"}, "Authorization": {"b"}, "Connection": {"close"}}}
	}
	arrive := func(change func(*arrival)) *arrival {
		a := &arrival{Body: []byte("x"), Header: http.Header{"Content-Type": {"a"}, "Authorization": {"b"}, "Via": {"1.1 Caddy"}}}
		change(a)
		return a
	}
	for want, change := range map[string]func(*arrival){
		"":                                     func(*arrival) {},
		"the body arrived changed":             func(a *arrival) { a.Body = []byte("y") },
		"header Authorization arrived changed": func(a *arrival) { a.Header.Del("Authorization") },
		"header Content-Type arrived changed":  func(a *arrival) { a.Header.Add("Content-Type", "c") },
		"header X-New was added":               func(a *arrival) { a.Header.Set("X-New", "1") },
		"the body's framing changed":           func(a *arrival) { a.Chunked = true },
	} {
		found := strings.Join(arrive(change).differences(sent()), "\n")
		if want == "" && found != "" || !strings.HasPrefix(found, want) {
			t.Errorf("expected %q, found %q", want, found)
		}
	}
}
