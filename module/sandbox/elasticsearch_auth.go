// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/base64"
	"errors"
	"fmt"
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
	if runAs := c.header.Values(runAsHeader); len(runAs) > 0 {
		if runAs[0] == "" {
			return es.unauthenticated("unable to authenticate user [%s] for REST request [%s]", actor.login, c.target)
		}
		actor.name = runAs[0] // whether he may is asked with each action
	}
	c.actor = actor
	return nil
}

func (es *Elasticsearch) login(c *esCall) (esActor, error) {
	header := c.header.Get("Authorization")
	scheme, rest, _ := strings.Cut(header, " ")
	switch strings.ToLower(scheme) {
	case "basic":
		if rest != "" {
			return es.basicLogin(c, strings.TrimSpace(rest))
		}
	case "apikey":
		return es.keyLogin(c, strings.TrimSpace(rest))
	case "bearer":
		owner, known := es.tokens[strings.TrimSpace(rest)]
		if !known {
			return esActor{}, es.unknownCredentials(c)
		}
		return esActor{login: owner, scheme: "token"}, nil
	}
	return esActor{}, es.missingCredentials(c)
}

func (es *Elasticsearch) missingCredentials(c *esCall) error {
	noun := "credentials"
	if !es.release.atLeast(7, 0) {
		noun = "token"
	}
	return es.unauthenticated("missing authentication %s for REST request [%s]", noun, c.target)
}

// unknownCredentials answers keys and tokens that aren't ours. In 6 these
// services are off without TLS, so the header is as good as absent.
func (es *Elasticsearch) unknownCredentials(c *esCall) error {
	if !es.release.atLeast(7, 0) {
		return es.missingCredentials(c)
	}
	return es.unauthenticated("unable to authenticate with provided credentials and anonymous access is not allowed for this request")
}

func (es *Elasticsearch) basicLogin(c *esCall, credentials string) (esActor, error) {
	decoded, err := base64.StdEncoding.DecodeString(credentials)
	name, password, colon := strings.Cut(string(decoded), ":")
	var corrupt base64.CorruptInputError
	switch {
	case errors.As(err, &corrupt) && int(corrupt) < len(credentials):
		e := es.unauthenticated("invalid basic authentication header encoding")
		e.cause = &exception{kind: "illegal_argument_exception",
			reason: fmt.Sprintf("Illegal base64 character %x", credentials[corrupt])}
		return esActor{}, e
	case err != nil || !colon:
		return esActor{}, es.unauthenticated("invalid basic authentication header value")
	case es.checkPassword(name, password):
		return esActor{login: name, scheme: "realm"}, nil
	case slices.Contains(es.reservedNames(), name):
		return esActor{}, es.unauthenticated("failed to authenticate user [%s]", name)
	}
	return esActor{}, es.unauthenticated("unable to authenticate user [%s] for REST request [%s]", name, c.target)
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
func (es *Elasticsearch) unauthenticated(format string, args ...any) *exception {
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

// mayRunAs asks, with each action, whether the login user's roles let him be
// the effective user, who must exist.
func (es *Elasticsearch) mayRunAs(c *esCall, action string) error {
	a := c.actor
	if a.name == a.login {
		return nil
	}
	if es.users[a.name] != nil {
		for _, role := range es.rolesOf(a.login) {
			if slices.Contains(role.runAs, "*") || slices.Contains(role.runAs, a.name) {
				return nil
			}
		}
	}
	reason := "action [" + action + "] is unauthorized for user [" + a.login + "]"
	if es.release.atLeast(7, 17) {
		reason += ", because user [" + a.login + "] is unauthorized to run as [" + a.name + "]"
	} else {
		reason += " run as [" + a.name + "]"
	}
	return securityException(http.StatusForbidden, "%s", reason)
}
