// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/passgate/passgate/module/audit"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	two := Refusal{Status: 400, Cause: audit.CausePolicy, Sentences: []string{"too short.", "too <common>"}, Record: "r1"}
	down := Refusal{Status: 503, Cause: audit.CauseUnavailable, Sentences: []string{"no trail"}}
	media := Refusal{Status: 406, Cause: audit.CauseUnreadable, Sentences: []string{"send JSON"}, Record: "r1"}
	json := Refusal{Status: 400, Cause: audit.CauseUnreadable, Sentences: []string{"bad JSON"}, Record: "r1"}
	for _, c := range []struct {
		name    string
		dialect Dialect
		refusal Refusal
		body    string
		header  map[string]string
	}{
		{
			"elasticsearch, policy", Elasticsearch{}, two,
			`{"error":{"root_cause":[{"type":"validation_exception","reason":"Validation Failed: 1: too short; 2: too <common>; (record r1)"}],"type":"validation_exception","reason":"Validation Failed: 1: too short; 2: too <common>; (record r1)"},"status":400}`,
			map[string]string{"X-Elastic-Product": "Elasticsearch", "X-Passgate-Record": "r1", "Content-Type": "application/json", "Retry-After": ""},
		},
		{
			"elasticsearch, unavailable", Elasticsearch{}, down,
			`{"error":{"root_cause":[{"type":"status_exception","reason":"no trail"}],"type":"status_exception","reason":"no trail"},"status":503}`,
			map[string]string{"Retry-After": "5", "X-Passgate-Record": ""},
		},
		{
			"elasticsearch, media type", Elasticsearch{}, media,
			`{"error":"send JSON (record r1)","status":406}`, nil,
		},
		{
			"elasticsearch, unreadable", Elasticsearch{}, json,
			`{"error":{"root_cause":[{"type":"parse_exception","reason":"bad JSON (record r1)"}],"type":"parse_exception","reason":"bad JSON (record r1)"},"status":400}`, nil,
		},
		{
			"opensearch, policy", OpenSearch{}, two,
			`{"status":"error","reason":"too short; too <common> (record r1)"}`,
			map[string]string{"Content-Type": "application/json; charset=UTF-8"},
		},
		{
			"css, policy", HuaweiCSS{}, two,
			`{"error_code":"PASSGATE.POLICY","error_msg":"too short; too <common> (record r1)","errCode":"PASSGATE.POLICY","externalMessage":"PASSGATE.POLICY : too short; too <common> (record r1)"}`,
			map[string]string{"X-Request-Id": "r1", "Content-Type": "application/json"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			c.dialect.Refuse(w, httptest.NewRequest("PUT", "/", nil), c.refusal)
			if w.Code != c.refusal.Status || w.Body.String() != c.body {
				t.Errorf("answered %d %s\nwant %d %s", w.Code, w.Body, c.refusal.Status, c.body)
			}
			for name, want := range c.header {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

// The clients of 8 and 9 ask for a versioned type and expect it in the answer.
func TestRefusalMirrorsMediaType(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("PUT", "/", nil)
	r.Header.Set("Accept", "application/vnd.elasticsearch+json; compatible-with=8")
	w := httptest.NewRecorder()
	Elasticsearch{}.Refuse(w, r, Refusal{Status: http.StatusBadRequest, Sentences: []string{"x"}})
	if got := w.Header().Get("Content-Type"); got != "application/vnd.elasticsearch+json;compatible-with=8" {
		t.Errorf("Content-Type %q", got)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dialect Dialect
		op      Operation
		status  int
		body    string
		want    audit.Outcome
	}{
		{Elasticsearch{}, ChangePassword, 200, `{}`, audit.Applied},
		{Elasticsearch{}, ChangePassword, 401, ``, audit.Unauthenticated},
		{Elasticsearch{}, ChangePassword, 403, ``, audit.Failed},
		{Elasticsearch{}, ChangePassword, 400, ``, audit.Failed},
		{Elasticsearch{}, ChangePassword, 499, ``, audit.Unknown},
		{Elasticsearch{}, ChangePassword, 503, ``, audit.Unknown},
		{Elasticsearch{}, ChangePassword, 302, ``, audit.Unknown},
		{OpenSearch{}, CreateUser, 201, `{"status":"CREATED","message":"'bob' created."}`, audit.Applied},
		{OpenSearch{}, PatchUser, 200, `{"status":"OK","message":"No updates required"}`, audit.Unchanged},
		{HuaweiCSS{}, ResetPassword, 200, ``, audit.Applied},
		{HuaweiCSS{}, ResetPassword, 202, `{"errCode":"CSS.0011","externalMessage":"busy"}`, audit.Failed},
		{HuaweiCSS{}, ResetPassword, 202, ``, audit.Pending},
		{HuaweiCSS{}, ChangeMode, 200, ``, audit.Pending},
		{HuaweiCSS{}, CreateClusterV2, 200, `{"cluster":{"id":"x"}}`, audit.Pending},
		{HuaweiCSS{}, ResetPassword, 409, ``, audit.Failed},
	} {
		if got := c.dialect.Outcome(Match{Operation: c.op}, c.status, []byte(c.body)); got != c.want {
			t.Errorf("%s %s %d: %s, want %s", c.dialect.Name(), c.op, c.status, got, c.want)
		}
	}
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		dialect Dialect
		body    string
		want    Identity
		bad     bool
	}{
		{"elasticsearch 6", Elasticsearch{}, `{"username":"bob","roles":["a"],"full_name":null,"email":null,"metadata":{},"enabled":true,"authentication_realm":{"name":"native1","type":"native"},"lookup_realm":{"name":"native1","type":"native"}}`, Identity{Name: "bob", Realm: "native1", Roles: []string{"a"}}, false},
		{"elasticsearch 8, API key", Elasticsearch{}, `{"username":"bob","roles":[],"authentication_realm":{"name":"_es_api_key","type":"_es_api_key"},"authentication_type":"api_key","api_key":{"id":"k1","name":"ci"}}`, Identity{Name: "bob", Realm: "_es_api_key", Foreign: true, KeyID: "k1"}, false},
		{"elasticsearch, from a directory", Elasticsearch{}, `{"username":"bob","roles":[],"authentication_realm":{"name":"ad1","type":"active_directory"},"lookup_realm":{"name":"ad1","type":"active_directory"}}`, Identity{Name: "bob", Realm: "ad1", Foreign: true}, false},
		{"elasticsearch, one from a directory acts for a native user", Elasticsearch{}, `{"username":"bob","roles":[],"authentication_realm":{"name":"ad1","type":"active_directory"},"lookup_realm":{"name":"n","type":"native"}}`, Identity{Name: "bob", Realm: "ad1"}, false},
		{"elasticsearch, no realm told", Elasticsearch{}, `{"username":"bob","roles":[]}`, Identity{Name: "bob"}, false},
		{"somebody else's page", Elasticsearch{}, `{"status":"ok"}`, Identity{}, true},
		{"no name", Elasticsearch{}, `{"username":"","roles":[]}`, Identity{}, true},
		{"HTML", Elasticsearch{}, `<html>`, Identity{}, true},
		{"opensearch", OpenSearch{}, `{"user_name":"bob","is_reserved":false,"is_internal_user":true,"roles":["own_index"]}`, Identity{Name: "bob", Realm: "internal", Roles: []string{"own_index"}}, false},
		{"opensearch, elsewhere", OpenSearch{}, `{"user_name":"bob","is_internal_user":false,"roles":[]}`, Identity{Name: "bob", Foreign: true}, false},
		{"opensearch, no user", OpenSearch{}, `{"roles":[]}`, Identity{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.dialect.Identity([]byte(c.body))
			if (err != nil) != c.bad || !reflect.DeepEqual(got, c.want) {
				t.Errorf("read %+v (%v), want %+v", got, err, c.want)
			}
		})
	}
}
