// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/passgate/passgate/module/audit"
)

// The operations of the OpenSearch security plugin that set a password.
const (
	Account      Operation = "change_password_account"
	CreateUser   Operation = "create_user"
	PatchUser    Operation = "patch_user"
	PatchUsers   Operation = "patch_users"
	UserToken    Operation = "generate_user_token"
	RollbackConf Operation = "rollback"
)

// OpenSearch is the REST API of the security plugin for OpenSearch 1 to 3 and
// Open Distro (AccountApiAction.java, InternalUsersApiAction.java,
// RollbackVersionApiAction.java), under both prefixes.
type OpenSearch struct{}

// Name implements [Dialect].
func (OpenSearch) Name() string { return "opensearch" }

// Recognise implements [Dialect].
func (OpenSearch) Recognise(method, path string) Match {
	return protect(recognise(opensearchRoute, method, path), method, path)
}

func opensearchRoute(method, path string) Match {
	switch method {
	case "PUT", "POST", "PATCH", "DELETE":
	default:
		return Match{}
	}
	if !strings.Contains(path, "/_security/api/") {
		return Match{}
	}
	t := cut(path)
	for i := 1; i <= 3; i++ { // the resource has at most three segments
		if !t.is(i, "api", "_security") || i+2 >= t.n {
			continue
		}
		if root := t.seg[i+2]; root == "_plugins" || root == "_opendistro" {
			m := Match{API: root, Prefix: t.before(i + 2)}
			return opensearchResource(method, &t, i, m)
		}
	}
	return unlistedResource(path)
}

// opensearchResource matches the resource, whose first segment is t.seg[n-1].
func opensearchResource(method string, t *tail, n int, m Match) Match {
	guard := func(op Operation) Match {
		m.Kind, m.Operation = Guarded, op
		return m
	}
	first := t.seg[n-1]
	switch {
	case method == "PUT" && n == 1 && first == "account":
		return guard(Account)
	case method == "PUT" && n == 2 && (first == "internalusers" || first == "user"):
		return named(guard(CreateUser), t.seg[0])
	case method == "PATCH" && n == 2 && (first == "internalusers" || first == "user"):
		return named(guard(PatchUser), t.seg[0])
	case method == "PATCH" && n == 1 && (first == "internalusers" || first == "user"):
		return guard(PatchUsers)
	case method == "POST" && n == 3 && (first == "internalusers" || first == "user") && t.seg[0] == "authtoken":
		return named(guard(UserToken), t.seg[1])
	case method == "POST" && first == "version" && n >= 2 && t.seg[n-2] == "rollback":
		return guard(RollbackConf)
	}
	return unlistedFirst(first)
}

// opensearchKnown are the resources of the API that hold no password.
var opensearchKnown = []string{
	"account", "actiongroup", "actiongroups", "allowlist", "apitokens", "audit", "auditconfig", "authtoken", "authinfo",
	"cache", "certificates", "configuration", "dashboardsinfo", "generateonbehalfoftoken", "health", "internalusers",
	"migrate", "multitenancy", "nodesdn", "obo", "permissionsinfo", "ratelimiters", "resource", "role", "roles",
	"rolesmapping", "securityconfig", "ssl", "tenancy", "tenantinfo", "tenants", "user", "validate", "version",
	"whitelist", "_upgrade_check", "_upgrade_perform",
}

func unlistedResource(path string) Match {
	_, rest, _ := strings.Cut(path, "/_security/api/")
	first, _, _ := strings.Cut(rest, "/")
	return unlistedFirst(first)
}

func unlistedFirst(first string) Match {
	if first == "" || slices.Contains(opensearchKnown, first) {
		return Match{}
	}
	return Match{Kind: Unlisted, Operation: "unlisted", API: "_security/api"}
}

var accountShape = shape{"current_password": "s", "password": "s", "hash": "s"}

var internalUserShape = shape{
	"password": "s", "hash": "s", "backend_roles": "an", "attributes": "on", "description": "sn",
	"opendistro_security_roles": "an", "hidden": "b", "reserved": "b",
}

