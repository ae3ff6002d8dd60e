// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Requests as they are framed, one after the other on one connection.
func TestSeen(t *testing.T) {
	t.Parallel()
	es, s := elasticsearch(t, "8.19.21")
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	admin := basic("elastic", adminPassword)
	steps := []struct {
		raw  string
		want Seen
	}{
		{
			request("PUT", "/_security/user/jo%65/_password?pretty", `{"password" : "new-password"}`+"\n", admin, jsonType),
			Seen{Method: "PUT", Target: "/_security/user/jo%65/_password?pretty", Body: []byte(`{"password" : "new-password"}` + "\n"), Length: 30},
		},
		{
			"POST _security/user/joe/_password HTTP/1.1\r\nHost: h\r\n" + admin + "\r\n" + jsonType + "\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" +
				"5\r\n{\"pas\r\n19;x=y\r\nsword\":\"chunked-passwor\"}\r\n0\r\nX-Sum: 1\r\n\r\n",
			Seen{Method: "POST", Target: "_security/user/joe/_password", Body: []byte(`{"password":"chunked-passwor"}`), Chunked: true, Length: -1, Trailer: http.Header{"X-Sum": {"1"}}},
		},
		{
			request("GET", "/_security/_authenticate", "", admin),
			Seen{Method: "GET", Target: "/_security/_authenticate"},
		},
	}
	answers := bufio.NewReader(c)
	for _, step := range steps {
		if _, err := io.WriteString(c, step.raw); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s answered with %d %s, %v", step.want.Target, resp.StatusCode, body, err)
		}
	}
	seen := es.Seen()
	if len(seen) != len(steps) {
		t.Fatalf("%d requests seen, want %d", len(seen), len(steps))
	}
	for i, step := range steps {
		got, want := seen[i], step.want
		if got.Method != want.Method || got.Target != want.Target || string(got.Body) != string(want.Body) ||
			got.Chunked != want.Chunked || got.Length != want.Length || got.Trailer.Get("X-Sum") != want.Trailer.Get("X-Sum") {
			t.Errorf("seen %+v, want %+v", got, want)
		}
		if got.Header.Get("Authorization") == "" {
			t.Errorf("request %d has lost its credentials", i)
		}
	}
	if !es.CheckPassword("joe", "chunked-passwor") {
		t.Error("the chunked change wasn't applied")
	}
	es.Forget()
	if len(es.Seen()) != 0 {
		t.Error("requests are still seen after Forget")
	}
}

func TestForgetful(t *testing.T) {
	t.Parallel()
	es := NewElasticsearch(Options{Forgetful: true})
	if got := send(t, serve(t, es), request("GET", "/", "")); got.status != 401 || len(es.Seen()) != 0 {
		t.Errorf("answer = %d, %d requests seen; want 401 and none", got.status, len(es.Seen()))
	}
}

func TestAddSlash(t *testing.T) {
	t.Parallel()
	cases := []struct{ in, want, target string }{
		{"PUT _security/x HTTP/1.1\r\nA: b\r\n", "PUT /_security/x HTTP/1.1\r\nA: b\r\n", "_security/x"},
		{"PUT /x HTTP/1.1\r\n", "PUT /x HTTP/1.1\r\n", ""},
		{"OPTIONS * HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", ""},
		{"GET http://h/x HTTP/1.1\r\n", "GET http://h/x HTTP/1.1\r\n", ""},
		{"CONNECT h:1 HTTP/1.1\r\n", "CONNECT h:1 HTTP/1.1\r\n", ""},
		{"PUT x", "PUT x", ""},
		{"\r\n", "\r\n", ""},
	}
	for _, c := range cases {
		if got, target := addSlash([]byte(c.in)); string(got) != c.want || target != c.target {
			t.Errorf("addSlash(%q) = %q, %q; want %q, %q", c.in, got, target, c.want, c.target)
		}
	}
}

func FuzzAddSlash(f *testing.F) {
	f.Add("PUT _security/x HTTP/1.1\r\n\r\n")
	f.Add("GET / HTTP/1.1\n")
	f.Fuzz(func(t *testing.T, in string) {
		out, target := addSlash([]byte(in))
		want := in
		if target != "" {
			method, rest, _ := strings.Cut(in, " ")
			want = method + " /" + rest
		}
		if string(out) != want || !strings.Contains(in, target) {
			t.Errorf("%q became %q with target %q", in, out, target)
		}
	})
}

func TestListenOn(t *testing.T) {
	t.Parallel()
	es := NewElasticsearch(Options{})
	s := serve(t, es)
	_, port, err := net.SplitHostPort(s.Addr())
	if err != nil || !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Fatalf("listening on %s, %v; want a port of 127.0.0.1", s.URL(), err)
	}
	if _, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
		t.Errorf("port %s is free while the sandbox listens on it", port)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if _, err := net.DialTimeout("tcp", s.Addr(), time.Second); err == nil {
		t.Error("still listening after Close")
	}
}
