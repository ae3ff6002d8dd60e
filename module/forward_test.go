// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const unidentified = globals + `SITE {
	password_policy elasticsearch {
		identify off
	}
	reverse_proxy UPSTREAM {
		OPTION
	}
	ERRORS
}
`

func claimedSite(option, errors string) string {
	return strings.NewReplacer("OPTION", option, "ERRORS", errors).Replace(unidentified)
}

// script is an upstream that answers each connection's first request with the
// same bytes, and counts the requests whose body arrived whole.
type script struct {
	addr string
	seen atomic.Int32
}

func scripted(t *testing.T, answer string) *script {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &script{addr: l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.answer(conn, answer)
		}
	}()
	return s
}

func (s *script) answer(conn net.Conn, answer string) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	if _, err := io.ReadAll(req.Body); err == nil {
		s.seen.Add(1)
	}
	_, _ = io.WriteString(conn, answer)
}

// Whatever the cluster does after the change went out, the trail gets an outcome.
func TestOutcomes(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for _, c := range []struct {
		name, answer string
		status       int
		story        string
	}{
		{"done", head + "Content-Length: 2\r\n\r\n{}", 200, "outcome allow applied"},
		{"done, no length", head + "Connection: close\r\n\r\n{}", 200, "outcome allow applied"},
		{"early hints first", "HTTP/1.1 103 Early Hints\r\n\r\n" + head + "Content-Length: 2\r\n\r\n{}", 200, "outcome allow applied"},
		{"refused", "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n", 409, "outcome allow failed"},
		{"failing", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, "outcome allow unknown"},
		{"no answer", "", 502, "outcome allow unknown"},
		{"not HTTP", "go away, {\"password\":\"x\"}\r\n\r\n", 502, "outcome allow unknown"},
		{"breaks off in the body", head + "Content-Length: 100\r\n\r\n{", 0, "outcome allow applied"},
		{"changes protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nPRI", 502, "outcome allow unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scripted(t, c.answer)
			r := start(t, claimedSite("", ""), s.addr)
			res := r.raw(put(r, bobPath, `{"password":"`+goodPassword+`"}`, "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"))
			if res.status != c.status {
				t.Errorf("status %d, want %d: %s", res.status, c.status, res.body)
			}
			if res.status == 502 && !strings.Contains(res.body, `"type":"status_exception"`) {
				t.Errorf("not in the cluster's dialect: %s", res.body)
			}
			eventually(t, func() bool { return strings.Contains(r.story(), "outcome") })
			r.wantStory("decision allow; " + c.story)
			if s.seen.Load() != 1 {
				t.Errorf("the cluster got the change %d times", s.seen.Load())
			}
		})
	}
}

// What a cluster compresses for a client that asked for it is read as well: the
// service says no within a 2xx.
func TestCompressedAnswer(t *testing.T) {
	said := gzipped(`{"errCode":"CSS.0050","externalMessage":"Invalid administrator password."}`)
	s := scripted(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(said), said))
	r := start(t, globals+"SITE {\n\tpassword_policy huawei_css\n\treverse_proxy UPSTREAM\n}\n", s.addr)
	res := r.change("POST", "/v1.0/p/clusters/c/password/reset", "", "", `{"newpassword":"`+goodPassword+`"}`, "Accept-Encoding", "gzip")
	if res.status != 200 || res.body != said || res.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("the answer was changed: %d %v %q", res.status, res.header, res.body)
	}
	r.wantStory("decision allow; outcome allow failed")
}

func put(r *rig, path, body, headers string) string {
	return fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s",
		path, r.addr, basic("bob", oldPassword), headers, len(body), body)
}

func eventually(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Error("waited in vain")
			return
		}
	}
}

// A cluster that can't be reached has seen nothing, and the client learns so.
func TestUnreachableCluster(t *testing.T) {
	r := start(t, claimedSite("", ""), freeAddr(t))
	res := r.change("PUT", bobPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`)
	if res.status != 502 || !strings.Contains(res.body, "nothing was changed") {
		t.Errorf("status %d: %s", res.status, res.body)
	}
	r.wantStory("decision allow; outcome allow failed")
}

