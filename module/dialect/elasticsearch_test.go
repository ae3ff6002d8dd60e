// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"
	"slices"
	"testing"
)

// routes is the router's specification: what a method and an escaped path are.
type routeCase struct {
	method, path string
	kind         Kind
	op           Operation
	target       string
	prefix, api  string
}

func testRoutes(t *testing.T, d Dialect, cases []routeCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			t.Parallel()
			m := d.Recognise(c.method, c.path)
			if m.Kind != c.kind {
				t.Fatalf("kind %d, want %d (%+v)", m.Kind, c.kind, m)
			}
			if c.kind != Guarded {
				return
			}
			if !slices.Contains(Operations(), m.Operation) {
				t.Errorf("%s is not among the operations that a policy may select", m.Operation)
			}
			if m.Operation != c.op || m.Target != c.target || m.Prefix != c.prefix || m.API != c.api {
				t.Errorf("found %s of %q at %q below %q, want %s of %q at %q below %q",
					m.Operation, m.Target, m.API, m.Prefix, c.op, c.target, c.api, c.prefix)
			}
		})
	}
}

func TestElasticsearchRoutes(t *testing.T) {
	t.Parallel()
	testRoutes(t, Elasticsearch{}, []routeCase{
		// R1 to R7 of the vendor's router, both methods.
		{"PUT", "/_security/user/bob/_password", Guarded, ChangePassword, "bob", "", "_security"},
		{"POST", "/_security/user/bob/_password", Guarded, ChangePassword, "bob", "", "_security"},
		{"PUT", "/_security/user/_password", Guarded, OwnPassword, "", "", "_security"},
		{"POST", "/_security/user/_password", Guarded, OwnPassword, "", "", "_security"},
		{"POST", "/_xpack/security/user/bob/_password", Guarded, ChangePassword, "bob", "", "_xpack/security"},
		{"PUT", "/_xpack/security/user/_password", Guarded, OwnPassword, "", "", "_xpack/security"},
		{"PUT", "/_security/user/bob", Guarded, PutUser, "bob", "", "_security"},
		{"POST", "/_xpack/security/user/bob", Guarded, PutUser, "bob", "", "_xpack/security"},
		{"PUT", "/_shield/user/bob", Guarded, PutUser, "bob", "", "_shield"},
		{"PUT", "/_shield/user/bob/_password", Guarded, ChangePassword, "bob", "", "_shield"},
		{"PUT", "/_shield/user/_password", Guarded, OwnPassword, "", "", "_shield"},
		// Names that look like parts of the route.
		{"PUT", "/_security/user/user/_password", Guarded, ChangePassword, "user", "", "_security"},
		{"PUT", "/_security/user/_password/_password", Guarded, ChangePassword, "_password", "", "_security"},
		{"PUT", "/_security/user/_has_privileges", Guarded, PutUser, "_has_privileges", "", "_security"},
		{"PUT", "/_security/user/security", Guarded, PutUser, "security", "", "_security"},
		// Trailing slashes vanish in the vendor's trie; so do they here.
		{"PUT", "/_security/user/_password/", Guarded, OwnPassword, "", "", "_security"},
		{"PUT", "/_security/user/bob/_password///", Guarded, ChangePassword, "bob", "", "_security"},
		// Below a prefix that a handle_path strips later.
		{"PUT", "/es/prod/_security/user/bob/_password", Guarded, ChangePassword, "bob", "/es/prod", "_security"},
		// One decoding of the name, and only of the name.
		{"PUT", "/_security/user/jane%40corp.com/_password", Guarded, ChangePassword, "jane@corp.com", "", "_security"},
		{"PUT", "/_security/user/a%20b%2Fc", Guarded, PutUser, "a b/c", "", "_security"},
		{"PUT", "/_security/user/50%2525", Guarded, PutUser, "50%25", "", "_security"},
		{"PUT", "/_security/user/a%2Bb", Guarded, PutUser, "a+b", "", "_security"},
		{"PUT", "/_security/user/joe;x=1/_password", Guarded, ChangePassword, "joe;x=1", "", "_security"},
		{"PUT", "/_security/user/Jane/_password", Guarded, ChangePassword, "Jane", "", "_security"},
		{"PUT", "/_security/user/joe%2F_enable", Guarded, PutUser, "joe/_enable", "", "_security"},
		// Neighbours leave at once.
		{"POST", "/_shield/user/_has_privileges", Guarded, PutUser, "_has_privileges", "", "_shield"},
		{"POST", "/_security/tomorrow/bob/_password", Unlisted, "unlisted", "", "", "_security"},
		{"POST", "/_security/user/_has_privileges", Neighbour, "", "", "", ""},
		{"GET", "/_security/user/_has_privileges", Neighbour, "", "", "", ""},
		{"POST", "/_xpack/security/user/_has_privileges", Neighbour, "", "", "", ""},
		{"POST", "/_security/user/bob/_has_privileges", Neighbour, "", "", "", ""},
		{"PUT", "/_security/user/bob/_enable", Neighbour, "", "", "", ""},
		{"POST", "/_security/user/bob/_disable", Neighbour, "", "", "", ""},
		{"GET", "/_security/user/bob", Neighbour, "", "", "", ""},
		{"DELETE", "/_security/user/bob", Neighbour, "", "", "", ""},
		{"HEAD", "/_security/user/bob", Neighbour, "", "", "", ""},
		{"GET", "/_security/user/_privileges", Neighbour, "", "", "", ""},
		{"POST", "/_security/_query/user", Neighbour, "", "", "", ""},
		{"PUT", "/_security/role/admin", Neighbour, "", "", "", ""},
		{"PUT", "/index/_doc/Some%2FDoc", Neighbour, "", "", "", ""},
		{"POST", "/_bulk", Neighbour, "", "", "", ""},
		{"PUT", "/", Neighbour, "", "", "", ""},
		// Writes below the security API that nobody has told us of.
		{"POST", "/_security/something_new", Unlisted, "", "", "", ""},
		{"PUT", "/_security/user/bob/_reset", Unlisted, "", "", "", ""},
		// Other spellings of a guarded route.
		{"POST", "//_security/user/bob/_password", Evasion, "", "", "", ""},
		{"POST", "/_security//user/bob/_password", Evasion, "", "", "", ""},
		{"POST", "/_security/user//_password", Evasion, "", "", "", ""},
		{"POST", "/./_security/user/bob/_password", Evasion, "", "", "", ""},
		{"POST", "/x/../_security/user/bob/_password", Evasion, "", "", "", ""},
		{"POST", "/x/%2e%2e/_security/user/bob/_password", Evasion, "", "", "", ""},
		{"POST", "/%5Fsecurity/user/bob/_password", Evasion, "", "", "", ""},
		{"POST", "/%255Fsecurity/user/bob/_password", Evasion, "", "", "", ""},
		{"POST", "/_SECURITY/user/bob/_Password", Evasion, "", "", "", ""},
		{"POST", "/_security/user/bob%2F_password", Evasion, "", "", "", ""},
		{"POST", "/_security/user/%5fpassword", Evasion, "", "", "", ""},
		{"POST", "/_security/user/_passwor%64", Evasion, "", "", "", ""},
		{"POST", "/_security/user/..", Evasion, "", "", "", ""},
		{"POST", "/_security/user/%2e%2e/_password", Evasion, "", "", "", ""},
		{"POST", "/_security/user/x%2F..%2F..%2Fy", Evasion, "", "", "", ""},
		{"POST", "/_security/user/x%5C..%5Cy", Evasion, "", "", "", ""},
		{"POST", "/_security/user/bob%00/_password", Evasion, "", "", "", ""},
		// 6.x sets the password of "a b".
		{"POST", "/_security/user/a+b/_password", Guarded, ChangePassword, "a+b", "", "_security"},
		{"PUT", "/_security/user/a+b", Guarded, PutUser, "a+b", "", "_security"},
		{"POST", "/_security/user/%FF/_password", Evasion, "", "", "", ""},
		{"POST", "/_security/user/bob/_password;x=1", Evasion, "", "", "", ""},
		{"POST", "/_security/user/bob/_password%23frag", Evasion, "", "", "", ""},
		{"POST", "/_security/user/bob/_password%20", Evasion, "", "", "", ""},
		{"POST", "/_security/user/bob/_password%20HTTP/1.1", Evasion, "", "", "", ""},
		{"POST", "/_security/user/bob/_password%0d%0aX:%20y", Evasion, "", "", "", ""},
		{"POST", `/_security\user\bob\_password`, Evasion, "", "", "", ""},
		{"post", "/_security/user/bob/_password", Evasion, "", "", "", ""},
		{"Put", "/_security/user/bob", Evasion, "", "", "", ""},
	})
}

