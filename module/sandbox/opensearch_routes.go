// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"strings"
)

// securityPrefixes are the two spellings of the security API.
var securityPrefixes = []string{"/_plugins/_security", "/_opendistro/_security"}

// userPaths are the current name of the resource and its older alias. PATCH
// exists for the current one only.
var userPaths = []string{"/api/internalusers", "/api/user"}

func (os *OpenSearch) addRoutes() {
	for _, prefix := range securityPrefixes {
		os.routes.add(http.MethodGet, prefix+"/api/account", getAccount)
		os.routes.add(http.MethodPut, prefix+"/api/account", putAccount)
		for _, users := range userPaths {
			os.routes.add(http.MethodGet, prefix+users, privileged(getInternalUsers))
			os.routes.add(http.MethodGet, prefix+users+"/{name}", privileged(getInternalUsers))
			os.routes.add(http.MethodPut, prefix+users+"/{name}", privileged(putInternalUser))
			os.routes.add(http.MethodDelete, prefix+users+"/{name}", privileged(deleteInternalUser))
			os.routes.add(http.MethodPost, prefix+users+"/{name}/authtoken", privileged(makeAuthToken))
		}
		os.routes.add(http.MethodPatch, prefix+userPaths[0], privileged(patchInternalUsers))
		os.routes.add(http.MethodPatch, prefix+userPaths[0]+"/{name}", privileged(patchInternalUsers))
		os.routes.add(http.MethodDelete, prefix+"/api/cache", privileged(flushCache))
		os.routes.add(http.MethodGet, prefix+"/api/roles", privileged(listRoles))
		os.routes.add(http.MethodGet, prefix+"/api/roles/{name}", privileged(listRoles))
		os.routes.add(http.MethodGet, prefix+"/authinfo", authInfo)
		os.routes.add(http.MethodGet, prefix+"/health", osFixed(obj("message", nil, "mode", "strict", "status", "UP")))
	}
	os.addNeighbours()
}

// addNeighbours adds what clients probe besides the security API.
func (os *OpenSearch) addNeighbours() {
	os.routes.add(http.MethodGet, "/", os.productInfo)
	os.routes.add(http.MethodHead, "/", os.productInfo)
	os.routes.add(http.MethodGet, "/_cluster/health", osFixed(obj(
		"cluster_name", "passgate-sandbox", "status", "green", "timed_out", false,
		"number_of_nodes", 1, "number_of_data_nodes", 1)))
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		found := osFixed(obj("took", 1, "timed_out", false,
			"hits", obj("total", obj("value", 0, "relation", "eq"), "max_score", nil, "hits", []raw{})))
		os.routes.add(method, "/_search", found)
		os.routes.add(method, "/{index}/_search", found)
	}
	for _, method := range putOrPost {
		written := osFixed(obj("took", 1, "errors", false, "items", []raw{}))
		os.routes.add(method, "/_bulk", written)
		os.routes.add(method, "/{index}/_bulk", written)
	}
}

// osFixed is for neighbours that always answer the same.
func osFixed(body raw) osPrepare {
	return func(_ *OpenSearch, c *osCall) osAction {
		for name := range c.params {
			c.param(name)
		}
		return func() (reply, error) { return ok(body) }
	}
}

func flushCache(*OpenSearch, *osCall, string) (reply, error) {
	return message(http.StatusOK, "Cache flushed successfully."), nil
}

func listRoles(_ *OpenSearch, _ *osCall, name string) (reply, error) {
	var roles []any
	for _, role := range knownRoles {
		if name == "" || name == role {
			roles = append(roles, role, obj("reserved", true, "hidden", false, "static", true))
		}
	}
	if name != "" && roles == nil {
		return message(http.StatusNotFound, "role '"+name+"' not found."), nil
	}
	return ok(obj(roles...))
}

// authInfo answers GET _plugins/_security/authinfo.
func authInfo(os *OpenSearch, c *osCall) osAction {
	return func() (reply, error) {
		return ok(obj("user", "User [name="+c.user+", backend_roles=["+strings.Join(os.users[c.user].backendRoles, ", ")+"], requestedTenant=null]",
			"user_name", c.user, "user_requested_tenant", nil, "remote_address", "127.0.0.1",
			"backend_roles", append([]string{}, os.users[c.user].backendRoles...), "custom_attribute_names", []string{},
			"roles", os.mappedRoles(c.user), "tenants", obj(c.user, true), "principal", nil, "peer_certificates", "0", "sso_logout_url", nil))
	}
}

// productInfo answers GET /, pretty unless ?pretty=false.
func (os *OpenSearch) productInfo(_ *OpenSearch, c *osCall) osAction {
	if _, given := c.params["pretty"]; !given {
		c.params["pretty"] = ""
	}
	return func() (reply, error) {
		return ok(obj(
			"name", "sandbox", "cluster_name", "passgate-sandbox", "cluster_uuid", strings.Repeat("s", 22),
			"version", obj(
				"distribution", "opensearch", "number", os.version, "build_type", "tar",
				"build_hash", buildHash, "build_date", "2026-01-02T03:04:05.000000Z", "build_snapshot", false,
				"lucene_version", "9.12.2", "minimum_wire_compatibility_version", "7.10.0",
				"minimum_index_compatibility_version", "7.0.0"),
			"tagline", "The OpenSearch Project: https://opensearch.org/"))
	}
}
