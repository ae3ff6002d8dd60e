// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"strings"
)

// buildHash is what GET / calls the build, and deprecation warnings repeat.
const buildHash = "5a5a4d0b7c1f0e6d9a2b3c4d5e6f708192a3b4c5"

var putOrPost = []string{http.MethodPut, http.MethodPost}

// securityRoutes are below each prefix of the security API.
var securityRoutes = []struct {
	methods []string
	path    string
	prepare esPrepare
}{
	{putOrPost, "/user/_password", changePassword},
	{putOrPost, "/user/{username}/_password", changePassword},
	{putOrPost, "/user/{username}", putUser},
	{[]string{http.MethodGet}, "/user", getUser},
	{[]string{http.MethodGet}, "/user/{username}", getUser},
	{[]string{http.MethodDelete}, "/user/{username}", deleteUser},
	{putOrPost, "/user/{username}/_enable", setEnabled(true)},
	{putOrPost, "/user/{username}/_disable", setEnabled(false)},
	{[]string{http.MethodGet, http.MethodPost}, "/user/_has_privileges", hasPrivileges},
	{[]string{http.MethodGet, http.MethodPost}, "/user/{username}/_has_privileges", hasPrivileges},
	{[]string{http.MethodGet}, "/user/_privileges", ownPrivileges},
	{[]string{http.MethodGet}, "/_authenticate", authenticateInfo},
	{putOrPost, "/role/{name}", putRole},
	{[]string{http.MethodGet}, "/role/{name}", getRole},
	{putOrPost, "/api_key", createAPIKey},
}

func (es *Elasticsearch) addRoutes() {
	es.addSecurity("/_security", "")
	if es.release.major < 9 {
		instead := "/_security"
		if es.release.major < 7 {
			instead = "" // the ordinary spelling in 6
		}
		es.addSecurity("/_xpack/security", instead)
	}
	if es.release.major < 7 {
		es.add(putOrPost, "/_shield/user/{username}", putUser, "/_xpack/security/user/{username}")
	}
	es.addNeighbours()
}

func (es *Elasticsearch) addSecurity(prefix, insteadPrefix string) {
	for _, r := range securityRoutes {
		instead := ""
		if insteadPrefix != "" {
			instead = insteadPrefix + r.path
		}
		es.add(r.methods, prefix+r.path, r.prepare, instead)
	}
}

func (es *Elasticsearch) add(methods []string, path string, prepare esPrepare, instead string) {
	for _, m := range methods {
		es.routes.add(m, path, esRoute{prepare: prepare, path: path, instead: instead})
	}
}

// addNeighbours adds what clients probe besides the security API.
func (es *Elasticsearch) addNeighbours() {
	get := []string{http.MethodGet}
	es.add(get, "/", es.productInfo, "")
	es.add([]string{http.MethodHead}, "/", es.productInfo, "")
	es.add(get, "/_cluster/health", fixed("cluster:monitor/health", obj(
		"cluster_name", "passgate-sandbox", "status", "green", "timed_out", false,
		"number_of_nodes", 1, "number_of_data_nodes", 1)), "")
	found := fixed("indices:data/read/search", obj("took", 1, "timed_out", false,
		"hits", obj("total", obj("value", 0, "relation", "eq"), "max_score", nil, "hits", []raw{})))
	es.add([]string{http.MethodGet, http.MethodPost}, "/_search", found, "")
	es.add([]string{http.MethodGet, http.MethodPost}, "/{index}/_search", found, "")
	written := fixed("indices:data/write/bulk", obj("took", 1, "errors", false, "items", []raw{}))
	es.add(putOrPost, "/_bulk", written, "")
	es.add(putOrPost, "/{index}/_bulk", written, "")
}

// productInfo answers GET /, which official clients ask before anything else.
// It is pretty unless ?pretty=false.
func (es *Elasticsearch) productInfo(_ *Elasticsearch, c *esCall) (esAction, error) {
	if _, given := c.params["pretty"]; !given {
		c.params["pretty"] = ""
	}
	return func() (reply, error) {
		if err := es.authorize(c, actionInfo); err != nil {
			return reply{}, err
		}
		wire, index, lucene := "7.17.0", "7.0.0", "9.12.2"
		switch {
		case es.release.atLeast(9, 0):
			wire, index, lucene = "8.19.0", "8.0.0", "10.3.1"
		case !es.release.atLeast(7, 0):
			wire, index, lucene = "5.6.0", "5.0.0", "7.7.3"
		case !es.release.atLeast(8, 0):
			wire, index, lucene = "6.8.0", "6.0.0-beta1", "8.11.3"
		}
		return ok(obj(
			"name", "sandbox", "cluster_name", "passgate-sandbox", "cluster_uuid", strings.Repeat("s", 22),
			"version", obj(
				"number", es.version, "build_flavor", "default", "build_type", "tar",
				"build_hash", buildHash, "build_date", "2026-01-02T03:04:05.000000Z", "build_snapshot", false,
				"lucene_version", lucene, "minimum_wire_compatibility_version", wire,
				"minimum_index_compatibility_version", index),
			"tagline", "You Know, for Search"))
	}, nil
}
