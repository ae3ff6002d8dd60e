// SPDX-License-Identifier: Apache-2.0

package module

import (
	"testing"

	"github.com/passgate/passgate/module/sandbox"
)

const api = "/_plugins/_security/api"

// strongPassword passes both the preset and OpenSearch's own rule.
const strongPassword = "tangerine-Orbit-walks-7!"

func TestOpenSearchChanges(t *testing.T) {
	const adminPassword = "myStrong-Password-123!"
	for _, c := range []struct {
		name, method, path, user, password, body string
		status                                   int
		story                                    string
	}{
		{"own, weak", "PUT", api + "/account", "bob", oldPassword, `{"current_password":"` + oldPassword + `","password":"short"}`, 400, "decision deny/policy denied"},
		{"own, the same again", "PUT", api + "/account", "bob", oldPassword, `{"current_password":"` + strongPassword + `","password":"` + strongPassword + `"}`, 400, ""},
		{"own, both", "PUT", api + "/account", "bob", oldPassword, `{"current_password":"` + oldPassword + `","password":"` + strongPassword + `","hash":"x"}`, 400, "decision deny/both_fields denied"},
		{"own, hash", "PUT", api + "/account", "bob", oldPassword, `{"current_password":"` + oldPassword + `","hash":"x"}`, 400, "decision deny/hash denied"},
		{"wrong credentials", "PUT", api + "/account", "bob", "wrong", `{"current_password":"x","password":"short"}`, 401, "decision unjudged unauthenticated"},
		{"patch, weak", "PATCH", api + "/internalusers", "admin", adminPassword, `[{"op":"add","path":"/bob/password","value":"short"}]`, 400, "decision deny/policy denied"},
		{"patch, hash of a new user", "PATCH", api + "/internalusers", "admin", adminPassword, `[{"op":"add","path":"/eve","value":{"hash":"x"}}]`, 400, "decision deny/hash denied"},
		{"patch, by query", "PATCH", api + "/internalusers?name=bob", "admin", adminPassword, `[{"op":"add","path":"/hash","value":"x"}]`, 400, "decision deny/unreadable denied"},
		{"patch without a secret", "PATCH", api + "/internalusers/bob", "admin", adminPassword, `[{"op":"add","path":"/description","value":"x"}]`, 200, "decision unjudged; outcome unjudged applied"},
		{"generated", "POST", api + "/internalusers/bob/authtoken", "admin", adminPassword, ``, 400, "decision deny/forbidden denied"},
		{"rollback", "POST", api + "/version/rollback", "admin", adminPassword, ``, 400, "decision deny/forbidden denied"},
		{"own, good", "PUT", "/_opendistro/_security/api/account", "bob", oldPassword, `{"current_password":"` + oldPassword + `","password":"` + strongPassword + `"}`, 200, "decision allow; outcome allow applied"},
		{"somebody's, good", "PUT", api + "/internalusers/bob", "admin", adminPassword, `{"password":"` + strongPassword + `2"}`, 200, "decision allow; outcome allow applied"},
		{"patch, good", "PATCH", api + "/internalusers/bob", "admin", adminPassword, `[{"op":"add","path":"/password","value":"` + strongPassword + `3"}]`, 200, "decision allow; outcome allow applied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			os := sandbox.NewOpenSearch(sandbox.Options{})
			os.AddUser("bob", oldPassword)
			os.AddUser("admin", adminPassword, "all_access")
			r := start(t, globals+"SITE {\n\tpassword_policy opensearch\n\treverse_proxy UPSTREAM\n}\n", serve(t, os))
			res := r.change(c.method, c.path, c.user, c.password, c.body)
			if res.status != c.status {
				t.Errorf("status %d, want %d: %s", res.status, c.status, res.body)
			}
			if c.story != "" {
				r.wantStory(c.story)
			}
		})
	}
}
