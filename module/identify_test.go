// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/sandbox"
)

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// The whoami request goes down the same chain as the change, and neither may
// spoil the other's state. Each of these lost or corrupted changes when the
// sub-request was built naively.
func TestIdentifyThroughChains(t *testing.T) {
	for _, c := range []struct{ name, site, path string }{
		{"two handle blocks", `
	handle /nothing/* {
		respond 404
	}
	handle {
		reverse_proxy UPSTREAM
	}`, bobPath},
		{"a route of its own", `
	route {
		reverse_proxy UPSTREAM
	}`, bobPath},
		{"handle_path", `
	handle_path /es/* {
		reverse_proxy UPSTREAM
	}`, "/es" + bobPath},
		{"a map", `
	map {method} {who} {
		GET "reader"
		default "writer"
	}
	request_header X-Who {who}
	reverse_proxy UPSTREAM`, bobPath},
		{"rewrite to the same", `
	rewrite {uri}
	reverse_proxy UPSTREAM`, bobPath},
		{"a proxy's own rewrite", `
	reverse_proxy UPSTREAM {
		rewrite {uri}
	}`, bobPath},
		{"the wrapping transport", `
	reverse_proxy UPSTREAM {
		transport password_policy
	}`, bobPath},
		{"retries", `
	reverse_proxy UPSTREAM {
		lb_retries 2
		lb_try_duration 2s
	}`, bobPath},
		{"request_buffers", `
	reverse_proxy UPSTREAM {
		request_buffers 4k
	}`, bobPath},
	} {
		t.Run(c.name, func(t *testing.T) {
			es, upstream := elastic(t)
			r := start(t, globals+"SITE {\n\tpassword_policy elasticsearch\n"+c.site+"\n}\n", upstream)
			es.Forget()
			if res := r.change("PUT", c.path, "boss", boss, `{"password":"`+goodPassword+`"}`); res.status != 200 || res.body != "{}" {
				t.Fatalf("status %d: %s", res.status, res.body)
			}
			if !es.CheckPassword("bob", goodPassword) {
				t.Error("the accepted password does not log in")
			}
			r.wantStory("decision allow; outcome allow applied")
			rec := r.records()[1]
			if rec.User.Name != "boss" || !rec.Gateway.Actor.Verified || rec.target() != "bob" {
				t.Errorf("on record: actor %s (verified %v), target %s", rec.User.Name, rec.Gateway.Actor.Verified, rec.target())
			}
			if rec.Gateway.Upstream.Status != 200 || rec.Gateway.Upstream.Node != upstream {
				t.Errorf("on record: upstream %+v, want 200 of %s", rec.Gateway.Upstream, upstream)
			}
			if n := len(es.Seen()); n != 2 {
				t.Errorf("the cluster saw %d requests, want whoami and the change", n)
			}
		})
	}
}

// With no proxy behind us nobody says who is asking: nothing can be applied.
func TestIdentifyWithoutProxy(t *testing.T) {
	r := start(t, globals+"SITE {\n\tpassword_policy elasticsearch\n\trespond \"{}\" 200\n}\n", "")
	if res := r.change("PUT", ownPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`); res.status != 503 {
		t.Errorf("status %d, want 503", res.status)
	}
	r.wantStory("decision deny/unavailable denied")
}

// An answer that comes from no upstream is no proof of a change.
func TestAppliedNeedsAnUpstream(t *testing.T) {
	r := start(t, globals+"SITE {\n\tpassword_policy elasticsearch {\n\t\tidentify off\n\t}\n\trespond \"{}\" 200\n}\n", "")
	if res := r.change("PUT", ownPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`); res.status != 200 {
		t.Errorf("status %d, want 200", res.status)
	}
	r.wantStory("decision allow; outcome allow failed")
}

