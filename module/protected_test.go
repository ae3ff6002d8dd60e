// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"
)

// Ways to a password past the user API are denied by default: the index that
// holds the users, and the routes of the user interfaces in front of a cluster.
func TestShieldedRoutes(t *testing.T) {
	es, upstream := elastic(t)
	for _, c := range []struct {
		name, options, path, reason string
		denied                      bool
	}{
		{"security index", "", "/.security-7/_update/user-bob", "security_index", true},
		{"security index, option off", "protect_security_index off", "/.security-7/_update/user-bob", "", false},
		{"security index, in date math", "", "/%3C%7Bnow%7B'.security-7'%7D%7D%3E/_update/user-bob", "security_index", true},
		{"security index, behind a backslash", "", "/%3C%5C.security-7%3E/_update/user-bob", "security_index", true},
		{"Kibana's own route, a letter encoded", "", "/internal/security/us%65rs/bob/password", "user_page", true},
		{"Kibana's console, with a fragment", "", "/api/console/proxy?method=PUT&path=_security/user/bob%23x", "user_page", true},
		{"Kibana's console, with a semicolon", "", "/api/console/proxy?method=PUT&path=a;b/../_security/user/bob/_password", "user_page", true},
		{"Kibana's console, behind a semicolon", "", "/api/console/proxy?method=PUT;path=_security/user/bob/_password", "user_page", true},
		{"Kibana's own route, by way of one that nobody knows", "", "/_security/x/../../internal/security/users/bob/password", "user_page", true},
		{"Kibana's own route", "", "/internal/security/users/bob/password", "user_page", true},
		{"Kibana's own route, in a space below a base path", "", "/base/s/my-space/internal/security/users/bob", "user_page", true},
		{"Kibana's own route, by way of another", "", "/internal/x/../security/users/bob/password", "user_page", true},
		{"Kibana's console, in a space", "", "/s/my-space/api/console/proxy?path=_security%2Fuser%2Fbob%2F_password&method=put", "user_page", true},
		{"Kibana's console", "", "/api/console/proxy?method=PUT&path=_security/user/bob", "user_page", true},
		{"Kibana's console, for something else", "", "/api/console/proxy?method=GET&path=_search", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, globals+"SITE {\n\tpassword_policy elasticsearch {\n\t\t"+c.options+"\n\t}\n\treverse_proxy UPSTREAM\n}\n", upstream)
			es.Forget()
			res := r.change("POST", c.path, "boss", boss, `{"doc":{"password":"$2a$04$x"}}`)
			if denied := len(es.Seen()) == 0; denied != c.denied {
				t.Errorf("denied %v: %d %s", denied, res.status, res.body)
			}
			if !c.denied {
				r.wantStory("")
				return
			}
			r.wantStory("decision deny/forbidden denied")
			if got := r.records()[0].Gateway.Reason; got != c.reason || !strings.Contains(res.body, "Validation Failed") {
				t.Errorf("reason %q: %s", got, res.body)
			}
			if c.reason == "user_page" && !strings.Contains(res.body, "put the gateway between Kibana or Dashboards and the cluster") {
				t.Errorf("expected where the gateway belongs in %s", res.body)
			}
		})
	}
}
