// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// esRole is what a role allows, as far as the sandbox has use for it.
type esRole struct {
	cluster []string // cluster privileges
	runAs   []string
	body    raw // as it was put
}

func builtinRoles() map[string]esRole {
	return map[string]esRole{
		"superuser":       {cluster: []string{"all"}, runAs: []string{"*"}},
		"kibana_system":   {cluster: []string{"monitor", "manage_index_templates"}},
		"monitoring_user": {cluster: []string{"monitor"}},
		"viewer":          {},
		"editor":          {},
	}
}

// The actions the sandbox knows, by the cluster's own names, and the cluster
// privileges that grant each.
const (
	actionAuthenticate   = "cluster:admin/xpack/security/user/authenticate"
	actionChangePassword = "cluster:admin/xpack/security/user/change_password"
	actionHasPrivileges  = "cluster:admin/xpack/security/user/has_privileges"
	actionListPrivileges = "cluster:admin/xpack/security/user/list_privileges"
	actionInfo           = "cluster:monitor/main"
	actionPutUser        = "cluster:admin/xpack/security/user/put"
)

var grantedBy = map[string][]string{
	actionChangePassword: {"manage_security", "all"},
	actionPutUser:        {"manage_security", "all"},
	actionHasPrivileges:  {"manage_security", "all"},
	actionListPrivileges: {"manage_security", "all"},
	actionInfo:           {"monitor", "manage", "all"},
	"cluster:admin/xpack/security/user/delete":      {"manage_security", "all"},
	"cluster:admin/xpack/security/user/set_enabled": {"manage_security", "all"},
	"cluster:admin/xpack/security/user/get":         {"read_security", "manage_security", "all"},
	"cluster:admin/xpack/security/role/put":         {"manage_security", "all"},
	"cluster:admin/xpack/security/role/get":         {"read_security", "manage_security", "all"},
	"cluster:admin/xpack/security/api_key/create":   {"manage_own_api_key", "manage_api_key", "manage_security", "all"},
	"cluster:monitor/health":                        {"monitor", "manage", "all"},
	"indices:data/write/bulk":                       {"all"},
	"indices:data/read/search":                      {"all"},
}

func (es *Elasticsearch) rolesOf(name string) []esRole {
	u := es.users[name]
	if u == nil {
		return nil
	}
	var roles []esRole
	for _, r := range u.roles {
		if role, ok := es.roles[r]; ok {
			roles = append(roles, role)
		}
	}
	return roles
}

// holds reports whether a user has one of these cluster privileges.
func (es *Elasticsearch) holds(name string, privileges ...string) bool {
	for _, role := range es.rolesOf(name) {
		if slices.ContainsFunc(role.cluster, func(p string) bool { return slices.Contains(privileges, p) }) {
			return true
		}
	}
	return false
}

// authorize refuses an action that none of the actor's roles grants.
func (es *Elasticsearch) authorize(c *esCall, action string) error {
	if err := es.mayRunAs(c, action); err != nil {
		return err
	}
	granting := grantedBy[action]
	if es.holds(c.actor.name, granting...) {
		return nil
	}
	who := "user [" + c.actor.name + "]"
	switch {
	case c.actor.name != c.actor.login:
		who = "user [" + c.actor.login + "] run as [" + c.actor.name + "]"
	case c.actor.key != "" && es.release.atLeast(7, 10):
		who = "API key id [" + c.actor.key + "] of user [" + c.actor.name + "]"
	}
	reason := "action [" + action + "] is unauthorized for " + who
	if es.release.atLeast(7, 12) {
		reason += es.withRoles(c.actor.name) + ", this action is granted by the cluster privileges [" + strings.Join(granting, ",") + "]"
	}
	return securityException(http.StatusForbidden, "%s", reason)
}

func (es *Elasticsearch) withRoles(name string) string {
	var roles []string
	if u := es.users[name]; u != nil {
		roles = slices.Sorted(slices.Values(u.roles))
	}
	if !es.release.atLeast(8, 0) {
		return " with roles [" + strings.Join(roles, ",") + "]"
	}
	missing := slices.DeleteFunc(slices.Clone(roles), func(r string) bool { _, ok := es.roles[r]; return ok })
	roles = slices.DeleteFunc(roles, func(r string) bool { return slices.Contains(missing, r) })
	text := " with effective roles [" + strings.Join(roles, ",") + "]"
	if len(missing) > 0 {
		text += " (assigned roles [" + strings.Join(missing, ",") + "] were not found)"
	}
	return text
}

// authorizeOwn lets everybody do it to himself, see RBACEngine.sameUserPermissions.
func (es *Elasticsearch) authorizeOwn(c *esCall, action, target string) error {
	if err := es.mayRunAs(c, action); err != nil || target == c.actor.name {
		return err
	}
	return es.authorize(c, action)
}

// putRole answers POST and PUT _security/role/{name}.
func putRole(es *Elasticsearch, c *esCall) (esAction, error) {
	name, _ := c.param("name")
	body, err := c.requiredObject()
	if err != nil {
		return nil, err
	}
	c.param("refresh")
	return func() (reply, error) {
		if err := es.authorize(c, "cluster:admin/xpack/security/role/put"); err != nil {
			return reply{}, err
		}
		_, existed := es.roles[name]
		es.roles[name] = esRole{
			cluster: stringsOf(body.member("cluster")),
			runAs:   stringsOf(body.member("run_as")),
			body:    body.json(),
		}
		return ok(obj("role", obj("created", !existed)))
	}, nil
}

// getRole answers GET _security/role/{name}.
func getRole(es *Elasticsearch, c *esCall) (esAction, error) {
	name, _ := c.param("name")
	return func() (reply, error) {
		if err := es.authorize(c, "cluster:admin/xpack/security/role/get"); err != nil {
			return reply{}, err
		}
		role, found := es.roles[name]
		if !found {
			return reply{status: http.StatusNotFound, body: []byte("{}")}, nil
		}
		if role.body == "" {
			role.body = obj("cluster", role.cluster, "run_as", role.runAs)
		}
		return ok(obj(name, role.body))
	}, nil
}

func stringsOf(v *value) []string {
	out := []string{}
	if v == nil {
		return out
	}
	for _, item := range v.items {
		if item.is(kindString) {
			out = append(out, item.str())
		}
	}
	return out
}
