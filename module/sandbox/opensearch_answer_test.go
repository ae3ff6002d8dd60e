// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"slices"
	"strings"
	"testing"
)

// Answers byte for byte, as a real 2.19.3 gave them.
func TestOpenSearchAnswers(t *testing.T) {
	t.Parallel()
	admin, bob := basic("admin", adminPassword), basic("bob", bobsOld)
	const bobAccount = `{"user_name":"bob","is_reserved":false,"is_hidden":false,"is_internal_user":true,"user_requested_tenant":null,"backend_roles":[],"custom_attribute_names":[],"tenants":{"bob":true},"roles":["own_index"]}`
	cases := []struct {
		name, raw string
		status    int
		answer    string
		headers   map[string]string
	}{
		{name: "who am I", raw: request("GET", plugins+"/account", "", bob), status: 200, answer: bobAccount, headers: map[string]string{"Content-Type": "application/json; charset=UTF-8"}},
		{name: "who am I by the old prefix", raw: request("GET", odfe+"/account/", "", bob), status: 200, answer: bobAccount},
		{name: "who is admin", raw: request("GET", plugins+"/account", "", admin), status: 200, answer: `{"user_name":"admin","is_reserved":true,"is_hidden":false,"is_internal_user":true,"user_requested_tenant":null,"backend_roles":["admin"],"custom_attribute_names":[],"tenants":{"global_tenant":true,"admin_tenant":true,"admin":true},"roles":["own_index","all_access"]}`},
		{name: "acting as bob", raw: request("GET", plugins+"/account", "", admin, impersonateHeader+": bob"), status: 200, answer: bobAccount},
		{name: "junk behind the credentials", raw: request("GET", plugins+"/account", "", bob+" junk"), status: 200, answer: bobAccount},
		{name: "no padding, lower case", raw: request("GET", plugins+"/account", "", strings.TrimRight(strings.Replace(bob, "Basic", "basic", 1), "=")), status: 200, answer: bobAccount},
		{name: "two blanks", raw: request("GET", plugins+"/account", "", strings.Replace(bob, "Basic ", "Basic  ", 1)), status: 401, answer: "Unauthorized"},
		{name: "two callers: the last", raw: request("GET", plugins+"/account", "", admin, bob), status: 200, answer: bobAccount},
		{name: "nobody", raw: request("GET", plugins+"/account", ""), status: 401, answer: "Unauthorized", headers: map[string]string{"Www-Authenticate": `Basic realm="OpenSearch Security"`, "Content-Type": "text/plain; charset=UTF-8"}},
		{name: "route before caller", raw: request("POST", plugins+"/account", "{}", jsonType), status: 405, answer: `{"error":"Incorrect HTTP method for uri [/_plugins/_security/api/account] and method [POST], allowed: [GET, PUT]","status":405}`, headers: map[string]string{"Allow": "GET,PUT"}},
		{name: "no route", raw: request("POST", plugins+"/version/rollback", "{}", jsonType), status: 400, answer: `{"error":"no handler found for uri [/_plugins/_security/api/version/rollback] and method [POST]"}`},
		{name: "type before caller", raw: request("PUT", plugins+"/account", "{}"), status: 406, answer: `{"error":"Content-Type header [] is not supported","status":406}`},
		{name: "two types", raw: request("PUT", plugins+"/account", "{}", jsonType, jsonType), status: 400, answer: `{"error":{"root_cause":[{"type":"content_type_header_exception","reason":"java.lang.IllegalArgumentException: only one Content-Type header should be provided"}],"type":"content_type_header_exception","reason":"java.lang.IllegalArgumentException: only one Content-Type header should be provided","caused_by":{"type":"illegal_argument_exception","reason":"only one Content-Type header should be provided"}},"status":400}`},
		{name: "unknown parameter", raw: request("GET", plugins+"/account?x=1", "", bob), status: 400, answer: `{"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"request [/_plugins/_security/api/account] contains unrecognized parameter: [x]"}],"type":"illegal_argument_exception","reason":"request [/_plugins/_security/api/account] contains unrecognized parameter: [x]"},"status":400}`},
		{name: "show", raw: request("GET", plugins+"/internalusers/bob", "", admin), status: 200, answer: `{"bob":{"hash":"","reserved":false,"hidden":false,"backend_roles":[],"attributes":{},"opendistro_security_roles":[],"static":false}}`},
		{name: "show nobody", raw: request("GET", plugins+"/user/nobody", "", admin), status: 404, answer: `{"status":"NOT_FOUND","message":"user 'nobody' not found."}`},
		{name: "hidden", raw: request("PUT", plugins+"/internalusers/ghost", `{"password":"`+strong+`"}`, admin, jsonType), status: 404, answer: `{"status":"NOT_FOUND","message":"Resource 'ghost' is not available."}`},
		{name: "delete", raw: request("DELETE", plugins+"/internalusers/bob", "", admin), status: 200, answer: `{"status":"OK","message":"'bob' deleted."}`},
		{name: "similar", raw: request("PUT", plugins+"/internalusers/bobbytables", `{"password":"bobbytables-9X!qz-lantern"}`, admin, jsonType), status: 400, answer: `{"status":"error","reason":"Password is similar to user name"}`},
		{name: "similarity judged for another name", raw: request("PUT", plugins+"/account?name=zz", `{"current_password":"x","password":"bobbytables-9X!qz-lantern"}`, bob, jsonType), status: 400, answer: `{"status":"BAD_REQUEST","message":"Could not validate your current password."}`},
		{name: "no service account", raw: request("POST", plugins+"/internalusers/bob/authtoken", "", admin), status: 400, answer: `{"status":"BAD_REQUEST","message":"An auth token could not be generated for the specified account."}`},
		{name: "token by the alias", raw: request("POST", plugins+"/user/bob/authtoken", "", admin), status: 501, answer: `{"status":"NOT_FOUND","message":"Method POST not supported for this action."}`},
		{name: "in yaml, as it was asked", raw: request("PUT", plugins+"/account", `{"current_password":"x","password":"`+strong+`"}`, bob, "Content-Type: application/yaml"), status: 400, answer: "---\nstatus: \"BAD_REQUEST\"\nmessage: \"Could not validate your current password.\"\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			os, s := openSearch(t)
			os.AddReservedUser("ghost", bobsOld, true)
			got := send(t, s, c.raw)
			if got.status != c.status || got.body != c.answer {
				t.Fatalf("answer = %d %s\nwant     %d %s", got.status, got.body, c.status, c.answer)
			}
			for name, want := range c.headers {
				if have := got.header.Get(name); have != want {
					t.Errorf("%s = %q, want %q", name, have, want)
				}
			}
		})
	}
}

