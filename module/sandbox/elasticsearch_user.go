// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"net/http"
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

// userChange is a parsed put-user body.
type userChange struct {
	esUser
	rolesGiven    bool
	metadataNames []string
}

// readUser goes through the members in their order, as PutUserRequestBuilder
// does, so that the first problem is the one reported.
func (es *Elasticsearch) readUser(name string, body *value) (*userChange, error) {
	put := &userChange{esUser: esUser{name: name, metadata: "{}", enabled: true}}
	for _, m := range body.members {
		read, known := userFields[m.name]
		if !known {
			return nil, parseException("failed to parse add user request. unexpected field [%s]", m.name)
		}
		if err := read(es, put, m); err != nil {
			return nil, err
		}
	}
	return put, nil
}

var userFields = map[string]func(*Elasticsearch, *userChange, member) error{
	"password":      func(es *Elasticsearch, u *userChange, m member) error { return es.takePassword(&u.hash, m) },
	"password_hash": func(es *Elasticsearch, u *userChange, m member) error { return es.takeHash(&u.hash, m) },
	"username": func(_ *Elasticsearch, u *userChange, m member) error {
		if !m.value.is(kindString) {
			return wrongType(m, "string")
		}
		if m.value.str() != u.name {
			return illegalArgument("[username] in source does not match the username provided [%s]", u.name)
		}
		return nil
	},
	"roles":     func(_ *Elasticsearch, u *userChange, m member) error { return u.takeRoles(m) },
	"full_name": func(_ *Elasticsearch, u *userChange, m member) error { return takeText(&u.fullName, m) },
	"email":     func(_ *Elasticsearch, u *userChange, m member) error { return takeText(&u.email, m) },
	"metadata": func(_ *Elasticsearch, u *userChange, m member) error {
		if !m.value.is(kindObject) {
			return wrongType(m, "object")
		}
		u.metadata = m.value.json()
		u.metadataNames = nil
		for _, entry := range m.value.members {
			u.metadataNames = append(u.metadataNames, entry.name)
		}
		return nil
	},
	"enabled": func(_ *Elasticsearch, u *userChange, m member) error {
		if !m.value.is(kindBool) {
			return wrongType(m, "boolean")
		}
		u.enabled = m.value.literal == "true"
		return nil
	},
}

func wrongType(m member, expected string) error {
	return parseException("expected field [%s] to be of type %s, but found [%s] instead", m.name, expected, m.value.kind)
}

func takeText(to **string, m member) error {
	switch {
	case m.value.is(kindString):
		text := m.value.str()
		*to = &text
	case !m.value.is(kindNull):
		return wrongType(m, "string")
	}
	return nil
}

// takeRoles reads an array of strings, or one string divided at its commas.
func (u *userChange) takeRoles(m member) error {
	u.rolesGiven = true
	if m.value.is(kindString) {
		u.roles = strings.Split(m.value.str(), ",")
		return nil
	}
	if !m.value.is(kindArray) {
		if m.value.is(kindNull) {
			return parseException("could not parse [%s] field. expected a string array but found null value instead", m.name)
		}
		return parseException("could not parse [%s] field. expected a string array but found [%s] value instead", m.name, m.value.kind)
	}
	for _, item := range m.value.items {
		if !item.is(kindString) {
			return parseException("could not parse [null] field. expected a string array but one of the value in the array is [%s]", item.kind)
		}
		u.roles = append(u.roles, item.str())
	}
	return nil
}

// missing is PutUserRequest.validate.
func (u *userChange) missing() []string {
	var reasons []string
	if !u.rolesGiven {
		reasons = append(reasons, "roles are missing")
	}
	if slices.ContainsFunc(u.metadataNames, func(name string) bool { return strings.HasPrefix(name, "_") }) {
		reasons = append(reasons, "metadata keys may not start with [_]")
	}
	return reasons
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

func (es *Elasticsearch) putRefused(reason string) error { return invalidRequest(reason) }

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
