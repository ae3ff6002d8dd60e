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
		// A date-math expression drops backslashes and may quote any text as a format.
		{method: "POST", path: "/%3C%5C.security-7%3E/_update/user-bob", kind: Shielded},
		{method: "POST", path: "/%3C.secur%5City-7%3E/_update/user-bob", kind: Shielded},
		{method: "POST", path: "/%3C%5C.secur%5City-7%3E/_update/user-bob", kind: Shielded}, // in one piece only without them
		{method: "POST", path: "/%3C%7Bnow%7B'.security-7'%7D%7D%3E/_update/user-bob", kind: Shielded},
		{method: "POST", path: "/%3C.s%7Bnow%7B'ecurity-7'%7D%7D%3E/_update/user-bob", kind: Shielded},
		{method: "POST", path: "/%3C.security%7Bnow%7B-e%7D%7D%3E/_update/user-bob", kind: Shielded}, // on Sundays
		{method: "POST", path: "/%3C.security-%7Bnow%2Fd%3E/_update/user-bob", kind: Shielded},
		{method: "POST", path: "/%3Clogs-%7Bnow%2Fd%7D%3E/_doc/1", kind: Neighbour},
		{method: "POST", path: "/%3C%7Bnow%2Fd%7D-logs%3E/_doc/1", kind: Neighbour},
		{method: "POST", path: "/%3Clogs-%7Bnow%2Fw%7Bxxxx-'w'ww%7D%7D%3E/_doc/1", kind: Neighbour},
		{method: "POST", path: "/%3C.ds-logs-%7Bnow%2Fd%7D%3E/_doc/1", kind: Neighbour},
		{method: "POST", path: "/%3C%3E/_doc/1", kind: Neighbour},
		{method: "POST", path: "/%3C%5C%3E/_doc/1", kind: Neighbour},
		{method: "DELETE", path: "/.security-7", kind: Shielded},
		{method: "PUT", path: "/.security-7", kind: Shielded},
		{method: "PUT", path: "/es/.security-7/_doc/user-bob", kind: Shielded},
		{method: "POST", path: "/.opendistro_security/_doc/internalusers", kind: Shielded},
		{method: "GET", path: "/.security-7/_search", kind: Neighbour},
		{method: "POST", path: "/.security/_search", kind: Neighbour},
		{method: "POST", path: "/.security/_count", kind: Neighbour},
		{method: "PUT", path: "/logs/_doc/.security-7", kind: Neighbour},
		{method: "POST", path: "/.kibana*/_update_by_query", kind: Neighbour},
		// The superuser of 6.x may write wherever * leads, and that is here too.
		{method: "POST", path: "/*/_update_by_query", kind: Shielded},
		{method: "POST", path: "/_all/_update_by_query", kind: Shielded},
		{method: "POST", path: "/%5Fall/_update_by_query", kind: Shielded},
		{method: "POST", path: "/*sec*/doc/_update_by_query", kind: Shielded},
		{method: "POST", path: "/logs,%2A/_update_by_query", kind: Shielded},
		{method: "POST", path: "/%3C*%3E/_update_by_query", kind: Shielded},
		{method: "POST", path: "/%3C_all%3E/_update_by_query", kind: Shielded},
		// Another index that gets the name holds the users from then on.
		{method: "PUT", path: "/logs/_alias/.security", kind: Shielded},
		{method: "POST", path: "/logs/_aliases/%2Esecurity", kind: Shielded},
		{method: "PUT", path: "/_alias/.security", kind: Shielded},
		{method: "DELETE", path: "/*/_alias/.sec*", kind: Shielded},
		{method: "POST", path: "/logs/_clone/.security-7", kind: Shielded},
		{method: "PUT", path: "/logs/_split/.security-7", kind: Shielded},
		{method: "POST", path: "/logs/_rollover/.security-8", kind: Shielded},
		{method: "POST", path: "/logs/_rollover/.logs-8", kind: Neighbour},
		{method: "PUT", path: "/logs/_alias/everything", kind: Neighbour},
		{method: "DELETE", path: "/logs/_alias/*", kind: Neighbour},
		{method: "POST", path: "/_aliases", kind: Neighbour},
		{method: "GET", path: "/_alias/.security", kind: Neighbour},
		// Caddy resolves the dots of a path whose prefix it strips.
		{method: "POST", path: "/es/_x/../.security-7/_update/user-bob", kind: Shielded},
		{method: "POST", path: "/es/_security/x/../../.security-7/_update/user-bob", kind: Shielded},
		{method: "PUT", path: "/logs/_doc/..%2F.security-7", kind: Shielded},
		{method: "PUT", path: "/logs/_doc/Mixed%2Fcase.security-7", kind: Neighbour},
		{method: "PUT", path: "/.security-12/_doc/user-bob", kind: Shielded}, // of a release to come
		{method: "POST", path: "/logs-*/_update_by_query", kind: Neighbour},
		{method: "POST", path: "/*-logs/_update_by_query", kind: Neighbour},
		{method: "POST", path: "/_all/_search", kind: Neighbour},
		{method: "PUT", path: "/*/_settings", kind: Neighbour},
		{method: "PUT", path: "/my.security-notes/_doc/1", kind: Neighbour},
	})
	testRoutes(t, OpenSearch{}, []routeCase{
		{method: "PUT", path: "/_plugins/_security/api/securityconfig/config", kind: Shielded},
		{method: "PATCH", path: "/_opendistro/_security/api/securityconfig", kind: Shielded},
		{method: "GET", path: "/_plugins/_security/api/securityconfig", kind: Neighbour},
		{method: "PUT", path: "/.opendistro_security/_doc/internalusers", kind: Shielded},
		{method: "PUT", path: "/os/_plugins/_security/api/x/../securityconfig/config", kind: Shielded},
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
		// A URL loses its fragment, and tabs and line ends wherever they stand.
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=_security/user/joe/_password%23x", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=_security/user/joe%23%3Fpretty", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=_sec%09urity/us%0Aer/joe", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=%09/_security/user/joe", Shielded},
		// Their router drops a slash at the end and decodes letters.
		{Elasticsearch{}, "POST", "/api/console/proxy/", "method=PUT&path=_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/api/cons%6Fle/proxy", "method=PUT&path=_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/internal/security/us%65rs/bob", "", Shielded},
		// So does the URL class with dots and backslashes (WHATWG URL, section 4.4).
		{Elasticsearch{}, "POST", "/internal/x/../security/users/bob/password", "", Shielded},
		{Elasticsearch{}, "POST", "/internal/%2e/security/users/bob", "", Shielded},
		{Elasticsearch{}, "POST", "/internal/.%2E/internal/security/users/bob", "", Shielded},
		{Elasticsearch{}, "POST", "/internal\\security\\users\\bob", "", Shielded},
		{Elasticsearch{}, "POST", "/base/s/my-space/internal/security/users/bob/password/", "", Shielded},
		{Elasticsearch{}, "POST", "/s/my-space/api/console/proxy", "method=PUT&path=_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/base/api/x/../console/proxy", "method=PUT&path=_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/api\\console\\proxy", "method=PUT&path=_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=_security%5Cuser%5Cjoe", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=x/../_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=PUT&path=x/%252e%252e/_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "path=_search&path=_xpack/security/user/joe/_password&method=PuT", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=POST&path=/////_security/user/joe", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=POST&host=http%3A%2F%2Fes-2%3A9200&path=_security/user/joe", Shielded},
		{OpenSearch{}, "POST", "/base/api/v1/configuration/internalusers", "", Shielded},
		{OpenSearch{}, "POST", "/api/v1/x/..//configuration/account", "", Shielded},
		{OpenSearch{}, "POST", "/api/v1/configuration/internal%75sers/bob", "", Shielded},
		{OpenSearch{}, "POST", "/api/v1/configuration\\account", "", Shielded},
		{OpenSearch{}, "POST", "/api/console/proxy", "path=/_opendistro/_security/api/internalusers/bob&method=put&dataSourceId=x", Shielded},
		{OpenSearch{}, "POST", "/api/console/proxy", "path=_plugins/_security/api/internalusers&method=PATCH", Shielded},
		{OpenSearch{}, "POST", "/api/v1/configuration/account/", "", Shielded},
		{OpenSearch{}, "POST", "/api/v1/configuration/%61ccount", "", Shielded},
		{Elasticsearch{}, "POST", "/api/console/proxy", "method=GET&path=_search", Neighbour},
		{Elasticsearch{}, "POST", "/api/saved_objects/_Find", "", Neighbour},
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
