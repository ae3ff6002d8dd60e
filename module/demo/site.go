// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"crypto/rand"
	"net/http"

	"github.com/passgate/passgate/module/sandbox"
)

// site is one guarded cluster of the demo.
type site struct {
	dialect, title string
	cluster        http.Handler
	inForce        func(password string) bool // would a login with it succeed?
	credentials    string                     // curl's arguments
	method, path   string
	bodies         [3]string // refused, both fields, accepted

	port     int
	upstream *sandbox.Server
}

// The passwords the demo tries. The accepted one passes the clusters' own rules
// too; CSS takes no more than 32 characters.
const (
	weakPassword = "Winter2026!"
	goodPassword = "Ocelot-plays-7-tubas"
	aHash        = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
)

// newSites makes the three clusters. Administrators set jane's password, so
// that every command can be repeated: a change of one's own would lock out the
// next command.
func newSites() []*site {
	adminPassword := rand.Text()
	o := sandbox.Options{AdminPassword: adminPassword, Forgetful: true}
	es, os := sandbox.NewElasticsearch(o), sandbox.NewOpenSearch(o)
	es.AddUser("jane", rand.Text(), "viewer")
	os.AddUser("jane", rand.Text())
	css := sandbox.NewHuaweiCSS(o)
	return []*site{
		{
			dialect: "elasticsearch", title: "Elasticsearch", cluster: es,
			inForce:     func(password string) bool { return es.CheckPassword("jane", password) },
			credentials: "-u elastic:" + adminPassword, method: "PUT", path: "/_security/user/jane/_password",
			bodies: bodies("password", "password_hash"),
		},
		{
			dialect: "opensearch", title: "OpenSearch", cluster: os,
			inForce:     func(password string) bool { return os.CheckPassword("jane", password) },
			credentials: "-u admin:" + adminPassword, method: "PUT", path: "/_plugins/_security/api/internalusers/jane",
			bodies: bodies("password", "hash"),
		},
		{
			dialect: "huawei_css", title: "Huawei CSS", cluster: css,
			inForce:     func(password string) bool { return css.CheckPassword(sandbox.CSSCluster, password) },
			credentials: "-H 'X-Auth-Token: " + css.AddToken("demo") + "'", method: "POST",
			path:   "/v1.0/" + sandbox.CSSProject + "/clusters/" + sandbox.CSSCluster + "/password/reset",
			bodies: bodies("newpassword", "password_hash"),
		},
	}
}

func bodies(password, hash string) [3]string {
	return [3]string{
		`{"` + password + `":"` + weakPassword + `"}`,
		`{"` + password + `":"` + goodPassword + `","` + hash + `":"` + aHash + `"}`,
		`{"` + password + `":"` + goodPassword + `"}`,
	}
}
