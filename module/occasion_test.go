// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/sandbox"
)

// occasionSite has a policy for each occasion, told apart by their names.
const occasionSite = quietly + `	password_policy {
		audit AUDIT
		policy fresh {
			on create
			min_length 8
		}
		policy helped {
			on reset
			min_length 8
		}
		policy myself {
			on change
			min_length 8
		}
		policy others {
			min_length 8
		}
	}
}
SITE {
	password_policy DIALECT {
		cluster c
	}
	reverse_proxy UPSTREAM
}
`

func occasionRig(t *testing.T, dialect, upstream string) *rig {
	t.Helper()
	return start(t, strings.Replace(occasionSite, "DIALECT", dialect, 1), upstream)
}

// Every way to set a password of Elasticsearch is judged by the policy for its
// occasion: the cluster says whether a put creates its user.
func TestOccasionElasticsearch(t *testing.T) {
	es, upstream := elastic(t)
	es.AddUser("a+b", oldPassword)
	r := occasionRig(t, "elasticsearch", upstream)
	user := `{"roles":[],"password":"` + goodPassword + `"}`
	password := `{"password":"` + goodPassword + `"}`
	for _, c := range []struct{ name, path, user, body, policy string }{
		{"a put of a new user", "/_security/user/carol", "boss", user, "fresh"},
		{"the same again", "/_security/user/carol", "boss", user, "helped"},
		{"a put of an old user", "/_security/user/bob", "boss", user, "helped"},
		{"a name with a blank", "/_security/user/c%20d", "boss", user, "fresh"},
		{"a name with a plus", "/_security/user/a%2Bb", "boss", user, "helped"},
		{"another's password", bobPath, "boss", password, "helped"},
		{"one's own", ownPath, "boss", password, "myself"},
		{"one's own by name", "/_security/user/boss/_password", "boss", password, "myself"},
		{"one's own by a put", "/_security/user/boss", "boss", `{"roles":["superuser"],"password":"` + goodPassword + `"}`, "myself"},
	} {
		t.Run(c.name, func(t *testing.T) {
			es.AddUser("boss", boss, "superuser")
			before := len(r.records())
			if res := r.change("PUT", c.path, c.user, boss, c.body); res.status != 200 {
				t.Errorf("status %d: %s", res.status, res.body)
			}
			if got := r.records()[before].Gateway.Policy.Name; got != c.policy {
				t.Errorf("judged by %q, want %q", got, c.policy)
			}
		})
	}
}

func TestOccasionOpenSearch(t *testing.T) {
	os := sandbox.NewOpenSearch(sandbox.Options{})
	os.AddUser("bob", oldPassword)
	os.AddUser("admin", "myStrong-Password-123!", "all_access")
	r := occasionRig(t, "opensearch", serve(t, os))
	body := `{"password":"` + strongPassword + `"}`
	for _, c := range []struct{ name, method, path, body, policy string }{
		{"a put of a new user", "PUT", api + "/internalusers/carol", body, "fresh"},
		{"the same again", "PUT", api + "/internalusers/carol", body, "helped"},
		{"a patch of one", "PATCH", api + "/internalusers/bob", `[{"op":"add","path":"/password","value":"` + strongPassword + `"}]`, "helped"},
		{"a patch that creates", "PATCH", api + "/internalusers", `[{"op":"add","path":"/a+b","value":` + body + `}]`, "fresh"},
		{"the same patch again", "PATCH", api + "/internalusers", `[{"op":"add","path":"/a+b","value":` + body + `}]`, "helped"},
	} {
		before := len(r.records())
		if res := r.change(c.method, c.path, "admin", "myStrong-Password-123!", c.body); res.status >= 300 {
			t.Errorf("%s: status %d: %s", c.name, res.status, res.body)
		}
		if got := r.records()[before].Gateway.Policy.Name; got != c.policy {
			t.Errorf("%s: judged by %q, want %q", c.name, got, c.policy)
		}
	}
}

// An administrator from a directory who has the name of a native user is somebody
// else: what he does to that user is no change of his own password, and may be the
// first one the user gets.
func TestOccasionOfANamesake(t *testing.T) {
	exists := false
	r := occasionRig(t, "elasticsearch", serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPut:
			_, _ = w.Write([]byte(`{}`))
		case strings.HasSuffix(r.URL.Path, "_authenticate"):
			_, _ = w.Write([]byte(`{"username":"carol","roles":[],"authentication_realm":{"name":"ad","type":"ldap"}}`))
		case exists:
			_, _ = w.Write([]byte(`{"carol":{}}`))
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{}`))
		}
	})))
	for _, c := range []struct {
		exists       bool
		path, policy string
	}{
		{false, "/_security/user/carol", "fresh"},
		{true, "/_security/user/carol", "helped"},
		{true, "/_security/user/carol/_password", "helped"},
	} {
		exists = c.exists
		before := len(r.records())
		if res := r.change("PUT", c.path, "carol", "of the directory", `{"password":"`+goodPassword+`"}`); res.status != 200 {
			t.Errorf("%s: status %d: %s", c.path, res.status, res.body)
		}
		got := r.records()[before].Gateway
		if got.Policy.Name != c.policy || got.Self {
			t.Errorf("%s, exists %v: judged by %q, self %v; want %q", c.path, c.exists, got.Policy.Name, got.Self, c.policy)
		}
	}
}

// Where nobody can tell the occasion, and the policies differ by it, nothing goes
// out: a guess could be steered to the weaker policy.
func TestOccasionUntold(t *testing.T) {
	var status int
	var body string
	changes := 0
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet:
			changes++
			_, _ = w.Write([]byte(`{}`))
		case strings.HasSuffix(r.URL.Path, "_authenticate"):
			_, _ = w.Write([]byte(`{"username":"boss","roles":[]}`))
		default:
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}))
	r := occasionRig(t, "elasticsearch", upstream)
	for _, c := range []struct {
		name, target string
		status       int
		body         string
		want         int
	}{
		{"an answer of somebody else's", "bob", 404, `<html>`, 503},
		{"an answer about somebody else", "bob", 200, `{"eve":{}}`, 503},
		{"a broken cluster", "bob", 500, `{}`, 503},
		{"a caller who may not read users", "bob", 403, `{}`, 403},
		{"a name that can't be asked for", "a,b", 200, `{"a,b":{}}`, 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, body = c.status, c.body
			before := len(r.records())
			res := r.change("PUT", "/_security/user/"+c.target, "boss", boss, `{"roles":[],"password":"`+goodPassword+`"}`)
			if res.status != c.want || changes != 0 {
				t.Errorf("status %d, want %d; %d changes: %s", res.status, c.want, changes, res.body)
			}
			if got := r.records()[before].Gateway; got.Cause != "unavailable" || got.Reason != "occasion" {
				t.Errorf("on record: %s %s", got.Cause, got.Reason)
			}
		})
	}
}

// The cluster is not asked where the answer would make no difference.
func TestOccasionNotAsked(t *testing.T) {
	asked := 0
	es, _ := elastic(t)
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/user/") {
			asked++
		}
		es.ServeHTTP(w, r)
	}))
	r := statefulRig(t, "on reset create\n\t\t\tmin_length 8", upstream)
	res := r.change("PUT", "/_security/user/carol", "boss", boss, `{"roles":[],"password":"`+goodPassword+`"}`)
	if res.status != 200 || asked != 0 {
		t.Errorf("status %d, asked %d times: %s", res.status, asked, res.body)
	}
	if got := r.records()[0].Gateway.Policy.Name; got != "staff" {
		t.Errorf("judged by %q", got)
	}
}
