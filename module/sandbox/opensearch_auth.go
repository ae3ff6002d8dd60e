// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

const impersonateHeader = "opendistro_security_impersonate_as"

// authenticate is BackendRegistry with the basic domain alone. A non-nil reply
// refuses the request.
func (os *OpenSearch) authenticate(c *osCall) *reply {
	for name := range c.header {
		if strings.HasPrefix(strings.ToLower(name), "_opendistro_security_") {
			return &reply{status: http.StatusForbidden, body: []byte(obj("error", obj("status", "error", "reason", spoofed)))}
		}
	}
	name, password, given := osCredentials(lastHeader(c.header, "Authorization"))
	if !given || !os.checkPassword(name, password) {
		return &reply{
			status: http.StatusUnauthorized, body: []byte("Unauthorized"),
			header: http.Header{
				"Www-Authenticate": {`Basic realm="OpenSearch Security"`},
				"Content-Type":     {"text/plain; charset=UTF-8"},
			},
		}
	}
	c.login, c.user = name, name
	return os.actAs(c, lastHeader(c.header, impersonateHeader))
}

const spoofed = "Illegal parameter in http or transport request found.\nThis means that one node is trying to connect to another with \na non-node certificate (no OID or security.nodes_dn incorrect configured) or that someone \nis spoofing requests. Check your TLS certificate setup as described here: See https://opendistro.github.io/for-elasticsearch-docs/docs/troubleshoot/tls/"

// lastHeader is what the plugin sees of a repeated header (NettyRequest).
func lastHeader(h http.Header, name string) string {
	values := h.Values(name)
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// osCredentials is HTTPHelper.extractCredentials: the scheme in any case, the
// second blank-separated word, whatever follows it, with or without padding.
func osCredentials(header string) (name, password string, given bool) {
	words := strings.Split(strings.TrimSpace(header), " ")
	if len(words) < 2 || !strings.EqualFold(words[0], "basic") {
		return "", "", false
	}
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(words[1], "="))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(decoded), ":")
}

// CheckPassword reports whether name can log in with password.
func (os *OpenSearch) CheckPassword(name, password string) bool {
	os.mu.Lock()
	defer os.mu.Unlock()
	return os.checkPassword(name, password)
}

func (os *OpenSearch) checkPassword(name, password string) bool {
	u := os.users[name]
	return u != nil && password != "" && verifyPassword(u.hash, password)
}

func (os *OpenSearch) actAs(c *osCall, name string) *reply {
	if name == "" {
		return nil
	}
	allowed := os.impersonate[c.login]
	if os.users[name] == nil || !slices.Contains(allowed, name) && !slices.Contains(allowed, "*") {
		return &reply{status: http.StatusForbidden, body: []byte(obj("error", obj(
			"status", "error", "reason", "'"+c.login+"' is not allowed to impersonate as '"+name+"'")))}
	}
	c.user = name
	return nil
}

// privilegedRoles is plugins.security.restapi.roles_enabled of the demo
// configuration: who may use the security API beyond his own account.
var privilegedRoles = []string{"all_access", "security_rest_api_access"}

// refuseUnprivileged answers callers without one of those roles.
func (os *OpenSearch) refuseUnprivileged(c *osCall) *reply {
	roles := os.mappedRoles(c.user)
	if slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(privilegedRoles, r) }) {
		return nil
	}
	a := message(http.StatusForbidden, "No permission to access REST API: User "+c.user+" with Security roles ["+
		strings.Join(roles, ", ")+"] does not have any role privileged for admin access. No ssl info found in request.")
	return &a
}

// mappedRoles are a user's security roles by the demo role mapping.
func (os *OpenSearch) mappedRoles(name string) []string {
	roles := []string{"own_index"}
	u := os.users[name]
	if u == nil {
		return roles
	}
	for _, r := range append(slices.Clone(u.securityRoles), u.backendRoles...) {
		if mapped, ok := backendMapping[r]; ok {
			r = mapped
		}
		if slices.Contains(knownRoles, r) && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	return roles
}

var backendMapping = map[string]string{"admin": "all_access", "logstash": "logstash", "kibanauser": "kibana_user", "readall": "readall", "snapshotrestore": "manage_snapshots"}

// knownRoles are roles of the default configuration.
var knownRoles = []string{
	"all_access", "kibana_read_only", "kibana_server", "kibana_user", "logstash", "manage_snapshots", "own_index",
	"readall", "readall_and_monitor", "security_rest_api_access", "security_rest_api_full_access",
}
