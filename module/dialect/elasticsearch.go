// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"
	"slices"
	"strings"

	"github.com/passgate/passgate/module/audit"
)

// The operations of Elasticsearch that set a password.
const (
	ChangePassword Operation = "change_password"
	OwnPassword    Operation = "change_own_password"
	PutUser        Operation = "put_user"
)

// Elasticsearch is the native realm's user API of Elasticsearch 6 to 9
// (RestChangePasswordAction.java, RestPutUserAction.java), under today's prefix
// and the two it replaced.
type Elasticsearch struct{}

// Name implements [Dialect].
func (Elasticsearch) Name() string { return "elasticsearch" }

// Recognise implements [Dialect].
func (Elasticsearch) Recognise(method, path string) Match {
	return protect(recognise(elasticsearchRoute, method, path), method, path)
}

func elasticsearchRoute(method, path string) Match {
	if method != "PUT" && method != "POST" {
		return Match{}
	}
	t := cut(path)
	if t.seg[0] == "_password" {
		if api, prefix, ok := elasticsearchAPI(&t, 1); ok {
			return Match{Kind: Guarded, Operation: OwnPassword, API: api, Prefix: prefix}
		}
		if api, prefix, ok := elasticsearchAPI(&t, 2); ok {
			return elasticsearchNamed(Match{Kind: Guarded, Operation: ChangePassword, API: api, Prefix: prefix}, t.seg[1])
		}
		return elasticsearchUnlisted(path)
	}
	if api, prefix, ok := elasticsearchAPI(&t, 1); ok {
		if method == "POST" && t.seg[0] == "_has_privileges" && api != "_shield" { // which has no such route
			return Match{}
		}
		return elasticsearchNamed(Match{Kind: Guarded, Operation: PutUser, API: api, Prefix: prefix}, t.seg[0])
	}
	return elasticsearchUnlisted(path)
}

// elasticsearchAPI finds "user" at segment i and one of the API's roots before it.
func elasticsearchAPI(t *tail, i int) (api, prefix string, ok bool) {
	switch {
	case t.is(i, "user", "_security"):
		return "_security", t.before(i + 1), true
	case t.is(i, "user", "security", "_xpack"):
		return "_xpack/security", t.before(i + 2), true
	case t.is(i, "user", "_shield"):
		return "_shield", t.before(i + 1), true
	}
	return "", "", false
}

// elasticsearchNamed is named, and marks a bare plus: 6.x reads it as a blank, so
// that another user than the recorded one would get the password. Since 7 it is a
// plus (RestUtils.java), unless a node is started with es.rest.url_plus_as_space.
func elasticsearchNamed(m Match, segment string) Match {
	m = named(m, segment)
	m.Plus = strings.Contains(segment, "+")
	return m
}

// PlusIsPlus reports whether the cluster that gave an answer reads a bare plus in
// a path as one: releases from 7.14 on name the product in every answer.
func PlusIsPlus(answer http.Header) bool {
	return answer.Get("X-Elastic-Product") == "Elasticsearch"
}

// named reads the name segment into a match, or turns it into an evasion.
func named(m Match, segment string) Match {
	name, ok := targetName(segment)
	if !ok {
		return evasion(m, ReasonUserName)
	}
	m.Target, m.Named = name, true
	return m
}

// elasticsearchKnown are the parts of the security API that set no password.
// Writes to any other part are forwarded and recorded, so that a route that a
// later version adds is seen by somebody.
var elasticsearchKnown = []string{
	"_authenticate", "_query", "api_key", "cross_cluster", "delegate_pki", "enroll", "oauth2", "oidc", "privilege",
	"profile", "realm", "role", "role_mapping", "saml", "service", "settings", "stats", "ssl", "user",
}

// knownUserActions stand behind a user's name, or in its place.
var knownUserActions = []string{"_enable", "_disable", "_has_privileges", "_privileges"}

func elasticsearchUnlisted(path string) Match {
	_, rest, ok := strings.Cut(path, "/_security/")
	if !ok {
		return Match{}
	}
	first, rest, _ := strings.Cut(rest, "/")
	if first == "user" {
		last := rest[strings.LastIndexByte(rest, '/')+1:]
		if rest == "" || slices.Contains(knownUserActions, last) {
			return Match{}
		}
	} else if slices.Contains(elasticsearchKnown, first) {
		return Match{}
	}
	return Match{Kind: Unlisted, Operation: "unlisted", API: "_security"}
}

var changePasswordShape = shape{"password": "s", "password_hash": "s"}

var putUserShape = shape{
	"username": "s", "password": "s", "password_hash": "s", "roles": "as",
	"full_name": "sn", "email": "sn", "metadata": "o", "enabled": "b",
}

// Read implements [Dialect].
func (Elasticsearch) Read(m Match, in Input) (Change, *Fault) {
	if fault := readQuery(in.Query, "refresh"); fault != nil {
		return Change{}, fault
	}
	if fault := mediaType(in.Header, "application/json", "application/vnd.elasticsearch+json"); fault != nil {
		return Change{}, fault
	}
	body, fault := plainBody(in.Header, in.Body, MaxBody(m.Operation), true)
	if fault != nil {
		return Change{}, fault
	}
	members, err := readObject(body)
	if err != nil {
		return Change{}, badJSON()
	}
	if m.Operation == PutUser {
		return readPutUser(m, members)
	}
	return readPasswordObject(m, members)
}

