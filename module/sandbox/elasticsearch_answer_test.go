// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Answers byte for byte. Those of 6.8 were recorded from a real 6.8.23 with
// security on; the later ones follow the vendor's sources.
func TestElasticsearchAnswers(t *testing.T) {
	t.Parallel()
	joe := basic("joe", "joes-old-password")
	admin := basic("elastic", adminPassword)
	const (
		joeSix   = `{"username":"joe","roles":["viewer"],"full_name":null,"email":null,"metadata":{},"enabled":true,"authentication_realm":{"name":"default_native","type":"native"},"lookup_realm":{"name":"default_native","type":"native"}}`
		joeEight = `{"username":"joe","roles":["viewer"],"full_name":null,"email":null,"metadata":{},"enabled":true,"authentication_realm":{"name":"default_native","type":"native"},"lookup_realm":{"name":"default_native","type":"native"},"authentication_type":"realm"}`
		runAs    = `{"username":"joe","roles":["viewer"],"full_name":null,"email":null,"metadata":{},"enabled":true,"authentication_realm":{"name":"reserved","type":"reserved"},"lookup_realm":{"name":"default_native","type":"native"}}`
		sixAuth  = `Basic realm="security" charset="UTF-8"`
	)
	cases := []struct {
		name, version, raw string
		status             int
		answer             string
		headers            map[string]string // empty: absent
	}{
		{name: "who am I", version: "6.8.23", raw: request("GET", "/_security/_authenticate", "", joe), status: 200, answer: joeSix, headers: map[string]string{"Content-Type": "application/json; charset=UTF-8", "X-Elastic-Product": ""}},
		{name: "who am I", version: "8.19.21", raw: request("GET", "/_security/_authenticate", "", joe), status: 200, answer: joeEight, headers: map[string]string{"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}},
		{name: "who am I by the old prefix", version: "6.8.23", raw: request("GET", "/_xpack/security/_authenticate", "", joe), status: 200, answer: joeSix},
		{name: "run as", version: "6.8.23", raw: request("GET", "/_security/_authenticate", "", admin, "es-security-runas-user: joe"), status: 200, answer: runAs},
		{name: "run as nobody", version: "6.8.23", raw: request("GET", "/_security/_authenticate", "", admin, "es-security-runas-user: nobody"), status: 403, answer: exceptionBody(`"type":"security_exception","reason":"action [cluster:admin/xpack/security/user/authenticate] is unauthorized for user [elastic] run as [nobody]"`, 403)},
		{name: "run as, empty", version: "6.8.23", raw: request("GET", "/_security/_authenticate", "", admin, "es-security-runas-user: "), status: 401},
		{name: "run as, not allowed", version: "8.19.21", raw: request("PUT", "/_security/user/x", `{"password":"new-password","roles":[]}`, joe, "es-security-runas-user: elastic", jsonType), status: 403, answer: exceptionBody(`"type":"security_exception","reason":"action [cluster:admin/xpack/security/user/put] is unauthorized for user [joe], because user [joe] is unauthorized to run as [elastic]"`, 403)},
		{name: "nobody", version: "6.8.23", raw: request("GET", "/_security/_authenticate", ""), status: 401, answer: exceptionBody(`"type":"security_exception","reason":"missing authentication token for REST request [/_security/_authenticate]","header":{"WWW-Authenticate":"Basic realm=\"security\" charset=\"UTF-8\""}`, 401), headers: map[string]string{"Www-Authenticate": sixAuth}},
		{name: "nobody", version: "8.19.21", raw: request("GET", "/_security/_authenticate", ""), status: 401, answer: exceptionBody(`"type":"security_exception","reason":"missing authentication credentials for REST request [/_security/_authenticate]","header":{"WWW-Authenticate":["Basic realm=\"security\", charset=\"UTF-8\"","ApiKey"]}`, 401)},
		{name: "wrong password", version: "6.8.23", raw: request("GET", "/_security/_authenticate", "", basic("joe", "x")), status: 401, answer: exceptionBody(`"type":"security_exception","reason":"unable to authenticate user [joe] for REST request [/_security/_authenticate]","header":{"WWW-Authenticate":"Basic realm=\"security\" charset=\"UTF-8\""}`, 401)},
		{name: "wrong password of a reserved user", version: "6.8.23", raw: request("GET", "/_security/_authenticate", "", basic("elastic", "x")), status: 401, answer: exceptionBody(`"type":"security_exception","reason":"failed to authenticate user [elastic]","header":{"WWW-Authenticate":"Basic realm=\"security\" charset=\"UTF-8\""}`, 401)},
		{name: "unprivileged", version: "6.8.23", raw: request("PUT", "/_security/user/elastic/_password", `{"password":"new-password"}`, joe, jsonType), status: 403, answer: exceptionBody(`"type":"security_exception","reason":"action [cluster:admin/xpack/security/user/change_password] is unauthorized for user [joe]"`, 403)},
		{name: "unprivileged", version: "7.17.28", raw: request("PUT", "/_security/user/elastic/_password", `{"password":"new-password"}`, joe, jsonType), status: 403, answer: exceptionBody(`"type":"security_exception","reason":"action [cluster:admin/xpack/security/user/change_password] is unauthorized for user [joe] with roles [viewer], this action is granted by the cluster privileges [manage_security,all]"`, 403)},
		{name: "unprivileged", version: "8.19.21", raw: request("PUT", "/_security/user/elastic/_password", `{"password":"new-password"}`, joe, jsonType), status: 403, answer: exceptionBody(`"type":"security_exception","reason":"action [cluster:admin/xpack/security/user/change_password] is unauthorized for user [joe] with effective roles [viewer], this action is granted by the cluster privileges [manage_security,all]"`, 403)},
		{name: "unreadable body of an unprivileged user", version: "6.8.23", raw: request("PUT", "/_security/user/elastic", `{"x":1}`, joe, jsonType), status: 400, answer: exceptionBody(`"type":"parse_exception","reason":"failed to parse add user request. unexpected field [x]"`, 400)},
		{name: "too short", version: "6.8.23", raw: request("PUT", "/_security/user/joe/_password", `{"password":"abc"}`, admin, jsonType), status: 400, answer: exceptionBody(`"type":"validation_exception","reason":"Validation Failed: 1: passwords must be at least [6] characters long;"`, 400)},
		{name: "nothing to set", version: "6.8.23", raw: request("PUT", "/_security/user/joe/_password", `{}`, admin, jsonType), status: 400, answer: exceptionBody(`"type":"action_request_validation_exception","reason":"Validation Failed: 1: password is missing;"`, 400)},
		{name: "missing user", version: "6.8.23", raw: request("PUT", "/_security/user/nobody/_password", `{"password":"new-password"}`, admin, jsonType), status: 400, answer: exceptionBody(`"type":"validation_exception","reason":"Validation Failed: 1: user must exist in order to change password;"`, 400)},
		{name: "no roles", version: "6.8.23", raw: request("PUT", "/_security/user/new", `{"password":"new-password"}`, admin, jsonType), status: 400, answer: exceptionBody(`"type":"action_request_validation_exception","reason":"Validation Failed: 1: roles are missing;"`, 400)},
		{name: "reserved user", version: "6.8.23", raw: request("PUT", "/_security/user/elastic", `{"password":"new-password","roles":[]}`, admin, jsonType), status: 400, answer: exceptionBody(`"type":"action_request_validation_exception","reason":"Validation Failed: 1: user [elastic] is reserved and only the password can be changed;"`, 400)},
		{name: "created", version: "6.8.23", raw: request("PUT", "/_security/user/new", `{"password":"new-password","roles":[]}`, admin, jsonType), status: 200, answer: `{"user":{"created":true},"created":true}`},
		{name: "created", version: "9.5.3", raw: request("PUT", "/_security/user/new", `{"password":"new-password","roles":[]}`, admin, jsonType), status: 200, answer: `{"created":true}`},
		{name: "created, pretty", version: "6.8.23", raw: request("PUT", "/_security/user/new?pretty", `{"password":"new-password","roles":[]}`, admin, jsonType), status: 200, answer: "{\n  \"user\" : {\n    \"created\" : true\n  },\n  \"created\" : true\n}\n"},
		{name: "created, filtered away", version: "6.8.23", raw: request("PUT", "/_security/user/new?filter_path=x", `{"password":"new-password","roles":[]}`, admin, jsonType), status: 200, answer: `{}`},
		{name: "created, as yaml", version: "6.8.23", raw: request("PUT", "/_security/user/new", `{"password":"new-password","roles":[]}`, admin, jsonType, "Accept: application/yaml"), status: 200, answer: "---\nuser:\n  created: true\ncreated: true\n", headers: map[string]string{"Content-Type": "application/yaml"}},
		{name: "hash in 6", version: "6.8.23", raw: request("PUT", "/_security/user/joe/_password", `{"password_hash":"x"}`, admin, jsonType), status: 400, answer: exceptionBody(`"type":"parse_exception","reason":"failed to parse change password request. unexpected field [password_hash]"`, 400)},
		{name: "wrong cost", version: "6.8.23", raw: request("PUT", "/_security/user/joe", `{"password_hash":"$2a$12$`+strings.Repeat("a", 53)+`","roles":[]}`, admin, jsonType), status: 400, answer: exceptionBody(`"type":"illegal_argument_exception","reason":"Provided password hash uses [BCRYPT12] but the configured hashing algorithm is [BCRYPT]"`, 400)},
		{name: "body quoted from 8 on", version: "8.19.21", raw: request("PUT", "/_security/user/joe/_password", `{"password":secret}`, admin, jsonType), status: 400},
		{name: "vendor type", version: "9.5.3", raw: request("PUT", "/_security/user/joe/_password", `{"password":"new-password"}`, admin, "Content-Type: application/vnd.elasticsearch+json; compatible-with=9", "Accept: application/vnd.elasticsearch+json; compatible-with=9"), status: 200, answer: "{}", headers: map[string]string{"Content-Type": "application/vnd.elasticsearch+json;compatible-with=9"}},
		{name: "vendor type without Accept", version: "8.19.21", raw: request("PUT", "/_security/user/joe/_password", `{"password":"new-password"}`, admin, "Content-Type: application/vnd.elasticsearch+json;compatible-with=8"), status: 400},
		{name: "vendor type of another major", version: "9.5.3", raw: request("PUT", "/_security/user/joe/_password", `{"password":"new-password"}`, admin, "Content-Type: application/vnd.elasticsearch+json;compatible-with=7", "Accept: application/vnd.elasticsearch+json;compatible-with=7"), status: 400},
		{name: "old prefix for an old client", version: "8.19.21", raw: request("PUT", "/_xpack/security/user/joe/_password", `{"password":"new-password"}`, admin, "Content-Type: application/vnd.elasticsearch+json;compatible-with=7", "Accept: application/vnd.elasticsearch+json;compatible-with=7"), status: 200, answer: "{}"},
		{name: "oldest prefix", version: "6.8.23", raw: request("PUT", "/_shield/user/new", `{"password":"new-password","roles":[]}`, admin, jsonType), status: 200, headers: map[string]string{"Warning": `299 Elasticsearch-6.8.23-` + buildHash + ` "[PUT /_shield/user/{username}] is deprecated! Use [PUT /_xpack/security/user/{username}] instead."`}},
		{name: "two callers", version: "8.19.21", raw: request("GET", "/_security/_authenticate", "", admin, joe), status: 400, answer: exceptionBody(`"type":"illegal_argument_exception","reason":"multiple values for single-valued header [Authorization]."`, 400)},
		{name: "two callers in 6: the first", version: "6.8.23", raw: request("GET", "/_security/_authenticate", "", joe, admin), status: 200, answer: joeSix},
		{name: "wrong method", version: "8.19.21", raw: request("DELETE", "/_security/user/joe/_password", "", admin), status: 405, answer: `{"error":"Incorrect HTTP method for uri [/_security/user/joe/_password] and method [DELETE], allowed: [POST, PUT]","status":405}`, headers: map[string]string{"Allow": "POST,PUT"}},
		{name: "wrong type of a stranger, 6", version: "6.8.23", raw: request("PUT", "/_security/user/joe/_password", `x`, "Content-Type: text/plain"), status: 406, answer: `{"error":"Content-Type header [text/plain] is not supported","status":406}`},
		{name: "wrong type of a stranger, 8", version: "8.19.21", raw: request("PUT", "/_security/user/joe/_password", `x`, "Content-Type: text/plain"), status: 401},
		{name: "privileges", version: "6.8.23", raw: request("POST", "/_security/user/_has_privileges", `{"cluster":["manage_security"],"index":[{"names":["a"],"privileges":["read"]}]}`, joe, jsonType), status: 200, answer: `{"username":"joe","has_all_requested":false,"cluster":{"manage_security":false},"index":{"a":{"read":false}},"application":{}}`},
		{name: "privileges of the superuser", version: "8.19.21", raw: request("POST", "/_security/user/_has_privileges", `{"cluster":["manage_security"]}`, admin, jsonType), status: 200, answer: `{"username":"elastic","has_all_requested":true,"cluster":{"manage_security":true},"index":{},"application":{}}`},
		{name: "join key", version: "8.19.21", raw: request("GET", "/_security/_authenticate", "", joe, "X-Opaque-Id: abc"), status: 200, headers: map[string]string{"X-Opaque-Id": "abc"}},
		{name: "show", version: "6.8.23", raw: request("GET", "/_security/user/joe", "", admin), status: 200, answer: `{"joe":{"username":"joe","roles":["viewer"],"full_name":null,"email":null,"metadata":{},"enabled":true}}`},
		{name: "show nobody", version: "6.8.23", raw: request("GET", "/_security/user/nobody", "", admin), status: 404, answer: `{}`},
		{name: "show unprivileged", version: "6.8.23", raw: request("GET", "/_security/user/joe", "", joe), status: 403},
		{name: "delete", version: "6.8.23", raw: request("DELETE", "/_security/user/joe", "", admin), status: 200, answer: `{"found":true}`},
		{name: "disable", version: "6.8.23", raw: request("PUT", "/_security/user/joe/_disable", "", admin), status: 200, answer: `{}`},
	}
	for _, c := range cases {
		t.Run(c.version+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			_, s := elasticsearch(t, c.version)
			got := send(t, s, c.raw)
			if got.status != c.status || c.answer != "" && got.body != c.answer {
				t.Fatalf("answer = %d %s\nwant     %d %s", got.status, got.body, c.status, c.answer)
			}
			for name, want := range c.headers {
				if have := got.header.Get(name); have != want {
					t.Errorf("%s = %q, want %q", name, have, want)
				}
			}
			if c.name == "body quoted from 8 on" && !strings.Contains(got.body, `{\"password\":secret}`) {
				t.Errorf("the body isn't quoted: %s", got.body)
			}
		})
	}
}

// exceptionBody is an exception's answer: the cause, once more, and the status.
func exceptionBody(cause string, status int) string {
	return `{"error":{"root_cause":[{` + cause + `}],` + cause + `},"status":` + map[int]string{400: "400", 401: "401", 403: "403"}[status] + `}`
}

// Credentials other than passwords, and what they may.
func TestElasticsearchKeysAndTokens(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, owner string
		token       bool
		scheme      string
		status      int // of changing one's own password
	}{
		{"key of an administrator", "elastic", false, "api_key", 200},
		{"key of a user", "joe", false, "api_key", 403},
		{"token of an administrator", "elastic", true, "token", 200},
		{"token of a user", "joe", true, "token", 403},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			es, s := elasticsearch(t, "8.19.21")
			credentials := es.AddAPIKey(c.owner)
			if c.token {
				credentials = es.AddToken(c.owner)
			}
			who := send(t, s, request("GET", "/_security/_authenticate", "", "Authorization: "+credentials))
			if who.status != 200 || !strings.Contains(who.body, `"username":"`+c.owner+`"`) || !strings.Contains(who.body, `"authentication_type":"`+c.scheme+`"`) {
				t.Errorf("who am I = %d %s, want %s by %s", who.status, who.body, c.owner, c.scheme)
			}
			got := send(t, s, request("PUT", "/_security/user/_password", `{"password":"new-password"}`, "Authorization: "+credentials, jsonType))
			if got.status != c.status || es.CheckPassword(c.owner, "new-password") != (c.status == 200) {
				t.Errorf("own change = %d %s, want %d", got.status, got.body, c.status)
			}
		})
	}
	es, s := elasticsearch(t, "8.19.21")
	got := send(t, s, request("POST", "/_security/api_key", `{"name":"k"}`, basic("elastic", adminPassword), jsonType))
	_, encoded, _ := strings.Cut(got.body, `"encoded":"`)
	encoded = strings.TrimSuffix(encoded, `"}`)
	if _, err := base64.StdEncoding.DecodeString(encoded); err != nil || got.status != 200 {
		t.Fatalf("a new key = %d %s", got.status, got.body)
	}
	if who := send(t, s, request("GET", "/_security/_authenticate", "", "Authorization: ApiKey "+encoded)); who.status != 200 {
		t.Errorf("who am I by the new key = %d %s", who.status, who.body)
	}
	if n := len(es.Seen()); n != 2 {
		t.Errorf("%d requests seen, want 2", n)
	}
}