// Names that some hop may clean away are refused, whatever else would notice.
func TestTargetNames(t *testing.T) {
	t.Parallel()
	for segment, want := range map[string]string{
		"bob": "bob", "%62ob": "bob", "a%2Fb": "a/b", "...": "...", "": "", ".": "", "..": "", "%2e%2e": "", "a%2F..%2Fb": "", `a\..`: "",
		"a%00": "", "%ff": "", "%zz": "", "a%0a": "",
	} {
		if name, ok := targetName(segment); ok != (want != "") || name != want {
			t.Errorf("%q: read %q (%v), want %q", segment, name, ok, want)
		}
	}
}

// A bare plus in a name is one user or another, by the release of the cluster.
func TestBarePlus(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/_security/user/a+b": true, "/_security/user/a+b/_password": true, "/_xpack/security/user/a+b": true,
		"/_security/user/a%2Bb": false, "/_security/user/ab/_password": false, "/x+y/_security/user/ab": false,
	} {
		if m := (Elasticsearch{}).Recognise("PUT", path); m.Kind != Guarded || m.Plus != want {
			t.Errorf("%s: %+v, want a bare plus: %v", path, m, want)
		}
	}
	for product, want := range map[string]bool{"Elasticsearch": true, "": false, "OpenSearch": false} {
		if got := PlusIsPlus(http.Header{"X-Elastic-Product": {product}}); got != want {
			t.Errorf("product %q: %v, want %v", product, got, want)
		}
	}
}
