// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// getUser answers GET _security/user/{username}, and GET _security/user.
func getUser(es *Elasticsearch, c *esCall) (esAction, error) {
	names, one := c.param("username")
	c.param("with_profile_uid")
	return func() (reply, error) {
		if err := es.authorize(c, "cluster:admin/xpack/security/user/get"); err != nil {
			return reply{}, err
		}
		wanted := sortedKeys(es.users)
		if one {
			wanted = strings.Split(names, ",")
			slices.Sort(wanted)
		}
		var found []any
		for _, name := range wanted {
			if u := es.users[name]; u != nil {
				found = append(found, name, obj(u.members()...))
			}
		}
		answer, err := ok(obj(found...))
		if one && len(found) == 0 {
			answer.status = http.StatusNotFound
		}
		return answer, err
	}, nil
}

// deleteUser answers DELETE _security/user/{username}.
func deleteUser(es *Elasticsearch, c *esCall) (esAction, error) {
	name, _ := c.param("username")
	if err := c.refresh(); err != nil {
		return nil, err
	}
	return func() (reply, error) {
		if err := es.authorize(c, "cluster:admin/xpack/security/user/delete"); err != nil {
			return reply{}, err
		}
		u := es.users[name]
		if u != nil && u.reserved {
			return reply{}, illegalArgument("user [%s] is reserved and cannot be deleted", name)
		}
		delete(es.users, name)
		answer, err := ok(obj("found", u != nil))
		if u == nil {
			answer.status = http.StatusNotFound
		}
		return answer, err
	}, nil
}

// setEnabled answers PUT and POST _security/user/{username}/_enable and _disable.
func setEnabled(enabled bool) esPrepare {
	return func(es *Elasticsearch, c *esCall) (esAction, error) {
		name, _ := c.param("username")
		if err := c.refresh(); err != nil {
			return nil, err
		}
		return func() (reply, error) {
			if err := es.authorize(c, "cluster:admin/xpack/security/user/set_enabled"); err != nil {
				return reply{}, err
			}
			if name == c.actor.name {
				return reply{}, illegalArgument("users may not update the enabled status of their own account")
			}
			u := es.users[name]
			if u == nil {
				return reply{}, invalid("only existing users can be " + map[bool]string{true: "enabled", false: "disabled"}[enabled])
			}
			u.enabled = enabled
			return ok("{}")
		}, nil
	}
}