// A client that leaves does not take the outcome with him.
func TestClientLeaves(t *testing.T) {
	arrived, answer := make(chan struct{}), make(chan struct{})
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		close(arrived)
		<-answer
	}))
	r := start(t, claimedSite("", ""), upstream)
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, put(r, bobPath, `{"password":"`+goodPassword+`"}`, ""))
	<-arrived
	_ = conn.Close()
	eventually(t, func() bool { return strings.Contains(r.story(), "outcome") })
	close(answer)
	r.wantStory("decision allow; outcome allow unknown")
}

// A site's error handler gets neither an error nor a body to forward, whether we
// denied the change or the proxy failed.
func TestErrorHandlerGetsNothing(t *testing.T) {
	second := scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
	errors := "handle_errors {\n\t\treverse_proxy " + second.addr + "\n\t}"
	for name, body := range map[string]string{
		"denied": `{"password":"` + weakPassword + `"}`, "unreadable": `password: x`, "proxy failed": `{"password":"` + goodPassword + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, claimedSite("", errors), freeAddr(t))
			if res := r.change("PUT", bobPath, "bob", oldPassword, body); res.status < 400 {
				t.Errorf("status %d", res.status)
			}
			if second.seen.Load() != 0 {
				t.Error("the error handler's proxy got the change")
			}
		})
	}
}

// Retries after an answer was begun, and an Idempotency-Key, must not deliver a
// change twice.
func TestSentOnce(t *testing.T) {
	s := scripted(t, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
	options := "lb_retries 3\n\t\tlb_try_duration 2s\n\t\tlb_retry_match {\n\t\t\tmethod PUT\n\t\t}"
	for _, transport := range []string{"", "\n\t\ttransport password_policy"} {
		t.Run("transport"+transport, func(t *testing.T) {
			r := start(t, claimedSite(options+transport, ""), s.addr)
			s.seen.Store(0)
			res := r.change("PUT", bobPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`, "Idempotency-Key", "x")
			if res.status < 500 || s.seen.Load() != 1 {
				t.Errorf("status %d, sent %d times", res.status, s.seen.Load())
			}
		})
	}
}

// Failover before anything was sent is fine: the second node gets the change.
func TestFailover(t *testing.T) {
	for _, transport := range []string{"", "\n\t\ttransport password_policy"} {
		t.Run("transport"+transport, func(t *testing.T) {
			es, upstream := elastic(t)
			options := "lb_policy first\n\t\tlb_retries 3\n\t\tlb_try_duration 3s\n\t\tlb_try_interval 50ms\n\t\tfail_duration 5s\n\t\tlb_retry_match {\n\t\t\tmethod PUT\n\t\t}"
			r := start(t, claimedSite(options+transport, ""), freeAddr(t)+" "+upstream)
			res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+goodPassword+`"}`)
			if res.status != 200 || !es.CheckPassword("bob", goodPassword) {
				t.Errorf("status %d: %s", res.status, res.body)
			}
			r.wantStory("decision allow; outcome allow applied")
		})
	}
}

// Nothing is forwarded that could not be recorded, and the answer says so.
func TestTrailUnavailable(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	breakTrail(t, r.dir)
	es.Forget()
	for _, password := range []string{goodPassword, weakPassword} {
		res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+password+`"}`)
		if res.status != 503 || !strings.Contains(res.body, "trail") || strings.Contains(res.body, "Validation") {
			t.Errorf("status %d: %s", res.status, res.body)
		}
	}
	for _, seen := range es.Seen() {
		if seen.Method != "GET" {
			t.Errorf("the cluster saw %s %s", seen.Method, seen.Target)
		}
	}
	if res := r.change("GET", "/_security/user/bob", "boss", boss, ""); res.status != 200 {
		t.Errorf("other traffic got %d", res.status)
	}
}

// breakTrail takes the trail's directory away beneath the writer.
func breakTrail(t *testing.T, dir string) {
	t.Helper()
	trails.Range(func(_, value any) bool {
		_ = value.(*trail).Close()
		return true
	})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
}
