// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

const (
	strong    = "Vq7!mzRt-lantern-42"
	other     = "ocelot!Trumpet9-vy"
	bobsOld   = "ocelot_Trumpet!73vy"
	plugins   = "/_plugins/_security/api"
	odfe      = "/_opendistro/_security/api"
	updated   = `{"status":"OK","message":"'bob' updated."}`
	bulkDone  = `{"status":"OK","message":"Resource updated."}`
	unchanged = `{"status":"OK","message":"No updates required"}`
)

// strongHash is the hash of strong; its cost is the lowest, for quick tests.
var strongHash = func() string {
	h, err := bcrypt.GenerateFromPassword([]byte(strong), 4)
	if err != nil {
		panic(err)
	}
	return string(h)
}()

func openSearch(t *testing.T) (*OpenSearch, *Server) {
	t.Helper()
	os := NewOpenSearch(Options{AdminPassword: adminPassword, Impersonate: map[string][]string{"admin": {"bob"}}})
	os.AddUser("bob", bobsOld)
	os.AddUser("carol", bobsOld)
	return os, serve(t, os)
}

// Requests that set bob's password to strong, or don't. HASH stands for the
// hash of strong, PW for strong, OLD for bob's old password.
func TestOpenSearchChanges(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, method, target string
		as                   string // bob or, by default, admin
		header, body         string
		status               int
		answer               string // exact, if not empty
		changed              bool
	}{
		{name: "account", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":"PW"}`, status: 200, answer: updated, changed: true},
		{name: "account by the old prefix and slashes", as: "bob", method: "PUT", target: odfe + "/account//", body: `{"current_password":"OLD","password":"PW"}`, status: 200, changed: true},
		{name: "account by hash", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","hash":"HASH"}`, status: 200, changed: true},
		{name: "account, both: the password wins", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":"PW","hash":"x"}`, status: 200, changed: true},
		{name: "account, empty password and hash", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":"","hash":"HASH"}`, status: 400, answer: `{"status":"error","reason":"Password is too short"}`},
		{name: "account, wrong password", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"no","password":"PW"}`, status: 400, answer: `{"status":"BAD_REQUEST","message":"Could not validate your current password."}`},
		{name: "account, no current one", as: "bob", method: "PUT", target: plugins + "/account", body: `{"password":"PW"}`, status: 400, answer: `{"status":"error","reason":"Invalid configuration","missing_mandatory_keys":{"keys":"current_password"}}`},
		{name: "account, nothing new", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD"}`, status: 400, answer: `{"status":"BAD_REQUEST","message":"Both provided password and hash cannot be null/empty."}`},
		{name: "account of a reserved user", method: "PUT", target: plugins + "/account", body: `{"current_password":"` + adminPassword + `","password":"PW"}`, status: 403, answer: `{"status":"FORBIDDEN","message":"Resource 'admin' is reserved."}`},
		{name: "account, acting as bob", method: "PUT", target: plugins + "/account", header: impersonateHeader + ": bob", body: `{"current_password":"OLD","password":"PW"}`, status: 200, answer: updated, changed: true},
		{name: "acting as carol is not allowed", method: "PUT", target: plugins + "/account", header: impersonateHeader + ": carol", body: `{"current_password":"OLD","password":"PW"}`, status: 403, answer: `{"error":{"status":"error","reason":"'admin' is not allowed to impersonate as 'carol'"}}`},
		{name: "weak", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":"password"}`, status: 400, answer: `{"status":"error","reason":"Weak password"}`},
		{name: "too long", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":"` + strings.Repeat("xK9!", 26) + `"}`, status: 400, answer: `{"status":"error","reason":"Password is too long"}`},
		{name: "wrong type", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":null}`, status: 400, answer: `{"status":"error","reason":"Wrong datatype","password":"String expected"}`},
		{name: "unknown member", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","Password":"PW"}`, status: 400, answer: `{"status":"error","reason":"Invalid configuration","invalid_keys":{"keys":"Password"}}`},
		{name: "duplicate member", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":"PW","password":"PW"}`, status: 400, answer: `{"status":"error","reason":"Could not parse content of request."}`},
		{name: "comment", as: "bob", method: "PUT", target: plugins + "/account", body: `{/**/"current_password":"OLD","password":"PW"}`, status: 400, answer: `{"status":"error","reason":"Could not parse content of request."}`},
		{name: "empty object", as: "bob", method: "PUT", target: plugins + "/account", body: `{}`, status: 400, answer: `{"status":"error","reason":"Request body required for this action."}`},
		{name: "trailing data", as: "bob", method: "PUT", target: plugins + "/account", body: `{"current_password":"OLD","password":"PW"}{"password":"x"}`, status: 200, changed: true},
		{name: "overlong name", as: "bob", method: "PUT", target: plugins + "/account", body: "{\"current_password\":\"OLD\",\"\xc1\xa8ash\":\"HASH\"}", status: 200, changed: true},
		{name: "unchecked continuation byte", as: "bob", method: "PUT", target: plugins + "/account", body: "{\"current_password\":\"OLD\",\"\xc1\x30assword\":\"PW\"}", status: 200, changed: true},
		{name: "hidden quotation marks", as: "bob", method: "PUT", target: plugins + "/account", body: "{\"current_password\":\"OLD\",\xc0\xa2password\xc0\xa2:\"PW\"}", status: 200, changed: true},
		{name: "json called yaml", as: "bob", method: "PUT", target: plugins + "/account", header: "Content-Type: application/yaml", body: `{"current_password":"OLD","password":"PW"}`, status: 200, changed: true},
		{name: "text", as: "bob", method: "PUT", target: plugins + "/account", header: "Content-Type: text/plain", body: `{"current_password":"OLD","password":"PW"}`, status: 406, answer: `{"error":"Content-Type header [text/plain] is not supported","status":406}`},
		{name: "zstd", as: "bob", method: "PUT", target: plugins + "/account", header: jsonType + "\r\nContent-Encoding: zstd", body: zstandard(`{"current_password":"` + bobsOld + `","password":"` + strong + `"}`), status: 200, changed: true},
		{name: "zlib", as: "bob", method: "PUT", target: plugins + "/account", header: jsonType + "\r\nContent-Encoding: deflate", body: zlibbed(`{"current_password":"` + bobsOld + `","password":"` + strong + `"}`), status: 200, changed: true},
		{name: "unknown parameter", as: "bob", method: "PUT", target: plugins + "/account?source=x", body: `{"current_password":"OLD","password":"PW"}`, status: 400},
		{name: "last credentials count", as: "nobody", method: "PUT", target: plugins + "/account", header: basic("bob", bobsOld) + "\r\n" + jsonType, body: `{"current_password":"OLD","password":"PW"}`, status: 200, changed: true},

		{name: "put", method: "PUT", target: plugins + "/internalusers/bob", body: `{"password":"PW"}`, status: 200, answer: updated, changed: true},
		{name: "put by alias, old prefix, encoded name", method: "PUT", target: odfe + "/user/%62ob/", body: `{"password":"PW"}`, status: 200, answer: updated, changed: true},
		{name: "put, hash", method: "PUT", target: plugins + "/internalusers/bob", body: `{"hash":"HASH"}`, status: 200, changed: true},
		{name: "put, both", method: "PUT", target: plugins + "/internalusers/bob", body: `{"hash":"x","password":"PW"}`, status: 200, changed: true},
		{name: "put, neither", method: "PUT", target: plugins + "/internalusers/bob", body: `{"description":"x"}`, status: 200, answer: updated},
		{name: "put, neither, new", method: "PUT", target: plugins + "/internalusers/new", body: `{"description":"x"}`, status: 400, answer: `{"status":"BAD_REQUEST","message":"Please specify either 'hash' or 'password' when creating a new internal user."}`},
		{name: "put, new", method: "PUT", target: plugins + "/internalusers/..", body: `{"password":"PW"}`, status: 201, answer: `{"status":"CREATED","message":"'..' created."}`},
		{name: "put, colon", method: "PUT", target: plugins + "/internalusers/a%253Ab", body: `{"password":"PW"}`, status: 400},
		{name: "put, unprivileged", as: "bob", method: "PUT", target: plugins + "/internalusers/bob", body: `{"password":"PW"}`, status: 403, answer: `{"status":"FORBIDDEN","message":"No permission to access REST API: User bob with Security roles [own_index] does not have any role privileged for admin access. No ssl info found in request."}`},
		{name: "put, reserved", method: "PUT", target: plugins + "/internalusers/admin", body: `{"password":"PW"}`, status: 403, answer: `{"status":"FORBIDDEN","message":"Resource 'admin' is reserved."}`},
		{name: "put, service account", method: "PUT", target: plugins + "/internalusers/svc", body: `{"attributes":{"service":"true"},"password":"PW"}`, status: 400},
		{name: "put on the collection", method: "PUT", target: plugins + "/internalusers?name=bob", body: `{"password":"PW"}`, status: 405},
		{name: "double slash", method: "PUT", target: "//_plugins/_security/api/internalusers/bob", body: `{"password":"PW"}`, status: 400},
		{name: "encoded literal", method: "PUT", target: plugins + "/%69nternalusers/bob", body: `{"password":"PW"}`, status: 400},

		{name: "patch", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"add","path":"/password","value":"PW"}]`, status: 200, answer: updated, changed: true},
		{name: "patch, replace password", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"replace","path":"/password","value":"PW"}]`, status: 400, answer: `{"status":"BAD_REQUEST","message":"Missing field \"password\""}`},
		{name: "patch, replace hash", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"replace","path":"/hash","value":"HASH"}]`, status: 200, changed: true},
		{name: "patch, hash and password", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"add","path":"/hash","value":"x"},{"op":"add","path":"/password","value":"PW"}]`, status: 200, changed: true},
		{name: "patch the root", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"replace","path":"","value":{"password":"PW"}}]`, status: 200, changed: true},
		{name: "patch, extra members", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"add","path":"/hash","Path":"/description","value":"HASH"}]`, status: 200, changed: true},
		{name: "patch, copy", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"copy","from":"/description","path":"/hash"}]`, status: 400},
		{name: "patch, upper case", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"ADD","path":"/password","value":"PW"}]`, status: 400},
		{name: "patch, no slash", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"add","path":"password","value":"PW"}]`, status: 400},
		{name: "patch, null", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"add","path":"/password","value":null}]`, status: 400, answer: `{"status":"error","reason":"Wrong datatype","password":"String expected"}`},
		{name: "patch, nothing left", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"remove","path":"/hash"}]`, status: 400},
		{name: "patch, no effect", method: "PATCH", target: plugins + "/internalusers/bob", body: `[{"op":"add","path":"/description","value":"x"},{"op":"remove","path":"/description"}]`, status: 200, answer: unchanged},
		{name: "patch, no array", method: "PATCH", target: plugins + "/internalusers/bob", body: `{"op":"add"}`, status: 400, answer: `{"status":"BAD_REQUEST","message":"Wrong request body"}`},
		{name: "patch somebody missing", method: "PATCH", target: plugins + "/internalusers/nobody", body: `[{"op":"add","path":"/password","value":"PW"}]`, status: 404, answer: `{"status":"NOT_FOUND","message":"user 'nobody' not found."}`},
		{name: "patch by alias", method: "PATCH", target: plugins + "/user/bob", body: `[{"op":"add","path":"/password","value":"PW"}]`, status: 405},
		{name: "bulk", method: "PATCH", target: plugins + "/internalusers/", body: `[{"op":"add","path":"/bob/password","value":"PW"}]`, status: 200, answer: bulkDone, changed: true},
		{name: "bulk, whole user", method: "PATCH", target: odfe + "/internalusers", body: `[{"op":"add","path":"/bob","value":{"hash":"HASH"}}]`, status: 200, answer: bulkDone, changed: true},
		{name: "bulk, escaped path", method: "PATCH", target: plugins + "/internalusers", body: `[{"op":"add","path":"\u002fbob/pass\u0077ord","value":"PW"}]`, status: 200, changed: true},
		{name: "bulk, one user by the query", method: "PATCH", target: plugins + "/internalusers?pretty=false;n%61me=bob", body: `[{"op":"replace","path":"/hash","value":"HASH"}]`, status: 200, answer: updated, changed: true},
		{name: "bulk, root", method: "PATCH", target: plugins + "/internalusers", body: `[{"op":"add","path":"","value":{}}]`, status: 500},
		{name: "bulk, nothing new", method: "PATCH", target: plugins + "/internalusers", body: `[{"op":"remove","path":"/carol"},{"op":"add","path":"/carol","value":{"hash":"HASH"}}]`, status: 200},
		{name: "bulk, reserved", method: "PATCH", target: plugins + "/internalusers", body: `[{"op":"replace","path":"/admin/hash","value":"HASH"}]`, status: 403},
		{name: "bulk, a weak one spoils all", method: "PATCH", target: plugins + "/internalusers", body: `[{"op":"add","path":"/bob/password","value":"PW"},{"op":"add","path":"/carol/password","value":"abc"}]`, status: 400},

		{name: "no credentials", as: "nobody", method: "PUT", target: plugins + "/account", body: `{}`, status: 401, answer: "Unauthorized"},
		{name: "absent rollback", method: "POST", target: plugins + "/version/rollback", body: `{}`, status: 400},
	}
	fill := strings.NewReplacer("HASH", strongHash, "OLD", bobsOld, "PW", strong)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			os, s := openSearch(t)
			headers := []string{jsonType}
			if strings.Contains(c.header, "Content-Type") {
				headers = nil
			}
			switch c.as {
			case "":
				headers = append(headers, basic("admin", adminPassword))
			case "bob":
				headers = append(headers, basic("bob", bobsOld))
			}
			if c.header != "" {
				headers = append(headers, c.header)
			}
			got := send(t, s, request(c.method, c.target, fill.Replace(c.body), headers...))
			if got.status != c.status || c.answer != "" && got.body != c.answer {
				t.Fatalf("answer = %d %s, want %d %s", got.status, got.body, c.status, c.answer)
			}
			if os.CheckPassword("bob", strong) != c.changed {
				t.Errorf("bob has the new password: %v, want %v", !c.changed, c.changed)
			}
		})
	}
}
