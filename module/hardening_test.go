// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/sandbox"
)

// Which attacks are covered, and where:
//
//	hardening_path_test.go       spellings of the request target and the query
//	hardening_header_test.go     credentials, hop-by-hop headers, offers to upgrade
//	hardening_framing_test.go    chunks, lengths, trailers, pipelines, HTTP/1.0
//	hardening_http2_test.go      HTTP/2 by the frame, HTTP/3, early data
//	hardening_body_test.go       media types, encodings, JSON, JSON Patch
//	hardening_caddyfile_test.go  every order of handlers a Caddyfile allows
//	hardening_retry_test.go      every way in which a proxy sends again
//	hardening_history_test.go    ways round a rule about former passwords
//	hardening_whoami_test.go     clusters that lie about who asks, or don't answer
//	hardening_monitor_test.go    what monitor mode must not let through
//	hardening_stall_test.go      slow, huge and costly requests; reloads
//
// Each attack goes twice: first straight to a cluster of its own, which tells
// whether it bites at all, then through the gateway, after which the forbidden
// password must not log in, nothing but a whoami may have reached the cluster,
// and neither the trail nor the answer may hold a secret. An attack that stops
// biting fails its test as well, because it then proves nothing.

// forbidden is a password that the clusters take and our policy does not.
const forbidden = "kQ9!vzT3pLx"

// attack is one request that tries to set the forbidden password for bob.
type attack struct {
	name    string
	method  string // default PUT
	target  string // default: change-password of bob
	headers string // lines with CRLF; replace the default ones of the same name
	body    string // default: an object with the forbidden password
	raw     string // instead of all of these; HOST and AUTH are filled in
	user    string // whose password it sets, where that is not bob
	bites   bool   // sets the password on a cluster without the gateway
	want    string // verdict or cause on record; "" if nothing is recorded
	cut     bool   // the client stops sending behind it
	passes  bool   // harmless: it may reach the cluster
}

// arena is a gateway in front of an embedded cluster that can be attacked.
type arena struct {
	name   string
	rig    *rig
	direct string // address of a cluster without a gateway
	auth   string
	path   string // of the change that attacks use by default
	body   string

	logsIn func(gateway bool, user string) bool
	reset  func(user string)
	seen   func() []sandbox.Seen
	forget func()
}

func (a *arena) request(x attack, host string) string {
	text := x.raw
	if text == "" {
		def := func(value, fallback string) string {
			if value == "" {
				return fallback
			}
			return value
		}
		body := def(x.body, a.body)
		lines := x.headers
		for _, line := range []string{"Authorization: AUTH", "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body))} {
			name, _, _ := strings.Cut(line, ":")
			if !strings.Contains("\n"+strings.ToLower(x.headers), "\n"+strings.ToLower(name)+":") {
				lines += line + "\r\n"
			}
		}
		text = def(x.method, "PUT") + " " + def(x.target, a.path) + " HTTP/1.1\r\nHost: HOST\r\n" + lines + "\r\n" + body
	}
	return strings.NewReplacer("HOST", host, "AUTH", a.auth).Replace(text)
}