// Read implements [Dialect]. The plugin reads every body as JSON whatever its
// type says and decodes encodings others ignore; here one reading is enough.
func (OpenSearch) Read(m Match, in Input) (Change, *Fault) {
	if fault := readQuery(in.Query); fault != nil {
		return Change{}, fault
	}
	if (m.Operation == UserToken || m.Operation == RollbackConf) && !bodiless(in.Body) {
		return Change{}, unreadable(ReasonJSON, "this operation takes no body")
	}
	switch m.Operation {
	case UserToken:
		return Change{Targets: namedTarget(m), Form: audit.SecretNone, Forbidden: ReasonGeneratedSecret}, nil
	case RollbackConf:
		return Change{Form: audit.SecretNone, Forbidden: ReasonRollback}, nil
	}
	if fault := mediaType(in.Header, "application/json"); fault != nil {
		return Change{}, fault
	}
	body, fault := plainBody(in.Header, in.Body, MaxBody(m.Operation), true)
	if fault != nil {
		return Change{}, fault
	}
	if m.Operation == PatchUser || m.Operation == PatchUsers {
		return readPatch(m, body)
	}
	members, err := readObject(body)
	if err != nil {
		return Change{}, badJSON()
	}
	if m.Operation == Account {
		return readAccount(members)
	}
	return readInternalUser(m.Target, members, Change{Targets: namedTarget(m)})
}

// bodiless reports whether a body says nothing: clients send none, or an empty object.
func bodiless(body []byte) bool {
	trimmed := bytes.TrimSpace(body)
	return len(trimmed) == 0 || string(trimmed) == "{}"
}

func readAccount(members []member) (Change, *Fault) {
	if fault := checkShape(members, accountShape); fault != nil {
		return Change{}, fault
	}
	current, has := find(members, "current_password")
	if strings.Contains(current.text, "\x00") { // not the password itself, though it may pass for it: see decodePair
		return Change{}, unreadable(ReasonCredentials, "current_password may hold no NUL")
	}
	change := Change{Own: true}
	change.take(members, Secret{Current: current.text, HasCurrent: has}, "password", "hash")
	if len(change.Secrets) == 0 {
		return Change{}, unreadable(ReasonMissingSecret, "the body must hold the new password as a string named password")
	}
	return change, nil
}

// readInternalUser adds one user object to a change.
func readInternalUser(target string, members []member, change Change) (Change, *Fault) {
	if fault := checkShape(members, internalUserShape); fault != nil {
		return Change{}, fault
	}
	change.take(members, Secret{Target: target}, "password", "hash")
	if isServiceAccount(members) {
		change.Forbidden = ReasonGeneratedSecret
	}
	return change, nil
}

// isServiceAccount finds the attribute by which a put gives its user a password
// that the plugin makes up (UserService.java, createOrUpdateAccount, since 2.9). It
// reads any value as text. A patch makes up none.
func isServiceAccount(members []member) bool {
	attributes, _ := find(members, "attributes")
	if attributes.kind != '{' {
		return false
	}
	inner, err := readObject(attributes.raw)
	if err != nil {
		return true // not to be told
	}
	service, _ := find(inner, "service")
	return service.kind == 't' || strings.EqualFold(service.text, "true")
}

// Whoami implements [Dialect].
func (OpenSearch) Whoami(m Match) string {
	return m.Prefix + "/" + m.API + "/_security/api/account"
}

// accountMembers stand beside the name in the account's answer.
var accountMembers = []string{"roles", "backend_roles", "is_internal_user", "is_reserved", "is_hidden"}

// Identity implements [Dialect] (AccountApiAction.java).
func (OpenSearch) Identity(body []byte) (Identity, error) {
	members, err := readObject(body)
	if err != nil {
		return Identity{}, err
	}
	name, ok := find(members, "user_name")
	internal, _ := find(members, "is_internal_user")
	if !ok || name.kind != '"' || name.text == "" || !anyOf(members, accountMembers) {
		return Identity{}, errShape
	}
	id := Identity{Name: name.text, Foreign: internal.kind == 'f'}
	if roles, ok := find(members, "roles"); ok && roles.kind == '[' {
		id.Roles = texts(roles.raw)
	}
	if internal.kind == 't' {
		id.Realm = "internal"
	}
	return id, nil
}

// Authority implements [Dialect]: the users are shown only to those who may
// change them (RestApiPrivilegesEvaluator.java).
func (OpenSearch) Authority(m Match, target string) (method, path, body string) {
	return "GET", internalUser(m, target), ""
}

// Authorised implements [Dialect]: it was shown. A user who does not exist has no
// past to be compared with.
func (OpenSearch) Authorised(status int, body []byte) (may, plain bool) {
	switch status {
	case http.StatusOK:
		_, err := readObject(body)
		return err == nil, err == nil
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return false, true
	}
	return false, false
}

// Outcome implements [Dialect]. A patch that changes nothing is answered with a
// 200 as well (PatchableResource handling since 2.16).
func (OpenSearch) Outcome(_ Match, status int, body []byte) audit.Outcome {
	if status == 200 && bytes.Contains(body, []byte(`"No updates required"`)) {
		return audit.Unchanged
	}
	return outcomeOf(status)
}
