// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
)

// osUser is an entry of the internalusers configuration (InternalUserV7).
type osUser struct {
	hash             string
	reserved, hidden bool
	backendRoles     []string
	securityRoles    []string // opendistro_security_roles
	attributes       *value   // an object, or nil
	description      *string
}

// AddUser creates an internal user or replaces him. Roles of the plugin
// ("all_access", "security_rest_api_access" …) are assigned as such, other
// names as backend roles ("admin" is mapped to all_access).
func (os *OpenSearch) AddUser(name, password string, roles ...string) {
	u := &osUser{hash: hashPassword(password)}
	for _, role := range roles {
		if slices.Contains(knownRoles, role) {
			u.securityRoles = append(u.securityRoles, role)
		} else {
			u.backendRoles = append(u.backendRoles, role)
		}
	}
	os.mu.Lock()
	defer os.mu.Unlock()
	os.users[name] = u
}

// AddReservedUser creates a user whom only an administrator's certificate can
// change; a hidden one isn't even admitted to exist.
func (os *OpenSearch) AddReservedUser(name, password string, hidden bool) {
	os.mu.Lock()
	defer os.mu.Unlock()
	os.users[name] = &osUser{hash: hashPassword(password), reserved: !hidden, hidden: hidden}
}

// Users lists the users' names, sorted.
func (os *OpenSearch) Users() []string {
	os.mu.Lock()
	defer os.mu.Unlock()
	return sortedKeys(os.users)
}

// shown is a user as GET internalusers tells him: without his hash.
func (u *osUser) shown() raw {
	attributes := raw("{}")
	if u.attributes != nil {
		attributes = u.attributes.json()
	}
	members := []any{
		"hash", "", "reserved", u.reserved, "hidden", u.hidden,
		"backend_roles", append([]string{}, u.backendRoles...), "attributes", attributes,
	}
	if u.description != nil {
		members = append(members, "description", *u.description)
	}
	return obj(append(members, "opendistro_security_roles", append([]string{}, u.securityRoles...), "static", false)...)
}

// value is a user as a patch sees him: members with default values left out.
func (u *osUser) value() *value {
	v := &value{kind: kindObject}
	v.set("hash", text(u.hash))
	if u.reserved {
		v.set("reserved", &value{kind: kindBool, literal: "true"})
	}
	if u.hidden {
		v.set("hidden", &value{kind: kindBool, literal: "true"})
	}
	if len(u.backendRoles) > 0 {
		v.set("backend_roles", texts(u.backendRoles))
	}
	if u.attributes != nil && len(u.attributes.members) > 0 {
		v.set("attributes", u.attributes.clone())
	}
	if u.description != nil {
		v.set("description", text(*u.description))
	}
	if len(u.securityRoles) > 0 {
		v.set("opendistro_security_roles", texts(u.securityRoles))
	}
	return v
}

// userOf is the way back. A member the class doesn't have, as a password that
// slipped past the checks, is reported.
func userOf(v *value) (*osUser, error) {
	u := &osUser{}
	for _, m := range v.members {
		switch m.name {
		case "hash":
			u.hash = m.value.str()
		case "reserved":
			u.reserved = m.value.literal == "true"
		case "hidden":
			u.hidden = m.value.literal == "true"
		case "backend_roles":
			u.backendRoles = stringsOf(m.value)
		case "opendistro_security_roles":
			u.securityRoles = stringsOf(m.value)
		case "attributes":
			u.attributes = attributesOf(m.value)
		case "description":
			d := m.value.str()
			u.description = &d
		default:
			return nil, &exception{status: http.StatusInternalServerError, kind: "unchecked_i_o_exception",
				reason: "com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException: Unrecognized field \"" + m.name + "\" (class org.opensearch.security.securityconf.impl.v7.InternalUserV7), not marked as ignorable"}
		}
	}
	return u, nil
}

// attributesOf makes every attribute a string, as a Map<String,String> does;
// null ones vanish.
func attributesOf(v *value) *value {
	out := &value{kind: kindObject}
	for _, m := range v.members {
		if !m.value.is(kindNull) {
			out.set(m.name, text(m.value.asText()))
		}
	}
	return out
}

func text(s string) *value { return &value{kind: kindString, text: javaStringOf(s)} }

func texts(list []string) *value {
	v := &value{kind: kindArray}
	for _, s := range list {
		v.items = append(v.items, text(s))
	}
	return v
}

func (v *value) set(name string, item *value) {
	for i := range v.members {
		if v.members[i].name == name {
			v.members[i].value = item
			return
		}
	}
	v.members = append(v.members, member{name, item})
}

func (v *value) remove(name string) bool {
	n := len(v.members)
	v.members = slices.DeleteFunc(v.members, func(m member) bool { return m.name == name })
	return len(v.members) < n
}

func (v *value) clone() *value {
	if v == nil {
		return nil
	}
	c := *v
	c.members = slices.Clone(v.members)
	for i := range c.members {
		c.members[i].value = c.members[i].value.clone()
	}
	c.items = slices.Clone(v.items)
	for i := range c.items {
		c.items[i] = c.items[i].clone()
	}
	return &c
}
