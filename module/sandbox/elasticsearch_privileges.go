// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
)

// hasPrivileges answers GET and POST _security/user/_has_privileges, which
// Kibana sends all day, and the form with a user name.
func hasPrivileges(es *Elasticsearch, c *esCall) (esAction, error) {
	target, named := c.param("username")
	if !named {
		target = c.actor.name
	}
	if len(c.body) == 0 {
		return nil, parseException("request body or source parameter is required")
	}
	body, broken := c.parse()
	if body == nil {
		return nil, broken
	}
	check := "failed to parse privileges check [" + target + "/has_privileges]."
	for _, m := range body.members {
		if !slices.Contains([]string{"cluster", "index", "indices", "application", "applications"}, m.name) {
			return nil, parseException("%s unexpected field [%s]", check, m.name)
		}
	}
	if broken == nil && len(body.members) == 0 {
		broken = parseException("%s All privilege fields [cluster,index,applications] are missing", check)
	}
	return func() (reply, error) {
		if err := es.authorizeOwn(c, actionHasPrivileges, target); err != nil {
			return reply{}, err
		}
		if target != c.actor.name {
			return reply{}, illegalArgument("users may only check the privileges of their own account")
		}
		return ok(es.privilegeAnswer(c, body))
	}, broken
}

func (es *Elasticsearch) privilegeAnswer(c *esCall, body *value) raw {
	all := true
	granted := func(prefix string, privileges *value) raw {
		var answers []any
		for _, p := range stringsOf(privileges) {
			has := es.holds(c.actor.name, prefix+p, "all")
			all = all && has
			answers = append(answers, p, has)
		}
		return obj(answers...)
	}
	cluster := granted("", body.member("cluster"))
	var index, application []any
	for _, item := range itemsOf(body.member("index")) {
		for _, name := range stringsOf(item.member("names")) {
			index = append(index, name, granted("index:", item.member("privileges")))
		}
	}
	for _, item := range itemsOf(body.member("application")) {
		var resources []any
		for _, resource := range stringsOf(item.member("resources")) {
			resources = append(resources, resource, granted("application:", item.member("privileges")))
		}
		if name := item.member("application"); name.is(kindString) {
			application = append(application, name.str(), obj(resources...))
		}
	}
	return obj("username", c.actor.name, "has_all_requested", all,
		"cluster", cluster, "index", obj(index...), "application", obj(application...))
}

func itemsOf(v *value) []*value {
	if v == nil {
		return nil
	}
	return v.items
}

// ownPrivileges answers GET _security/user/_privileges.
func ownPrivileges(es *Elasticsearch, c *esCall) (esAction, error) {
	return func() (reply, error) {
		if err := es.mayRunAs(c, actionListPrivileges); err != nil {
			return reply{}, err
		}
		cluster, runAs := []string{}, []string{}
		indices, applications := []raw{}, []raw{}
		if es.holds(c.actor.name, "all") {
			indices = append(indices, obj("names", []string{"*"}, "privileges", []string{"all"}, "allow_restricted_indices", true))
			applications = append(applications, obj("application", "*", "privileges", []string{"*"}, "resources", []string{"*"}))
		}
		for _, role := range es.rolesOf(c.actor.name) {
			cluster = append(cluster, role.cluster...)
			runAs = append(runAs, role.runAs...)
		}
		return ok(obj("cluster", cluster, "global", []string{}, "indices", indices, "applications", applications, "run_as", runAs))
	}, nil
}

// fixed is for neighbours that always answer the same.
func fixed(action string, body raw) esPrepare {
	return func(es *Elasticsearch, c *esCall) (esAction, error) {
		for name := range c.params {
			c.param(name)
		}
		return func() (reply, error) {
			if err := es.authorize(c, action); err != nil {
				return reply{}, err
			}
			return reply{status: http.StatusOK, body: []byte(body)}, nil
		}, nil
	}
}