// A service account gets a password made by the cluster, told in the answer.
func TestOpenSearchServiceAccount(t *testing.T) {
	t.Parallel()
	os, s := openSearch(t)
	admin := basic("admin", adminPassword)
	send(t, s, request("PUT", plugins+"/internalusers/svc", `{"attributes":{"service":"true","enabled":"true"}}`, admin, jsonType))
	got := send(t, s, request("POST", plugins+"/internalusers/svc/authtoken", "", admin))
	_, password, found := strings.Cut(got.body, "Basic auth token with user=svc, password=")
	password = strings.TrimSuffix(password, `"}`)
	if got.status != 200 || !found || !os.CheckPassword("svc", password) {
		t.Errorf("authtoken = %d %s, and %q doesn't log in", got.status, got.body, password)
	}
}

// The escape that is undone twice: the plugin's own checks look at a user that
// isn't there, and the hash is stored unchecked.
func TestOpenSearchPointerEscape(t *testing.T) {
	t.Parallel()
	os, s := openSearch(t)
	got := send(t, s, request("PATCH", plugins+"/internalusers", `[{"op":"add","path":"/z~01w","value":{"hash":"`+strongHash+`"}}]`, basic("admin", adminPassword), jsonType))
	if got.status != 200 || got.body != bulkDone || !slices.Contains(os.Users(), "z/w") || !os.CheckPassword("z/w", strong) {
		t.Errorf("patch = %d %s, users %q; want z/w among them", got.status, got.body, os.Users())
	}
}
