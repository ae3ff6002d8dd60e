// SPDX-License-Identifier: Apache-2.0

package dialect

import "testing"

func TestOpenSearchRoutes(t *testing.T) {
	t.Parallel()
	var cases []routeCase
	for _, root := range []string{"_plugins", "_opendistro"} {
		p := "/" + root + "/_security/api"
		guarded := func(method, path string, op Operation, target string) routeCase {
			return routeCase{method, p + path, Guarded, op, target, "", root}
		}
		other := func(method, path string, kind Kind) routeCase {
			return routeCase{method: method, path: p + path, kind: kind}
		}
		cases = append(cases,
			guarded("PUT", "/account", Account, ""),
			guarded("PUT", "/account//", Account, ""),
			guarded("PUT", "/internalusers/bob", CreateUser, "bob"),
			guarded("PUT", "/internalusers/a%2Fb", CreateUser, "a/b"),
			guarded("PUT", "/user/bob", CreateUser, "bob"),
			guarded("PUT", "/user/bob/", CreateUser, "bob"),
			guarded("PUT", "/internalusers/account", CreateUser, "account"),
			guarded("PUT", "/internalusers/api", CreateUser, "api"),
			guarded("PATCH", "/internalusers/bob", PatchUser, "bob"),
			guarded("PATCH", "/internalusers", PatchUsers, ""),
			guarded("PATCH", "/internalusers/", PatchUsers, ""),
			guarded("POST", "/internalusers/svc/authtoken", UserToken, "svc"),
			guarded("POST", "/version/rollback", RollbackConf, ""),
			guarded("POST", "/version/rollback/v3", RollbackConf, ""),
			other("GET", "/account", Neighbour),
			other("POST", "/account", Neighbour), // 405 at the cluster
			other("DELETE", "/internalusers/bob", Neighbour),
			other("PUT", "/internalusers", Neighbour), // 405
			other("PUT", "/roles/bob", Neighbour),
			other("PATCH", "/rolesmapping", Neighbour),
			other("DELETE", "/cache", Neighbour),
			other("PUT", "/tenancy/config", Neighbour),
			other("PUT", "/audit/config", Neighbour),
			other("PUT", "/ssl/http/reloadcerts", Neighbour),
			other("POST", "/apitokens", Neighbour),
			other("POST", "/something_new", Unlisted),
			other("PUT", "/Account", Evasion),
			other("PUT", "/%61ccount", Evasion),
			other("PUT", "/account;x=1", Evasion),
			other("PUT", "/./account", Evasion),
			other("PUT", "/internalusers/..", Evasion),
			other("PUT", "/internalusers/%2e%2e", Evasion),
			other("PUT", "/internalusers/x%2F..%2F..%2Faccount", Evasion),
			other("put", "/account", Evasion),
		)
	}
	testRoutes(t, OpenSearch{}, append(cases,
		routeCase{"PUT", "/os/_plugins/_security/api/account", Guarded, Account, "", "/os", "_plugins"},
		routeCase{method: "PUT", path: "//_plugins/_security/api/account", kind: Evasion},
		routeCase{method: "PUT", path: "/_plugins//_security/api/account", kind: Evasion},
		routeCase{method: "PUT", path: "/_PLUGINS/_security/api/account", kind: Evasion},
		routeCase{method: "PUT", path: "/_plugins%2f_security/api/account", kind: Evasion},
		routeCase{method: "PUT", path: "/index/_doc/1", kind: Neighbour},
	))
}

func TestHuaweiRoutes(t *testing.T) {
	t.Parallel()
	testRoutes(t, HuaweiCSS{}, []routeCase{
		{"POST", "/v1.0/p1/clusters/c1/password/reset", Guarded, ResetPassword, "admin", "", "v1.0"},
		{"POST", "/v1.0/p1/clusters/c1/password/reset/", Guarded, ResetPassword, "admin", "", "v1.0"},
		{"POST", "/v1.0/p1/clusters/c1/mode/change", Guarded, ChangeMode, "admin", "", "v1.0"},
		{"POST", "/v1.0/p1/clusters", Guarded, CreateCluster, "admin", "", "v1.0"},
		{"POST", "/v2.0/p1/clusters", Guarded, CreateClusterV2, "admin", "", "v2.0"},
		{"POST", "/css/v2.0/p1/clusters", Guarded, CreateClusterV2, "admin", "/css", "v2.0"},
		{"GET", "/v1.0/p1/clusters", Neighbour, "", "", "", ""},
		{"POST", "/v1.0/p1/clusters/c1/restart", Neighbour, "", "", "", ""},
		{"PUT", "/v1.0/p1/clusters/c1/password/reset", Neighbour, "", "", "", ""},
		{"POST", "/V1.0/p1/clusters/c1/password/reset", Evasion, "", "", "", ""},
		{"POST", "/v1.0/p1/clusters/c1//password/reset", Evasion, "", "", "", ""},
		{"POST", "/v1.0/p1/clusters/c1/password%2Freset", Evasion, "", "", "", ""},
		{"POST", "/v1.0/p1/clusters/x/../c1/password/reset", Evasion, "", "", "", ""},
		{"POST", "/v1.0/p1/clusters/c1/password;a/reset", Evasion, "", "", "", ""},
	})
}

// An operation without a body must not carry one that nobody judges.
func TestOpenSearchBodiless(t *testing.T) {
	t.Parallel()
	for body, good := range map[string]bool{"": true, " \n": true, "{}": true, `{"password":"x"}`: false, "[]": false, "x": false} {
		for _, op := range []Operation{UserToken, RollbackConf} {
			_, fault := OpenSearch{}.Read(Match{Operation: op}, Input{Body: []byte(body)})
			if (fault == nil) != good {
				t.Errorf("%s with %q: fault %v, want one: %v", op, body, fault, !good)
			}
		}
	}
}

func TestNearSecretQuery(t *testing.T) {
	t.Parallel()
	for query, near := range map[string]bool{
		"": false, "a=b&c": false, "x=password": false, "password=x": true, "a=1&new_Password=x": true, "%70assword=x": true, "adminPwd": true, "%zz": true,
	} {
		if got := nearSecretQuery(query); got != near {
			t.Errorf("%q: %v, want %v", query, got, near)
		}
	}
}