// whoami takes every end-to-end header of the caller's and none that belongs to
// the body or sets conditions.
func TestWhoamiHeaders(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	es.Forget()
	r.change("PUT", bobPath, "boss", boss, `{"password":"`+goodPassword+`"}`,
		"X-Forwarded-User", "proxied", "Range", "bytes=0-1", "If-None-Match", "x", "Accept", "application/yaml",
		"Content-Language", "en", "X-Opaque-Id", "mine")
	whoami := es.Seen()[0]
	if whoami.Method != "GET" || whoami.Target != "/_security/_authenticate" || len(whoami.Body) != 0 || whoami.Chunked {
		t.Fatalf("first request: %s %s with %q", whoami.Method, whoami.Target, whoami.Body)
	}
	for name, want := range map[string]string{
		"Authorization": basic("boss", boss), "X-Forwarded-User": "proxied", "X-Opaque-Id": "mine", "Accept": "application/json",
		"Content-Type": "", "Content-Language": "", "Range": "", "If-None-Match": "", "Transfer-Encoding": "", "Content-Length": "",
	} {
		if got := whoami.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// The cluster's 401 and 403 are handed on as they are; any other answer than a
// proper identity is a reason to refuse, in the cluster's dialect.
func TestWhoamiAnswers(t *testing.T) {
	const identity = `{"username":"bob","roles":[]}`
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   int
		story  string
	}{
		{"an identity", 200, identity, 200, "decision allow; outcome allow applied"},
		{"not known", 401, `{"status":401,"mine":true}`, 401, "decision unjudged unauthenticated"},
		{"not allowed", 403, `{"status":403,"mine":true}`, 403, "decision unjudged failed"},
		{"another shape", 200, `{"cluster_name":"x"}`, 503, "decision deny/unavailable denied"},
		{"not JSON", 200, `<html>`, 503, "decision deny/unavailable denied"},
		{"two identities", 200, identity + identity, 503, "decision deny/unavailable denied"},
		{"too long", 200, `{"username":"bob","roles":["` + strings.Repeat("x", whoamiLimit) + `"]}`, 503, "decision deny/unavailable denied"},
		{"created", 201, identity, 503, "decision deny/unavailable denied"},
		{"moved", 302, identity, 503, "decision deny/unavailable denied"},
		{"missing", 404, identity, 503, "decision deny/unavailable denied"},
		{"failing", 500, identity, 503, "decision deny/unavailable denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "GET" {
					w.Header().Set("Www-Authenticate", `Basic realm="x"`)
					w.Header().Add("Www-Authenticate", "ApiKey")
					w.WriteHeader(c.status)
					_, _ = w.Write([]byte(c.body))
					return
				}
				_, _ = w.Write([]byte("{}"))
			}))
			r := start(t, plainSite, upstream)
			res := r.change("PUT", ownPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`)
			if res.status != c.want {
				t.Errorf("status %d, want %d: %s", res.status, c.want, res.body)
			}
			if c.want == 401 || c.want == 403 {
				if res.body != c.body || len(res.header["Www-Authenticate"]) != 2 {
					t.Errorf("handed on as %v %s", res.header, res.body)
				}
			}
			if c.want == 503 && (res.header.Get("Retry-After") == "" || !strings.Contains(res.body, `"status":503`)) {
				t.Errorf("refused as %v %s", res.header, res.body)
			}
			r.wantStory(c.story)
		})
	}
}

// A cluster that does not answer is not waited for longer than the bound.
func TestWhoamiTimeout(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the timeout")
	}
	done := make(chan struct{})
	upstream := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-done:
		case <-r.Context().Done():
		}
	}))
	defer close(done)
	r := start(t, plainSite, upstream)
	began := time.Now()
	res := r.change("PUT", ownPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`)
	if res.status != 503 || time.Since(began) > 2*whoamiTimeout {
		t.Errorf("status %d after %v", res.status, time.Since(began))
	}
	r.wantStory("decision deny/unavailable denied")
}

