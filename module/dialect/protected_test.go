// SPDX-License-Identifier: Apache-2.0

package dialect

import "testing"

func TestProtectedPaths(t *testing.T) {
	t.Parallel()
	testRoutes(t, Elasticsearch{}, []routeCase{
		{method: "POST", path: "/.security-7/_update/user-bob", kind: Shielded},
		{method: "PUT", path: "/.security/_doc/user-bob", kind: Shielded},
		{method: "PUT", path: "/.security-7/_create/user-bob", kind: Shielded},
		{method: "POST", path: "/.security-7/_bulk", kind: Shielded},
		{method: "POST", path: "/.security*/_update_by_query", kind: Shielded},
		{method: "POST", path: "/.s*/_update_by_query", kind: Shielded},
		{method: "POST", path: "/logs,.security-7/_update_by_query", kind: Shielded},
		{method: "PUT", path: "/%2Esecurity-7/_doc/user-bob", kind: Shielded},
		{method: "PUT", path: "/%3C.security-7%3E/_doc/user-bob", kind: Shielded},
		{method: "DELETE", path: "/.security-7", kind: Shielded},
		{method: "PUT", path: "/.security-7", kind: Shielded},
		{method: "PUT", path: "/es/.security-7/_doc/user-bob", kind: Shielded},
		{method: "POST", path: "/.opendistro_security/_doc/internalusers", kind: Shielded},
		{method: "GET", path: "/.security-7/_search", kind: Neighbour},
		{method: "POST", path: "/.security/_search", kind: Neighbour},
		{method: "POST", path: "/.security/_count", kind: Neighbour},
		{method: "PUT", path: "/logs/_doc/.security-7", kind: Neighbour},
		{method: "POST", path: "/.kibana*/_update_by_query", kind: Neighbour},
		{method: "POST", path: "/*/_update_by_query", kind: Neighbour},
		{method: "PUT", path: "/my.security-notes/_doc/1", kind: Neighbour},
	})
	testRoutes(t, OpenSearch{}, []routeCase{
		{method: "PUT", path: "/_plugins/_security/api/securityconfig/config", kind: Shielded},
		{method: "PATCH", path: "/_opendistro/_security/api/securityconfig", kind: Shielded},
		{method: "GET", path: "/_plugins/_security/api/securityconfig", kind: Neighbour},
		{method: "PUT", path: "/.opendistro_security/_doc/internalusers", kind: Shielded},
	})
}

func TestDashboards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dialect             Dialect
		method, path, query string
		kind                Kind
	}{
		{Elasticsearch{}, "POST", "/internal/security/users/bob/password", "", Shielded},
		{Elasticsearch{}, "POST", "/kibana/s/space/internal/security/users/bob", "", Shielded},
		{Elasticsearch{}, "POST", "/api/security/v1/users/bob/password", "", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=%2F_security%2Fuser%2Fjoe%2F_password", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "path=_security/user/joe/_password&method=put", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&p%61th=_security/user/joe%3Fpretty", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=%zz", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=POST&path=.security-7/_doc/user-bob", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=GET&path=_search", Neighbour},
		{Elasticsearch{}, "GET", "/internal/security/users/bob", "", Neighbour},
		{Elasticsearch{}, "POST", "/internal/security/login", "", Neighbour},
		{OpenSearch{}, "POST", "/api/v1/configuration/account", "", Shielded},
		{OpenSearch{}, "POST", "/api/v1/configuration/internalusers/bob", "dataSourceId=x", Shielded},
		{OpenSearch{}, "POST", "/api/v1/configuration/roles/x", "", Neighbour},
		{OpenSearch{}, "POST", "/api/console/proxy", "path=_plugins/_security/api/account&method=PUT", Shielded},
	} {
		if m := Dashboard(c.dialect, c.method, c.path, c.query); m.Kind != c.kind {
			t.Errorf("%s %s?%s: kind %d, want %d", c.method, c.path, c.query, m.Kind, c.kind)
		}
	}
}
