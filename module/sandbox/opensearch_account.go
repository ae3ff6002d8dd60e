// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
)

// getAccount answers GET account: who am I.
func getAccount(os *OpenSearch, c *osCall) osAction {
	c.param("name")
	return func() (reply, error) {
		u := os.users[c.user]
		return ok(obj(
			"user_name", c.user, "is_reserved", u.reserved, "is_hidden", u.hidden, "is_internal_user", true,
			"user_requested_tenant", nil, "backend_roles", append([]string{}, u.backendRoles...),
			"custom_attribute_names", attributeNames(u), "tenants", os.tenants(c.user),
			"roles", os.mappedRoles(c.user)))
	}
}

// tenants are those of the default configuration.
func (os *OpenSearch) tenants(name string) raw {
	if slices.Contains(os.mappedRoles(name), "all_access") {
		return obj("global_tenant", true, "admin_tenant", true, name, true)
	}
	return obj(name, true)
}

func attributeNames(u *osUser) []string {
	names := []string{}
	if u.attributes != nil {
		for _, m := range u.attributes.members {
			names = append(names, "attr.internal."+m.name)
		}
	}
	return names
}

// putAccount answers PUT account: the effective user's own password or hash,
// against his current password. Of both, the password wins.
func putAccount(os *OpenSearch, c *osCall) osAction {
	c.param("name")
	return func() (reply, error) {
		body, refusal := accountRules.checkedContent(c, c.user)
		if refusal != nil {
			return *refusal, nil
		}
		u := os.users[c.user]
		if refusal := immutable(c.user, u); refusal != nil {
			return *refusal, nil
		}
		if !verifyPassword(u.hash, body.member("current_password").str()) {
			return message(http.StatusBadRequest, "Could not validate your current password."), nil
		}
		hash := newHash(body)
		if hash == "" {
			return message(http.StatusBadRequest, "Both provided password and hash cannot be null/empty."), nil
		}
		u.hash = hash
		return message(http.StatusOK, "'"+c.user+"' updated."), nil
	}
}

// newHash is the hash a body asks for, or none.
func newHash(body *value) string {
	if p := body.member("password"); p.is(kindString) && len(p.text) > 0 {
		return hashPassword(p.str())
	}
	if h := body.member("hash"); h.is(kindString) {
		return h.str()
	}
	return ""
}

// immutable refuses changes to users only an administrator's certificate may touch.
func immutable(name string, u *osUser) *reply {
	var a reply
	switch {
	case u == nil:
		return nil
	case u.hidden:
		a = message(http.StatusNotFound, "Resource '"+name+"' is not available.")
	case u.reserved:
		a = message(http.StatusForbidden, "Resource '"+name+"' is reserved.")
	default:
		return nil
	}
	return &a
}
