// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
	"testing"
)

// Which target a spelling hits: whose password is "new-password" afterwards.
func TestElasticsearchTargets(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, method, target string
		versions             string // default: all
		status               int
		user                 string // default with 200: joe
	}{
		{name: "own by name", method: "POST", target: "/_security/user/joe/_password", status: 200},
		{name: "put", method: "PUT", target: "/_security/user/joe/_password", status: 200},
		{name: "trailing slashes", method: "PUT", target: "/_security/user/joe/_password///?pretty=false", status: 200},
		{name: "encoded name", method: "PUT", target: "/_security/user/%6aoe/_password", status: 200},
		{name: "no leading slash", method: "PUT", target: "_security/user/joe/_password", status: 200},
		{name: "old prefix", method: "POST", target: "/_xpack/security/user/joe/_password", versions: "6.8.23 7.17.28", status: 200},
		{name: "old prefix later", method: "POST", target: "/_xpack/security/user/joe/_password", versions: "8.19.21 9.5.3", status: 400},
		{name: "own", method: "POST", target: "/_security/user/_password", status: 200, user: "elastic"},
		{name: "named in the query", method: "POST", target: "/_security/user/_password?username=joe", status: 200},
		{name: "behind a semicolon", method: "POST", target: "/_security/user/_password?;username=joe", status: 200},
		{name: "encoded parameter name", method: "POST", target: "/_security/user/_password?user%6eame=joe", status: 200},
		{name: "last of two", method: "POST", target: "/_security/user/_password?username=elastic&username=joe", status: 200},
		{name: "path over query", method: "POST", target: "/_security/user/joe/_password?username=elastic", status: 200},
		{name: "empty name", method: "POST", target: "/_security/user/_password?username=", status: 400},
		{name: "fragment", method: "POST", target: "/_security/user/joe/_password#x", versions: "8.19.21 9.5.3", status: 200},
		{name: "fragment up to 7", method: "POST", target: "/_security/user/joe/_password#x", versions: "6.8.23 7.17.28", status: 400},
		{name: "nobody", method: "POST", target: "/_security/user/nobody/_password", status: 400},
		{name: "unknown parameter", method: "POST", target: "/_security/user/joe/_password?x=1", status: 400},
		{name: "double slash", method: "POST", target: "//_security/user/joe/_password", status: 400},
		{name: "inner double slash", method: "POST", target: "/_security//user/joe/_password", status: 400},
		{name: "encoded literal", method: "POST", target: "/%5fsecurity/user/joe/_password", status: 400},
		{name: "case", method: "POST", target: "/_SECURITY/user/joe/_password", status: 400},
		{name: "dots", method: "POST", target: "/x/../_security/user/joe/_password", status: 400},
		{name: "absolute form", method: "POST", target: "http://sandbox/_security/user/joe/_password", status: 400},
		{name: "get", method: "GET", target: "/_security/user/joe/_password", status: 405},
		{name: "no such user name", method: "PUT", target: "/_security/user/_has_privileges", status: 405},
		{name: "lower-case method", method: "post", target: "/_security/user/joe/_password", versions: "7.17.28 8.19.21 9.5.3", status: 405},
	}
	for _, version := range []string{"6.8.23", "7.17.28", "8.19.21", "9.5.3"} {
		for _, c := range cases {
			if c.versions != "" && !strings.Contains(c.versions, version) {
				continue
			}
			t.Run(version+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				es, s := elasticsearch(t, version)
				got := send(t, s, request(c.method, c.target, `{"password":"new-password"}`, basic("elastic", adminPassword), jsonType))
				if got.status != c.status {
					t.Fatalf("status = %d, want %d; %s", got.status, c.status, got.body)
				}
				if c.status == 200 && c.user == "" {
					c.user = "joe"
				}
				for _, user := range []string{"joe", "elastic"} {
					if es.CheckPassword(user, "new-password") != (user == c.user) {
						t.Errorf("%s has the new password: %v", user, user != c.user)
					}
				}
				if seen := es.Seen(); len(seen) != 1 || seen[0].Target != c.target || seen[0].Method != c.method {
					t.Errorf("seen = %+v, want one %s %s", seen, c.method, c.target)
				}
			})
		}
	}
}

// Which user a put-user creates.
func TestElasticsearchUserNames(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, target, user, body string }{
		{"plain", "/_security/user/jane", "jane", `{"created":true}`},
		{"update", "/_security/user/joe", "joe", `{"created":false}`},
		{"encoded slash", "/_security/user/joe%2F_password", "joe/_password", `{"created":true}`},
		{"encoded neighbour", "/_security/user/joe%2F_enable", "joe/_enable", `{"created":true}`},
		{"dots", "/_security/user/x%2F..%2F..%2Fy", "x/../../y", `{"created":true}`},
		{"dot dot", "/_security/user/%2e%2e", "..", `{"created":true}`},
		{"encoded literal", "/_security/user/%5fpassword", "_password", `{"created":true}`},
		{"plus", "/_security/user/a+b", "a+b", `{"created":true}`},
		{"semicolon", "/_security/user/joe;x=1", "joe;x=1", `{"created":true}`},
		{"raw at", "/_security/user/jane@corp.com", "jane@corp.com", `{"created":true}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			es, s := elasticsearch(t, "8.19.21")
			got := send(t, s, request("PUT", c.target, `{"password":"new-password","roles":[]}`, basic("elastic", adminPassword), jsonType))
			if got.status != 200 || got.body != c.body {
				t.Fatalf("answer = %d %s, want 200 %s", got.status, got.body, c.body)
			}
			if !es.CheckPassword(c.user, "new-password") {
				t.Errorf("%q can't log in; users: %q", c.user, es.Users())
			}
		})
	}
}
