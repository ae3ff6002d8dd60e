// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// esActor is who asks: the one who logged in, and the effective user.
type esActor struct {
	login  string
	name   string // the run-as user, or login again
	scheme string // "realm", "api_key" or "token", as authentication_type has it
	key    string // id of the API key
}

const runAsHeader = "es-security-runas-user"

// authenticate resolves Authorization and the run-as header.
func (es *Elasticsearch) authenticate(c *esCall) error {
	es.mu.Lock()
	defer es.mu.Unlock()
	if es.release.atLeast(7, 0) {
		for _, name := range []string{"Authorization", runAsHeader} {
			if values := slices.Compact(slices.Sorted(slices.Values(c.header.Values(name)))); len(values) > 1 {
				return illegalArgument("multiple values for single-valued header [%s].", name)
			}
		}
	}
	actor, err := es.login(c)
	if err != nil {
		return err
	}
	actor.name = actor.login
	c.actor = actor
	if runAs := c.header.Values(runAsHeader); len(runAs) > 0 {
		return es.runAs(c, runAs[0])
	}
	return nil
}

func (es *Elasticsearch) login(c *esCall) (esActor, error) {
	header := c.header.Get("Authorization")
	scheme, rest, _ := strings.Cut(header, " ")
	switch strings.ToLower(scheme) {
	case "":
		noun := "credentials"
		if !es.release.atLeast(7, 0) {
			noun = "token"
		}
		return esActor{}, es.unauthenticated("missing authentication %s for REST request [%s]", noun, c.target)
	case "basic":
		return es.basicLogin(c, strings.TrimSpace(rest))
	case "apikey":
		return es.keyLogin(c, strings.TrimSpace(rest))
	case "bearer":
		if owner, ok := es.tokens[strings.TrimSpace(rest)]; ok {
			return esActor{login: owner, scheme: "token"}, nil
		}
	}
	return esActor{}, es.unauthenticated("unable to authenticate with provided credentials and anonymous access is not allowed for this request")
}

func (es *Elasticsearch) basicLogin(c *esCall, credentials string) (esActor, error) {
	decoded, err := base64.StdEncoding.DecodeString(credentials)
	name, password, colon := strings.Cut(string(decoded), ":")
	if err != nil || !colon {
		return esActor{}, es.unauthenticated("failed to decode basic authentication header")
	}
	if !es.checkPassword(name, password) {
		return esActor{}, es.unauthenticated("unable to authenticate user [%s] for REST request [%s]", name, c.target)
	}
	return esActor{login: name, scheme: "realm"}, nil
}

// CheckPassword reports whether name can log in with password.
func (es *Elasticsearch) CheckPassword(name, password string) bool {
	es.mu.Lock()
	defer es.mu.Unlock()
	return es.checkPassword(name, password)
}

func (es *Elasticsearch) checkPassword(name, password string) bool {
	u := es.users[name]
	return u != nil && u.enabled && u.hash != "" && verifyPassword(u.hash, password)
}

// unauthenticated is a 401 with the challenges of the generation.
func (es *Elasticsearch) unauthenticated(format string, args ...any) error {
	e := securityException(http.StatusUnauthorized, format, args...)
	switch {
	case !es.release.atLeast(7, 0):
		e.challenge = []string{`Basic realm="security" charset="UTF-8"`}
	case !es.release.atLeast(8, 0):
		e.challenge = []string{`Basic realm="security" charset="UTF-8"`, "ApiKey"}
	default:
		e.challenge = []string{`Basic realm="security", charset="UTF-8"`, "ApiKey"}
	}
	return e
}

// runAs switches the effective user, if the login user's roles allow it.
func (es *Elasticsearch) runAs(c *esCall, name string) error {
	if name != "" && es.users[name] != nil && es.mayRunAs(c.actor, name) {
		c.actor.name = name
		return nil
	}
	e := securityException(http.StatusForbidden, "action [%s] is unauthorized for user [%s]", actionAuthenticate, c.actor.login)
	if es.release.atLeast(7, 17) {
		e.reason += ", because user [" + c.actor.login + "] is unauthorized to run as [" + name + "]"
	} else {
		e.reason += " run as [" + name + "]"
	}
	return e
}

func (es *Elasticsearch) mayRunAs(a esActor, name string) bool {
	for _, role := range es.rolesOf(a.login) {
		if slices.Contains(role.runAs, "*") || slices.Contains(role.runAs, name) {
			return true
		}
	}
	return false
}
