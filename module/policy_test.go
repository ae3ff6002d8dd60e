// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/passgate/passgate/module/sandbox"
)

const policySite = `{
	admin off
	auto_https off
	persist_config off
	log {
		output discard
	}
	password_policy {
		audit AUDIT
		policy automation {
			for svc-*
			by robot
			min_length 24
			allow_hash bcrypt 10
		}
		policy services {
			for svc-*
			min_length 20
		}
		policy staff {
			min_length 10
		}
	}
}
SITE {
	password_policy elasticsearch
	reverse_proxy UPSTREAM
}
`

// The first policy in written order whose selectors match judges; a hash passes
// only where a policy opens it, for the actor the cluster has named.
func TestPolicySelection(t *testing.T) {
	es := sandbox.NewElasticsearch(sandbox.Options{})
	es.AddUser("robot", "robotpassword", "superuser")
	es.AddUser("boss", boss, "superuser")
	es.AddUser("bob", oldPassword)
	es.AddUser("svc-1", oldPassword)
	r := start(t, policySite, serve(t, es))
	hash := func(cost string) string {
		return `{"roles":[],"password_hash":"$2a$` + cost + `$` + strings.Repeat("a", 53) + `"}`
	}
	password := func(n int) string { return `{"password":"` + strings.Repeat("xy-9", 20)[:n] + `"}` }
	for _, c := range []struct {
		name, path, user, password, body string
		status                           int
		policy                           string
	}{
		{"anybody", "/_security/user/bob/_password", "boss", boss, password(10), 200, "staff"},
		{"anybody, too short", "/_security/user/bob/_password", "boss", boss, password(9), 400, "staff"},
		{"a service, by a person", "/_security/user/svc-1/_password", "boss", boss, password(20), 200, "services"},
		{"a service, by a person, too short", "/_security/user/svc-1/_password", "boss", boss, password(19), 400, "services"},
		{"a service, by the robot", "/_security/user/svc-1/_password", "robot", "robotpassword", password(24), 200, "automation"},
		{"a service, by the robot, too short", "/_security/user/svc-1/_password", "robot", "robotpassword", password(23), 400, "automation"},
		{"a hash, by the robot", "/_security/user/svc-1", "robot", "robotpassword", hash("10"), 200, "automation"},
		{"a cheap hash, by the robot", "/_security/user/svc-1", "robot", "robotpassword", hash("09"), 400, "automation"},
		{"a hash, by a person", "/_security/user/svc-1", "boss", boss, hash("10"), 400, "services"},
		{"a hash for a person, by the robot", "/_security/user/bob", "robot", "robotpassword", hash("10"), 400, "staff"},
		{"no hash at all", "/_security/user/svc-1", "robot", "robotpassword", `{"roles":[],"password_hash":"plaintext"}`, 400, "automation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(r.records())
			res := r.change("PUT", c.path, c.user, c.password, c.body)
			if res.status != c.status {
				t.Errorf("status %d, want %d: %s", res.status, c.status, res.body)
			}
			rec := r.records()[before]
			if rec.Gateway.Policy.Name != c.policy {
				t.Errorf("judged by %q, want %q", rec.Gateway.Policy.Name, c.policy)
			}
			if c.status == 400 && strings.Contains(c.body, "hash") && rec.Gateway.Cause != "hash" {
				t.Errorf("cause %q, want hash", rec.Gateway.Cause)
			}
		})
	}
}

// A policy that can never match is a mistake of its author's, found at load.
func TestUnreachablePolicy(t *testing.T) {
	caddyLock.Lock()
	defer caddyLock.Unlock()
	text := strings.NewReplacer("AUDIT", t.TempDir(), "SITE", "http://"+freeAddr(t), "UPSTREAM", "127.0.0.1:1",
		"policy staff {", "policy all {\n\t\t\tmin_length 3\n\t\t}\n\t\tpolicy staff {").Replace(policySite)
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err = caddy.Load(config, true); err == nil {
		_ = caddy.Stop()
		t.Fatal("loaded, want an error")
	}
	if !strings.Contains(err.Error(), "policy staff can never match") {
		t.Errorf("error %v", err)
	}
}
