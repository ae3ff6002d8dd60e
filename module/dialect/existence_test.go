// SPDX-License-Identifier: Apache-2.0

package dialect

import "testing"

// Where a user can be looked up: only for what may create him, and spelled so
// that the name can't be read as another one.
func TestUserPath(t *testing.T) {
	t.Parallel()
	es, os := Elasticsearch{}, OpenSearch{}
	for _, c := range []struct {
		d       Dialect
		m       Match
		target  string
		path    string
		creates bool
	}{
		{es, Match{Operation: PutUser, API: "_security"}, "bob", "/_security/user/bob", true},
		{es, Match{Operation: PutUser, API: "_xpack/security", Prefix: "/es"}, "bob", "/es/_xpack/security/user/bob", true},
		{es, Match{Operation: PutUser, API: "_security"}, "a+b/c d", "/_security/user/a%2Bb%2Fc%20d", true},
		{es, Match{Operation: PutUser, API: "_security"}, "..", "/_security/user/%2E%2E", true},
		{es, Match{Operation: PutUser, API: "_security"}, "a,b", "", true}, // would ask for a and for b
		{es, Match{Operation: ChangePassword, API: "_security"}, "bob", "", false},
		{os, Match{Operation: CreateUser, API: "_plugins"}, "bob", "/_plugins/_security/api/internalusers/bob", true},
		{os, Match{Operation: PatchUsers, API: "_opendistro"}, "a+b", "/_opendistro/_security/api/internalusers/a%2Bb", true},
		{os, Match{Operation: PatchUser, API: "_plugins"}, "bob", "", false}, // 404 if there is none
		{os, Match{Operation: Account, API: "_plugins"}, "", "", false},
		{HuaweiCSS{}, Match{Operation: CreateCluster}, "admin", "", false},
	} {
		if path, creates := c.d.UserPath(c.m, c.target); path != c.path || creates != c.creates {
			t.Errorf("%s %s %q: %q %v, want %q %v", c.d.Name(), c.m.Operation, c.target, path, creates, c.path, c.creates)
		}
	}
}

// An answer says yes or no only if it is exactly the cluster's own.
func TestHasUser(t *testing.T) {
	t.Parallel()
	es, os := Elasticsearch{}, OpenSearch{}
	for _, c := range []struct {
		d          Dialect
		status     int
		body       string
		has, plain bool
	}{
		{es, 200, `{"bob":{"username":"bob","roles":[]}}`, true, true},
		{es, 404, `{}`, false, true},
		{es, 404, `{"error":"no handler found"}`, false, false},
		{es, 404, `<html>not found</html>`, false, false},
		{es, 200, `{}`, false, false},
		{es, 200, `{"eve":{}}`, false, false},
		{es, 200, `{"bob":{},"bob":{}}`, false, false},
		{es, 503, `{"bob":{}}`, true, false},
		{es, 200, ``, false, false},
		{os, 200, `{"bob":{"hash":"","reserved":false}}`, true, true},
		{os, 404, `{"status":"NOT_FOUND","message":"user 'bob' not found."}`, false, true},
		{os, 404, `{}`, false, false},
		{os, 404, `not found`, false, false},
		{os, 200, `{"status":"OK"}`, false, false},
		{os, 500, `{"status":"NOT_FOUND"}`, false, false},
		{HuaweiCSS{}, 200, `{"bob":{}}`, false, false},
	} {
		has, plain := c.d.HasUser("bob", c.status, []byte(c.body))
		if plain != c.plain || plain && has != c.has {
			t.Errorf("%s %d %s: %v %v, want %v %v", c.d.Name(), c.status, c.body, has, plain, c.has, c.plain)
		}
	}
}
