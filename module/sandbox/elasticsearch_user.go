// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// esUser is a native or reserved user. An empty hash can't log in.
type esUser struct {
	name            string
	hash            string
	roles           []string
	fullName, email *string
	metadata        raw
	enabled         bool
	reserved        bool
}

// reservedNames are the built-in users (ClientReservedRealm.isReserved).
func (es *Elasticsearch) reservedNames() []string {
	names := []string{"elastic", "kibana", "logstash_system", "beats_system", "apm_system", "remote_monitoring_user"}
	if es.release.atLeast(7, 8) {
		names = append(names, "kibana_system")
	}
	return names
}

func reservedUser(name string) *esUser {
	u := &esUser{name: name, metadata: obj("_reserved", true), enabled: true, reserved: true, roles: []string{name}}
	switch name {
	case "elastic":
		u.roles = []string{"superuser"}
	case "kibana":
		u.roles = []string{"kibana_system"}
	case "beats_system", "logstash_system", "apm_system", "kibana_system":
	case "remote_monitoring_user":
		u.roles = []string{"remote_monitoring_collector", "remote_monitoring_agent"}
	}
	return u
}

// AddUser creates a native user or replaces him.
func (es *Elasticsearch) AddUser(name, password string, roles ...string) {
	es.mu.Lock()
	defer es.mu.Unlock()
	es.users[name] = &esUser{
		name: name, hash: hashPassword(password), roles: slices.Clone(roles), metadata: "{}", enabled: true,
	}
}

// Users lists the users' names, sorted.
func (es *Elasticsearch) Users() []string {
	es.mu.Lock()
	defer es.mu.Unlock()
	return sortedKeys(es.users)
}

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (u *esUser) members() []any {
	return []any{
		"username", u.name, "roles", append([]string{}, u.roles...),
		"full_name", u.fullName, "email", u.email, "metadata", u.metadata, "enabled", u.enabled,
	}
}

// refresh checks the parameter of that name (WriteRequest.RefreshPolicy).
func (c *esCall) refresh() error {
	switch v, _ := c.param("refresh"); v {
	case "", "true", "false", "wait_for":
		return nil
	default:
		return illegalArgument("Unknown value for refresh: [%s].", v)
	}
}

// requiredObject is the body as an object; a missing one is an error of its own.
func (c *esCall) requiredObject() (*value, error) {
	if len(c.body) == 0 {
		return nil, parseException("request body is required")
	}
	return c.parse()
}

// putUser answers PUT and POST _security/user/{username}: it creates or
// updates, and sets the password if a password or a hash came along.
func putUser(es *Elasticsearch, c *esCall) (esAction, error) {
	name, _ := c.param("username")
	body, broken := c.requiredObject()
	if body == nil {
		return nil, broken
	}
	put, err := es.readUser(name, body)
	if err == nil {
		err = broken
	}
	if err == nil {
		err = c.refresh()
	}
	if err != nil {
		return nil, err
	}
	return func() (reply, error) {
		if missing := put.missing(); missing != nil {
			return reply{}, invalidRequest(missing...)
		}
		if err := es.authorize(c, actionPutUser); err != nil {
			return reply{}, err
		}
		return es.storeUser(put)
	}, nil
}

func (es *Elasticsearch) storeUser(put *userChange) (reply, error) {
	if reasons := es.unstorable(put); reasons != nil {
		return reply{}, invalidRequest(reasons...)
	}
	old := es.users[put.name]
	if put.hash == "" {
		if old == nil {
			return reply{}, invalid("password must be specified unless you are updating an existing user")
		}
		put.hash = old.hash
	}
	stored := put.esUser
	es.users[put.name] = &stored
	if !es.release.atLeast(7, 0) {
		return ok(obj("user", obj("created", old == nil), "created", old == nil))
	}
	return ok(obj("created", old == nil))
}

// internalNames are users that exist in the code only.
var internalNames = []string{"_system", "_xpack", "_xpack_security", "_async_search"}

// unstorable is TransportPutUserAction.validateRequest.
func (es *Elasticsearch) unstorable(put *userChange) []string {
	const nameRule = " names must be at least 1 and no more than 1024 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed."
	var reasons []string
	switch {
	case slices.Contains(es.reservedNames(), put.name):
		reasons = append(reasons, "user ["+put.name+"] is reserved and only the password can be changed")
	case slices.Contains(internalNames, put.name):
		reasons = append(reasons, "user ["+put.name+"] is internal")
	case !validName(put.name):
		reasons = append(reasons, "User"+nameRule)
	}
	if id := len("user-" + put.name); reasons == nil && id > 512 {
		reasons = append(reasons, fmt.Sprintf("id is too long, must be no longer than 512 bytes but was: %d", id))
	}
	for _, role := range put.roles {
		if !validName(role) {
			reasons = append(reasons, "Role"+nameRule)
		}
	}
	return reasons
}

// validName is Validation.Users: printable ASCII, no blank at either end.
func validName(name string) bool {
	if name == "" || len(name) > 1024 || name[0] == ' ' || name[len(name)-1] == ' ' {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' })
}