// try runs one attack on both clusters and compares with what it says of itself.
func (a *arena) try(t *testing.T, x attack) {
	t.Helper()
	user := x.user
	if user == "" {
		user = "bob"
	}
	a.reset(user)
	before := len(a.rig.records())
	direct := converse(t, a.direct, a.request(x, a.direct), x.cut)
	if bites := a.logsIn(false, user); bites != x.bites {
		t.Errorf("without the gateway the password logs in: %v, want %v (%d %s)", bites, x.bites, direct.status, direct.body)
	}
	res := converse(t, a.rig.addr, a.request(x, a.rig.addr), x.cut)
	if a.logsIn(true, user) {
		t.Errorf("the forbidden password logs in: %d %s", res.status, res.body)
	}
	for _, seen := range a.seen() {
		if seen.Method != "GET" && !x.passes {
			t.Errorf("the cluster saw %s %s", seen.Method, seen.Target)
		}
	}
	var got []string
	for _, rec := range a.rig.records()[before:] {
		if g := rec.Gateway; g.Stage == "decision" {
			got = append(got, strings.TrimSuffix(g.Verdict+"/"+g.Cause, "/"))
		}
	}
	if strings.Join(got, ", ") != x.want {
		t.Errorf("on record %q, want %q (%d %s)", got, x.want, res.status, res.body)
	}
	for place, text := range map[string]string{"trail": a.rig.trail(), "answer": res.body + fmt.Sprint(res.header)} {
		for _, secret := range []string{forbidden, boss} {
			if strings.Contains(text, secret) && !x.passes {
				t.Errorf("%q in the %s", secret, place)
			}
		}
	}
}

func (a *arena) all(t *testing.T, attacks []attack) {
	for _, x := range attacks {
		t.Run(a.name+"/"+x.name, func(t *testing.T) { a.try(t, x) })
	}
}

// elasticArena guards an Elasticsearch of the given version.
func elasticArena(t *testing.T, version string) *arena {
	t.Helper()
	clusters := [2]*sandbox.Elasticsearch{}
	for i := range clusters {
		clusters[i] = sandbox.NewElasticsearch(sandbox.Options{Version: version})
		clusters[i].AddUser("boss", boss, "superuser")
	}
	behind := clusters[1]
	return &arena{
		name: "es-" + version, direct: serve(t, clusters[0]), rig: start(t, plainSite, serve(t, behind)),
		auth: basic("boss", boss), path: bobPath, body: `{"password":"` + forbidden + `"}`,
		logsIn: func(gateway bool, user string) bool { return clusters[index(gateway)].CheckPassword(user, forbidden) },
		reset: func(user string) {
			for _, c := range clusters {
				c.AddUser(user, oldPassword, "superuser")
				c.Forget()
			}
		},
		seen: behind.Seen, forget: behind.Forget,
	}
}

// openArena guards an OpenSearch.
func openArena(t *testing.T) *arena {
	t.Helper()
	return openArenaIn(t, modeEnforce)
}

func openArenaIn(t *testing.T, mode string) *arena {
	t.Helper()
	clusters := [2]*sandbox.OpenSearch{}
	for i := range clusters {
		clusters[i] = sandbox.NewOpenSearch(sandbox.Options{})
		clusters[i].AddUser("boss", boss, "all_access")
	}
	behind := clusters[1]
	return &arena{
		name: "os", direct: serve(t, clusters[0]),
		rig:  start(t, strings.Replace(plainSite, "elasticsearch {", "opensearch {\n\t\tmode "+mode, 1), serve(t, behind)),
		auth: basic("boss", boss), path: api + "/internalusers/bob", body: `{"password":"` + forbidden + `"}`,
		logsIn: func(gateway bool, user string) bool { return clusters[index(gateway)].CheckPassword(user, forbidden) },
		reset: func(user string) {
			for _, c := range clusters {
				c.AddUser(user, oldPassword, "all_access")
				c.Forget()
			}
		},
		seen: behind.Seen, forget: behind.Forget,
	}
}

func index(second bool) int {
	if second {
		return 1
	}
	return 0
}

// converse sends bytes as they are and returns the first final answer.
func converse(t *testing.T, addr, request string, cut ...bool) response {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(cut, true) {
		_ = conn.(*net.TCPConn).CloseWrite()
	}
	in := bufio.NewReader(conn)
	for {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return response{body: err.Error()}
		}
		if res.StatusCode >= 200 {
			body, _ := io.ReadAll(res.Body)
			return response{res.StatusCode, res.Header, string(body)}
		}
	}
}

// dial opens a connection for requests that need more than one turn.
func (r *rig) dial() net.Conn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	return conn
}