// Credentials that can't be replayed, and identify off, leave the actor claimed.
func TestClaimedActors(t *testing.T) {
	for _, c := range []struct{ name, options, authorization, actor string }{
		{"off", "{\n\t\tidentify off\n\t}", basic("bob", oldPassword), "bob"},
		{"ticket", "", "Negotiate abc", ""},
		{"aws", "", "AWS4-HMAC-SHA256 Credential=AK/20261123/x/es/aws4_request, SignedHeaders=host, Signature=s", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var methods []string
			upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				methods = append(methods, r.Method)
				_, _ = w.Write([]byte("{}"))
			}))
			r := start(t, globals+"SITE {\n\tpassword_policy elasticsearch "+c.options+"\n\treverse_proxy UPSTREAM\n}\n", upstream)
			res := r.change("PUT", bobPath, "", "", `{"password":"`+goodPassword+`"}`, "Authorization", c.authorization)
			if res.status != 200 || strings.Join(methods, " ") != "PUT" {
				t.Errorf("status %d, the cluster saw %v", res.status, methods)
			}
			rec := r.records()[0]
			if rec.User.Name != c.actor || rec.Gateway.Actor.Verified {
				t.Errorf("actor %q, verified %v", rec.User.Name, rec.Gateway.Actor.Verified)
			}
		})
	}
}

// A change of one's own password under credentials that name nobody, where nobody
// is asked, is a change of anybody's: the policy for that user, and its rule about
// his name, could not be applied. A superuser's token would do it for elastic.
func TestClaimedOwner(t *testing.T) {
	for _, c := range []struct {
		name, authorization, path, story string
	}{
		{"token, own", "Bearer abc", ownPath, "decision deny/unreadable denied"},
		{"api key, own", "ApiKey a2V5OnNlY3JldA==", ownPath, "decision deny/unreadable denied"},
		{"nothing, own", "", ownPath, "decision deny/unreadable denied"},
		{"token, by name", "Bearer abc", bobPath, "decision allow; outcome allow applied"},
		{"password, own", basic("bob", oldPassword), ownPath, "decision allow; outcome allow applied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
			r := start(t, claimedSite("", ""), upstream)
			r.change("PUT", c.path, "", "", `{"password":"`+goodPassword+`"}`, "Authorization", c.authorization)
			r.wantStory(c.story)
		})
	}
}

// Acting as somebody else: the target of an own change is the effective user,
// and the record names both.
func TestRunAs(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	res := r.change("PUT", ownPath, "boss", boss, `{"password":"`+goodPassword+`"}`, "es-security-runas-user", "bob")
	if res.status != 200 || !es.CheckPassword("bob", goodPassword) {
		t.Fatalf("status %d: %s", res.status, res.body)
	}
	rec := r.records()[0]
	if rec.User.Name != "bob" || rec.Gateway.Actor.Initiator != "boss" || rec.target() != "bob" || !rec.Gateway.Actor.Verified {
		t.Errorf("on record: %+v", rec)
	}
}

// An API key's owner is known to the cluster only.
func TestAPIKey(t *testing.T) {
	es, upstream := elastic(t)
	key := es.AddAPIKey("boss")
	r := start(t, plainSite, upstream)
	res := r.change("PUT", bobPath, "", "", `{"password":"`+goodPassword+`"}`, "Authorization", key)
	if res.status != 200 {
		t.Fatalf("status %d: %s", res.status, res.body)
	}
	rec := r.records()[0]
	if rec.User.Name != "boss" || rec.Gateway.Actor.Scheme != "apikey" || rec.Gateway.Actor.ID == "" || !rec.Gateway.Actor.Verified {
		t.Errorf("on record: %+v", rec.Gateway.Actor)
	}
}

// A bare plus in a name passes where the cluster reads it as one, and is refused
// where it may be a blank, and so another user.
func TestBarePlusByRelease(t *testing.T) {
	for version, status := range map[string]int{"8.19.21": 200, "6.8.23": 400} {
		t.Run(version, func(t *testing.T) {
			es := sandbox.NewElasticsearch(sandbox.Options{Version: version})
			es.AddUser("boss", boss, "superuser")
			es.AddUser("jane+test", oldPassword)
			es.AddUser("jane test", oldPassword)
			r := start(t, plainSite, serve(t, es))
			res := r.change("PUT", "/_security/user/jane+test/_password", "boss", boss, `{"password":"`+goodPassword+`"}`)
			if res.status != status || es.CheckPassword("jane test", goodPassword) || es.CheckPassword("jane+test", goodPassword) != (status == 200) {
				t.Errorf("status %d, want %d: %s", res.status, status, res.body)
			}
		})
	}
}
