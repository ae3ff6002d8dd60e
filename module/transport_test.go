// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"
)

// Behind the guard a configuration can still change what leaves. The wrapping
// transport sees the request as it really goes, and lets only the judged one out.
func TestTransportLooksTwice(t *testing.T) {
	for _, c := range []struct{ name, site, method, path, outcome string }{
		{"untouched", "reverse_proxy UPSTREAM {\n\t\ttransport password_policy\n\t}", "PUT", bobPath, "applied"},
		{"prefix stripped", "handle_path /es/* {\n\t\treverse_proxy UPSTREAM {\n\t\t\ttransport password_policy\n\t\t}\n\t}", "PUT", "/es" + bobPath, "applied"},
		{"another target", "reverse_proxy UPSTREAM {\n\t\trewrite /_security/user/boss/_password\n\t\ttransport password_policy\n\t}", "PUT", bobPath, "denied"},
		{"another operation", "reverse_proxy UPSTREAM {\n\t\trewrite /_security/user/bob\n\t\ttransport password_policy\n\t}", "PUT", bobPath, "denied"},
		{"another method", "reverse_proxy UPSTREAM {\n\t\tmethod POST\n\t\ttransport password_policy\n\t}", "PUT", bobPath, "denied"},
		{"another type", "reverse_proxy UPSTREAM {\n\t\theader_up Content-Type application/yaml\n\t\ttransport password_policy\n\t}", "PUT", bobPath, "denied"},
		{"another encoding", "reverse_proxy UPSTREAM {\n\t\theader_up Content-Encoding gzip\n\t\ttransport password_policy\n\t}", "PUT", bobPath, "denied"},
		{"a query", "reverse_proxy UPSTREAM {\n\t\trewrite {path}?username=boss\n\t\ttransport password_policy\n\t}", "PUT", ownPath, "denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			es, upstream := elastic(t)
			r := start(t, globals+"SITE {\n\tpassword_policy elasticsearch {\n\t\tidentify off\n\t}\n\t"+c.site+"\n}\n", upstream)
			es.Forget()
			res := r.change(c.method, c.path, "boss", boss, `{"password":"`+goodPassword+`"}`)
			if applied := c.outcome == "applied"; applied != (res.status == 200) || applied != (len(es.Seen()) == 1) {
				t.Errorf("status %d, %d requests at the cluster: %s", res.status, len(es.Seen()), res.body)
			}
			r.wantStory("decision allow; outcome allow " + c.outcome)
		})
	}
}

// A proxy without a guard in front of it, or with one that a matcher narrows,
// denies every change and records it.
func TestTransportWithoutGuard(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, globals+"SITE {\n\treverse_proxy UPSTREAM {\n\t\ttransport password_policy\n\t}\n}\n", upstream)
	es.Forget()
	for _, path := range []string{bobPath, "/_security//user/bob/_password", "/_plugins/_security/api/account"} {
		res := r.change("PUT", path, "boss", boss, `{"password":"`+goodPassword+`"}`)
		if res.status != 503 || !strings.Contains(res.body, "password_policy") {
			t.Errorf("%s: status %d: %s", path, res.status, res.body)
		}
	}
	if len(es.Seen()) != 0 {
		t.Errorf("the cluster saw %v", es.Seen())
	}
	r.wantStory(strings.TrimSuffix(strings.Repeat("decision deny/forbidden denied; ", 3), "; "))
	if res := r.change("GET", "/_security/_authenticate", "bob", oldPassword, ""); res.status != 200 {
		t.Errorf("other traffic got %d", res.status)
	}
}

// The shortcut is guard, proxy and transport in one, with the options of each.
func TestGateway(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, globals+`SITE {
	password_gateway elasticsearch UPSTREAM {
		cluster shortcut
		header_up X-Added yes
		transport http {
			dial_timeout 2s
		}
	}
}
`, upstream)
	es.Forget()
	if res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+weakPassword+`"}`); res.status != 400 {
		t.Errorf("weak: status %d", res.status)
	}
	if res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+goodPassword+`"}`); res.status != 200 {
		t.Errorf("good: status %d: %s", res.status, res.body)
	}
	r.wantStory("decision deny/policy denied; decision allow; outcome allow applied")
	seen := es.Seen()
	if last := seen[len(seen)-1]; last.Header.Get("X-Added") != "yes" || r.records()[0].Gateway.Cluster != "shortcut" {
		t.Errorf("options did not reach their parts: %v", last.Header)
	}
}
