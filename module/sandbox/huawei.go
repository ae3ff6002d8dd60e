// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The cluster a new control plane starts with.
const (
	CSSProject = "sandbox-project"
	CSSCluster = "sandbox-cluster"
)

// HuaweiCSS is an embedded control plane of Huawei Cloud Search Service with
// the API gateway in front of it: no live one can be had for tests. Where the
// documents leave the service's behaviour open (unknown members, both spellings
// of one), it is the lenient one. It is safe for concurrent use.
type HuaweiCSS struct {
	journal
	now    func() time.Time
	routes trie[cssHandler]

	mu       sync.Mutex
	clusters []*cssCluster
	tokens   map[string]string // owner by X-Auth-Token
	keys     map[string]string // secret key by access key
}

// cssCluster is one search cluster; its only account here is admin.
type cssCluster struct {
	project, id, name string
	secured, https    bool
	hash              string // of admin's password; empty when not secured
	busy              bool
	created           time.Time
}

// NewHuaweiCSS starts a control plane with one secured cluster, [CSSCluster] in
// [CSSProject]. Nobody can log in before AddToken or AddAccessKey.
func NewHuaweiCSS(o Options) *HuaweiCSS {
	o = o.withDefaults("")
	css := &HuaweiCSS{
		journal: journal{forgetful: o.Forgetful}, now: o.Now,
		tokens: map[string]string{}, keys: map[string]string{},
	}
	css.addRoutes()
	css.AddCluster(CSSProject, CSSCluster, o.AdminPassword)
	return css
}

// AddCluster adds a secured cluster whose admin has that password.
func (css *HuaweiCSS) AddCluster(project, id, adminPassword string) {
	css.mu.Lock()
	defer css.mu.Unlock()
	css.clusters = append(css.clusters, &cssCluster{
		project: project, id: id, name: id, secured: true, https: true,
		hash: hashPassword(adminPassword), created: css.now(),
	})
}

// AddToken makes an IAM token for a user: a value of X-Auth-Token.
func (css *HuaweiCSS) AddToken(owner string) string {
	token := "MII" + rand.Text() + rand.Text()
	css.mu.Lock()
	defer css.mu.Unlock()
	css.tokens[token] = owner
	return token
}

// AddAccessKey lets requests in that are signed with this pair.
func (css *HuaweiCSS) AddAccessKey(ak, sk string) {
	css.mu.Lock()
	defer css.mu.Unlock()
	css.keys[ak] = sk
}

// CheckPassword reports whether admin can log in to a cluster with password.
func (css *HuaweiCSS) CheckPassword(cluster, password string) bool {
	css.mu.Lock()
	defer css.mu.Unlock()
	for _, c := range css.clusters {
		if c.id == cluster {
			return c.secured && verifyPassword(c.hash, password)
		}
	}
	return false
}

// Secured reports whether a cluster asks for a login at all.
func (css *HuaweiCSS) Secured(cluster string) bool {
	css.mu.Lock()
	defer css.mu.Unlock()
	for _, c := range css.clusters {
		if c.id == cluster {
			return c.secured
		}
	}
	return false
}

// SetBusy makes a cluster answer changes with 202 and CSS.0011: a refusal.
func (css *HuaweiCSS) SetBusy(cluster string, busy bool) {
	css.mu.Lock()
	defer css.mu.Unlock()
	for _, c := range css.clusters {
		if c.id == cluster {
			c.busy = busy
		}
	}
}

// Clusters lists the clusters' ids in the order of their creation.
func (css *HuaweiCSS) Clusters() []string {
	css.mu.Lock()
	defer css.mu.Unlock()
	ids := make([]string, len(css.clusters))
	for i, c := range css.clusters {
		ids[i] = c.id
	}
	return ids
}

// cssHandler answers one operation.
type cssHandler func(*HuaweiCSS, *call) reply

func (css *HuaweiCSS) addRoutes() {
	const v1 = "/v1.0/{project}/clusters"
	css.routes.add(http.MethodGet, v1, listClusters)
	css.routes.add(http.MethodPost, v1, createCluster)
	css.routes.add(http.MethodPost, "/v2.0/{project}/clusters", createCluster)
	css.routes.add(http.MethodGet, v1+"/{cluster}", showCluster)
	css.routes.add(http.MethodDelete, v1+"/{cluster}", deleteCluster)
	css.routes.add(http.MethodPost, v1+"/{cluster}/password/reset", changing(resetPassword))
	css.routes.add(http.MethodPost, v1+"/{cluster}/mode/change", changing(changeMode))
}

func (css *HuaweiCSS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	seen, whole := css.take(r)
	if !whole {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	c := newCall(seen)
	id := strings.ToLower(rand.Text())
	a := css.handle(&c, seen, id)
	w.Header().Set("X-Request-Id", id)
	c.send(w, a, "application/json")
}

func (css *HuaweiCSS) handle(c *call, seen Seen, requestID string) reply {
	css.mu.Lock()
	defer css.mu.Unlock()
	var query string
	c.path, query = cutTarget(c.target, false)
	if err := css.authenticate(seen, query); err != nil {
		return gatewayError(http.StatusUnauthorized, err.code, err.what, requestID)
	}
	node, params := css.routes.find(c.path)
	var handler cssHandler
	if node != nil {
		handler = node.methods[c.method]
	}
	if handler == nil {
		return gatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment", requestID)
	}
	for _, p := range params {
		v, err := decodeComponent(p.value, false)
		if err != nil {
			return cssError(http.StatusBadRequest, "CSS.0001", "Incorrect parameters.")
		}
		c.params[p.name] = v
	}
	return handler(css, c)
}

// gatewayError is an error of the API gateway in front of the service.
func gatewayError(status int, code, what, requestID string) reply {
	return reply{status: status, body: []byte(obj("error_msg", what, "error_code", code, "request_id", requestID))}
}

// cssError is an error of the service itself.
func cssError(status int, code, what string) reply {
	return reply{status: status, body: []byte(obj("errCode", code, "externalMessage", code+" : "+what))}
}
