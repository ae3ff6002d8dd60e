// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"slices"
	"strings"
)

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
