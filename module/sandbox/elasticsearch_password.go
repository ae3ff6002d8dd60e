// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
)

// minPassword is the only rule Elasticsearch has: six UTF-16 units (Validation.Users).
const minPassword = 6

// changePassword answers PUT and POST of _security/user/_password and
// _security/user/{username}/_password. The target may come from the query as
// well, and is the effective user where nobody is named.
func changePassword(es *Elasticsearch, c *esCall) (esAction, error) {
	target, named := c.param("username")
	if !named {
		target = c.actor.name
	}
	if err := c.refresh(); err != nil {
		return nil, err
	}
	return func() (reply, error) {
		if len(c.body) == 0 {
			return reply{}, parseException("request body is required")
		}
		hash, err := es.readPasswordChange(c)
		if err != nil {
			return reply{}, err
		}
		if hash == "" {
			return reply{}, invalidRequest("password is missing")
		}
		if err := es.authorizeChange(c, target); err != nil {
			return reply{}, err
		}
		u := es.users[target]
		if u == nil {
			return reply{}, invalid("user must exist in order to change password")
		}
		u.hash = hash
		return ok("{}")
	}, nil
}

func (es *Elasticsearch) readPasswordChange(c *esCall) (hash string, err error) {
	body, broken := c.parse()
	if body == nil {
		return "", broken
	}
	for _, m := range body.members {
		switch {
		case m.name == "password":
			err = es.takePassword(&hash, m)
		case m.name == "password_hash" && es.release.atLeast(7, 15):
			err = es.takeHash(&hash, m)
		default:
			err = parseException("failed to parse change password request. unexpected field [%s]", m.name)
		}
		if err != nil {
			return "", err
		}
	}
	return hash, broken
}

// takePassword checks and hashes the password member of either body.
func (es *Elasticsearch) takePassword(hash *string, m member) error {
	if !m.value.is(kindString) {
		return wrongType(m, "string")
	}
	if len(m.value.text) < minPassword {
		return invalid("passwords must be at least [6] characters long")
	}
	if *hash != "" {
		return invalid("password_hash has already been set")
	}
	*hash = hashPassword(m.value.str())
	return nil
}

// takeHash checks the password_hash member: up to 8.6 only the configured
// algorithm and cost will do, later any that can be stored.
func (es *Elasticsearch) takeHash(hash *string, m member) error {
	if !m.value.is(kindString) {
		return wrongType(m, "string")
	}
	uses := hasherName(m.value.str(), es.release)
	switch {
	case es.release.atLeast(8, 7):
		if uses == "NOOP" {
			return illegalArgument("The provided password hash is not a hash or it could not be resolved to a supported hash algorithm. The supported password hash algorithms are [%s]", strings.Join(storableHashes, ", "))
		}
	case uses != "BCRYPT":
		return illegalArgument("Provided password hash uses [%s] but the configured hashing algorithm is [BCRYPT]", uses)
	}
	if *hash != "" {
		return invalid("password_hash has already been set")
	}
	*hash = m.value.str()
	return nil
}

// storableHashes is Hasher.getAvailableAlgoStoredPasswordHash.
var storableHashes = []string{
	"pbkdf2_stretch_500000", "pbkdf2_50000", "bcrypt14", "bcrypt13", "pbkdf2_stretch_1000", "bcrypt12", "bcrypt11",
	"pbkdf2_stretch_1000000", "bcrypt10", "pbkdf2_stretch_100000", "pbkdf2_10000", "pbkdf2_1000000", "pbkdf2_stretch_50000",
	"bcrypt9", "bcrypt8", "bcrypt7", "bcrypt6", "bcrypt5", "pbkdf2_stretch", "pbkdf2_500000", "pbkdf2_stretch_10000",
	"bcrypt4", "bcrypt", "pbkdf2", "pbkdf2_1000", "pbkdf2_100000",
}

// authorizeChange lets everybody change his own password, if he logged in with
// it: an API key or a token needs the privilege even then (RBACEngine).
func (es *Elasticsearch) authorizeChange(c *esCall, target string) error {
	if target == c.actor.name && c.actor.scheme == "realm" {
		return es.mayRunAs(c, actionChangePassword)
	}
	return es.authorize(c, actionChangePassword)
}

// authenticateInfo answers GET _security/_authenticate: who am I.
func authenticateInfo(es *Elasticsearch, c *esCall) (esAction, error) {
	return func() (reply, error) {
		if err := es.mayRunAs(c, actionAuthenticate); err != nil {
			return reply{}, err
		}
		u := es.users[c.actor.name]
		if u == nil {
			return reply{}, es.unauthenticated("unable to find the user [%s]", c.actor.name)
		}
		members := append(u.members(),
			"authentication_realm", es.realm(c, c.actor.login),
			"lookup_realm", es.realm(c, c.actor.name))
		if es.release.atLeast(7, 6) {
			members = append(members, "authentication_type", c.actor.scheme)
		}
		if c.actor.key != "" && es.release.atLeast(7, 14) {
			members = append(members, "api_key", obj("id", c.actor.key, "name", es.keys[c.actor.key].name))
		}
		return ok(obj(members...))
	}, nil
}

func (es *Elasticsearch) realm(c *esCall, name string) raw {
	u := es.users[name]
	switch {
	case c.actor.key != "" && name == c.actor.login:
		return obj("name", "_es_api_key", "type", "_es_api_key")
	case u != nil && u.reserved:
		return obj("name", "reserved", "type", "reserved")
	}
	return obj("name", "default_native", "type", "native")
}
