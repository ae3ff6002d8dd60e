// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"strings"
	"testing"
)

// Traffic that isn't a change must not notice the gateway: it leaves recognition
// without an allocation, whatever the method.
func TestNeighboursCostNothing(t *testing.T) {
	for _, path := range []string{
		"/_bulk", "/index/_search", "/_security/user/_has_privileges", "/_plugins/_security/api/roles/x",
		"/.kibana/_doc/space:default", "/index-2026.11.23/_doc/abc-123",
		"/_all/_search", "/logs-*,metrics-*/_search",
	} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			for _, d := range All() {
				if m := d.Recognise(method, path); m.Kind != Neighbour {
					continue
				}
				if n := testing.AllocsPerRun(100, func() { d.Recognise(method, path) }); n != 0 {
					t.Errorf("%s %s %s: %v allocations, want none", d.Name(), method, path, n)
				}
			}
		}
	}
}

func BenchmarkRecogniseNeighbour(b *testing.B) {
	d := Elasticsearch{}
	for b.Loop() {
		d.Recognise("POST", "/index-2026.11.23/_bulk")
	}
}

// FuzzRecognise holds two things for any path: recognition never panics, and
// what a hop could turn into a change is never a neighbour.
func FuzzRecognise(f *testing.F) {
	for _, path := range []string{
		"/_security/user/bob/_password", "/%5fsecurity/user/x", "/x/../_security/user/_password", "//_xpack/security/user/b",
		"/_plugins/_security/api/internalusers/%2e%2e", "/v1.0/p/clusters/c/password/reset", "/_shield/user/a;b", "*", "",
	} {
		for _, method := range []string{"PUT", "post", "PATCH", "GET"} {
			f.Add(method, path)
		}
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		for _, d := range All() {
			m := d.Recognise(method, path)
			if m.Kind != Neighbour && m.Kind != Unlisted {
				continue
			}
			folded := d.Recognise(strings.ToUpper(method), fold(path))
			if strings.HasPrefix(path, "/") && folded.Kind == Guarded && foldMethod(method) == strings.ToUpper(method) {
				t.Errorf("%s: %s %q is no change, but folds to %s", d.Name(), method, path, folded.Operation)
			}
		}
	})
}

// FuzzRead holds that no body panics the readers, and that what they accept
// holds no invalid secret.
func FuzzRead(f *testing.F) {
	for _, body := range []string{
		`{"password":"x"}`, `{"password":"x","password_hash":"y"}`, `[{"op":"add","path":"/bob/hash","value":"x"}]`,
		`{"newpassword":"x"}`, `{"cluster":{"adminPwd":"x"}}`, `{"admin_pwd":"x"}`, "\ufeff{}", `{"a":{"b":[1,2,{"c":null}]}}`,
	} {
		f.Add([]byte(body))
	}
	ops := map[Dialect][]Operation{
		Elasticsearch{}: {ChangePassword, OwnPassword, PutUser},
		OpenSearch{}:    {Account, CreateUser, PatchUser, PatchUsers},
		HuaweiCSS{}:     {ResetPassword, ChangeMode, CreateCluster},
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for d, list := range ops {
			for _, op := range list {
				in := Input{Header: map[string][]string{"Content-Type": {"application/json"}}, Body: body}
				change, fault := d.Read(Match{Operation: op, Target: "bob", Named: true}, in)
				if fault != nil {
					continue
				}
				for _, s := range change.Secrets {
					if strings.ToValidUTF8(s.Value, "") != s.Value {
						t.Errorf("%s %s: accepted a secret that is not UTF-8", d.Name(), op)
					}
				}
			}
		}
	})
}
