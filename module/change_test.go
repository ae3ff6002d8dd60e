// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"
)

const (
	ownPath  = "/_security/user/_password"
	bobPath  = "/_security/user/bob/_password"
	userPath = "/_security/user/bob"
)

func TestChanges(t *testing.T) {
	es, upstream := elastic(t)
	hash := "$2a$10$" + strings.Repeat("a", 53)
	for _, c := range []struct {
		name, method, path, user, password, body string
		status                                   int
		story, target                            string
	}{
		{"a weak one", "PUT", ownPath, "bob", oldPassword, `{"password":"` + weakPassword + `"}`, 400, "decision deny/policy denied", "bob"},
		{"both fields", "PUT", ownPath, "bob", oldPassword, `{"password":"` + goodPassword + `","password_hash":"x"}`, 400, "decision deny/both_fields denied", "bob"},
		{"a hash", "PUT", userPath, "boss", boss, `{"roles":[],"password_hash":"` + hash + `"}`, 400, "decision deny/hash denied", "bob"},
		{"a comment", "PUT", ownPath, "bob", oldPassword, `{/**/"password":"` + goodPassword + `"}`, 400, "decision deny/unreadable denied", "bob"},
		{"another spelling", "PUT", "/_security//user/_password", "bob", oldPassword, `{"password":"x"}`, 400, "decision deny/unreadable denied", "bob"},
		{"wrong credentials", "PUT", ownPath, "bob", "wrong", `{"password":"` + weakPassword + `"}`, 401, "decision unjudged unauthenticated", "bob"},
		{"no credentials", "PUT", bobPath, "", "", `{"password":"` + weakPassword + `"}`, 401, "decision unjudged unauthenticated", "bob"},
		{"somebody else's, without the right to", "PUT", "/_security/user/boss/_password", "bob", oldPassword, `{"password":"` + goodPassword + `"}`, 403, "decision allow; outcome allow failed", "boss"},
		{"a user without a secret", "PUT", userPath, "boss", boss, `{"roles":["viewer"],"full_name":null}`, 200, "decision unjudged; outcome unjudged applied", "bob"},
		{"a good one", "PUT", bobPath, "boss", boss, `{"password":"` + goodPassword + `"}`, 200, "decision allow; outcome allow applied", "bob"},
		{"a good one of his own", "POST", ownPath, "bob", goodPassword, `{"password":"` + oldPassword + `"}`, 200, "decision allow; outcome allow applied", "bob"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, plainSite, upstream)
			before := len(es.Seen())
			res := r.change(c.method, c.path, c.user, c.password, c.body)
			if res.status != c.status {
				t.Errorf("status %d, want %d: %s", res.status, c.status, res.body)
			}
			r.wantStory(c.story)
			first := r.records()[0]
			if first.target() != c.target {
				t.Errorf("target %q on record, want %q", first.target(), c.target)
			}
			if strings.Contains(c.story, " denied") {
				if res.header.Get("X-Passgate-Record") != first.Gateway.Change || !strings.Contains(res.body, first.Gateway.Change) {
					t.Errorf("the refusal does not name its record %s: %v %s", first.Gateway.Change, res.header, res.body)
				}
				for _, seen := range es.Seen()[before:] {
					if seen.Method != "GET" {
						t.Errorf("the cluster saw %s %s", seen.Method, seen.Target)
					}
				}
			}
			if es.CheckPassword("bob", weakPassword) {
				t.Error("the weak password logs in")
			}
		})
	}
}

// What is forwarded is what was sent: method, target, credentials, content
// headers and every byte of the body, once.
func TestForwardsTheOriginalBytes(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	es.Forget()
	body := " {\n\t\"password\" : \"" + goodPassword + "\\u0021\"\r\n}\n"
	res := r.change("PUT", "/_security/user/%62ob/_password?pretty&refresh=wait_for", "boss", boss, body,
		"X-Opaque-Id", "join-me", "Content-Type", "application/json; charset=UTF-8")
	if res.status != 200 {
		t.Fatalf("status %d: %s", res.status, res.body)
	}
	var sent int
	for _, seen := range es.Seen() {
		if seen.Method != "PUT" {
			continue
		}
		sent++
		if seen.Target != "/_security/user/%62ob/_password?pretty&refresh=wait_for" || string(seen.Body) != body {
			t.Errorf("the cluster got %s with %q", seen.Target, seen.Body)
		}
		for name, want := range map[string]string{"Content-Type": "application/json; charset=UTF-8", "X-Opaque-Id": "join-me"} {
			if got := seen.Header.Get(name); got != want {
				t.Errorf("%s arrived as %q, want %q", name, got, want)
			}
		}
		if seen.Chunked || seen.Length != int64(len(body)) {
			t.Errorf("framing changed: chunked %v, length %d", seen.Chunked, seen.Length)
		}
	}
	if sent != 1 || !es.CheckPassword("bob", goodPassword+"!") {
		t.Errorf("sent %d times; logs in: %v", sent, es.CheckPassword("bob", goodPassword+"!"))
	}
}

// Chunks and trailers survive, although the body was read in between.
func TestForwardsChunksAndTrailers(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	es.Forget()
	res := r.raw("PUT " + bobPath + " HTTP/1.1\r\nHost: " + r.addr + "\r\nAuthorization: " + basic("boss", boss) +
		"\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" +
		"d\r\n{\"password\":\"\r\n19\r\n" + goodPassword + "\"}\r\n0\r\nX-Sum: 42\r\n\r\n")
	if res.status != 200 {
		t.Fatalf("status %d: %s", res.status, res.body)
	}
	for _, seen := range es.Seen() {
		if seen.Method == "PUT" && (!seen.Chunked || seen.Trailer.Get("X-Sum") != "42") {
			t.Errorf("chunked %v, trailer %v", seen.Chunked, seen.Trailer)
		}
	}
}

// A neighbour isn't read, isn't recorded and isn't slowed down by a trail.
func TestNeighboursPassUntouched(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	es.Forget()
	res := r.change("POST", "/_security/user/_has_privileges", "bob", oldPassword, `{"cluster":["monitor"]}`)
	if res.status != 200 || len(es.Seen()) != 1 || len(r.records()) != 0 {
		t.Errorf("status %d, %d requests at the cluster, %d records", res.status, len(es.Seen()), len(r.records()))
	}
}

// A write below the security API that we don't know is forwarded and recorded.
func TestUnlistedWritesAreRecorded(t *testing.T) {
	_, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	r.change("POST", "/_security/tomorrows_route", "boss", boss, `{"password":"x","password_hash":"y"}`)
	r.wantStory("decision unjudged; outcome unjudged failed")
}

// Both fields are refused without asking anybody: the cluster may be down.
func TestBothFieldsNeedNoCluster(t *testing.T) {
	r := start(t, plainSite, freeAddr(t))
	res := r.change("PUT", ownPath, "bob", oldPassword, `{"password":"a","password_hash":"b"}`)
	if res.status != 400 {
		t.Errorf("status %d, want 400", res.status)
	}
	r.wantStory("decision deny/both_fields denied")
}