func readPasswordObject(m Match, members []member) (Change, *Fault) {
	if fault := checkShape(members, changePasswordShape); fault != nil {
		return Change{}, fault
	}
	change := Change{Own: m.Operation == OwnPassword, Targets: namedTarget(m)}
	change.take(members, Secret{Target: m.Target}, "password", "password_hash")
	if len(change.Secrets) == 0 {
		return Change{}, unreadable(ReasonMissingSecret, "the body must hold the new password as a string named password")
	}
	return change, nil
}

func readPutUser(m Match, members []member) (Change, *Fault) {
	if fault := checkShape(members, putUserShape); fault != nil {
		return Change{}, fault
	}
	if u, ok := find(members, "username"); ok && u.text != m.Target {
		return Change{}, unreadable(ReasonTargetMismatch, "the username in the body is not the one in the path")
	}
	fullName, _ := find(members, "full_name")
	email, _ := find(members, "email")
	change := Change{Targets: namedTarget(m)}
	change.take(members, Secret{Target: m.Target, FullName: fullName.text, Email: email.text}, "password", "password_hash")
	return change, nil
}

func namedTarget(m Match) []string {
	if !m.Named {
		return nil
	}
	return []string{m.Target}
}

// take adds the secret that members hold under one of two names, if any.
// checkShape has refused both together.
func (c *Change) take(members []member, like Secret, password, hash string) {
	if c.Form == "" {
		c.Form = audit.SecretNone
	}
	if p, ok := find(members, password); ok {
		like.Value = p.text
		c.Secrets, c.Form = append(c.Secrets, like), audit.SecretPassword
	} else if h, ok := find(members, hash); ok {
		like.Value, like.Hash = h.text, true
		c.Secrets, c.Form = append(c.Secrets, like), audit.SecretHash
	}
}

// Whoami implements [Dialect].
func (Elasticsearch) Whoami(m Match) string { return m.Prefix + "/" + liveAPI(m) + "/_authenticate" }

// liveAPI is under which name questions of our own are asked: the change's, where
// a release still knows it. 7.x and the 8.x compatibility mode know both of these.
func liveAPI(m Match) string {
	if m.API == "_xpack/security" {
		return m.API
	}
	return "_security"
}

// identityMembers stand beside the name in the cluster's answer: one is enough to
// tell it from another application's page that happens to have a username.
var identityMembers = []string{"roles", "enabled", "authentication_realm", "lookup_realm", "authentication_type", "metadata"}

// Identity implements [Dialect] (AuthenticateResponse, Authentication.java).
func (Elasticsearch) Identity(body []byte) (Identity, error) {
	members, err := readObject(body)
	if err != nil {
		return Identity{}, err
	}
	name, ok := find(members, "username")
	roles, hasRoles := find(members, "roles")
	if !ok || name.kind != '"' || name.text == "" || hasRoles && roles.kind != '[' || !anyOf(members, identityMembers) {
		return Identity{}, errShape
	}
	id := Identity{Name: name.text}
	if hasRoles {
		id.Roles = texts(roles.raw)
	}
	var kind string
	id.Realm, kind = realmOf(members, "authentication_realm")
	if _, known := realmOf(members, "lookup_realm"); known != "" { // whose user he acts as
		kind = known
	}
	id.Foreign = kind != "" && kind != "native" && kind != "reserved"
	if key, ok := find(members, "api_key"); ok && key.kind == '{' {
		if inner, err := readObject(key.raw); err == nil {
			keyID, _ := find(inner, "id")
			id.KeyID = keyID.text
		}
	}
	return id, nil
}

// realmOf reads a realm's name and type.
func realmOf(members []member, name string) (realm, kind string) {
	object, ok := find(members, name)
	if !ok || object.kind != '{' {
		return "", ""
	}
	inner, err := readObject(object.raw)
	if err != nil {
		return "", ""
	}
	realmName, _ := find(inner, "name")
	realmType, _ := find(inner, "type")
	return realmName.text, realmType.text
}

// Authority implements [Dialect]: the privilege that setting another's password
// needs (ClusterPrivilegeResolver.java).
func (Elasticsearch) Authority(m Match, _ string) (method, path, body string) {
	return "POST", m.Prefix + "/" + liveAPI(m) + "/user/_has_privileges", `{"cluster":["manage_security"]}`
}

// Authorised implements [Dialect] (HasPrivilegesResponse.java).
func (Elasticsearch) Authorised(status int, body []byte) (may, plain bool) {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return false, true
	case http.StatusOK:
		if members, err := readObject(body); err == nil {
			all, _ := find(members, "has_all_requested")
			return all.kind == 't', all.kind == 't' || all.kind == 'f'
		}
	}
	return false, false
}

// Outcome implements [Dialect].
func (Elasticsearch) Outcome(_ Match, status int, _ []byte) audit.Outcome { return outcomeOf(status) }

// outcomeOf reads a status as HTTP means it. A 5xx may come from a node that
// had handed the change on already, so it settles nothing.
func outcomeOf(status int) audit.Outcome {
	switch {
	case status >= 200 && status < 300:
		return audit.Applied
	case status == http.StatusUnauthorized:
		return audit.Unauthenticated
	case status >= 400 && status < 499:
		return audit.Failed
	default:
		return audit.Unknown // 499 is Caddy's own: the client has left
	}
}
