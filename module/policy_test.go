// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/passgate/passgate/module/sandbox"
	"github.com/passgate/passgate/policy"
)

const policySite = quietly + `	password_policy {
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

// A policy without a rule would allow every password, however much else it says.
func TestPolicyWithoutRules(t *testing.T) {
	t.Parallel()
	unnamed := App{Policies: []PolicyConfig{{Statements: [][]string{{"min_length", "8"}}}}}
	if _, err := unnamed.Compile(); err == nil || !strings.Contains(err.Error(), "expected a name") {
		t.Errorf("no name: error %v", err)
	}
	for _, statements := range [][][]string{nil, {{"for", "svc-*"}}, {{"mode", "monitor"}}, {{"allow_hash", "bcrypt", "10"}}} {
		app := App{Policies: []PolicyConfig{{Name: "staff", Statements: statements}}}
		if _, err := app.Compile(); err == nil || !strings.Contains(err.Error(), "policy staff: expected at least one rule or preset") {
			t.Errorf("%q: error %v", statements, err)
		}
	}
}

// What a configuration asks for in vain is found when it is loaded.
func TestPolicyLoadErrors(t *testing.T) {
	for _, c := range []struct{ name, rules, options, want string }{
		{"history without identity", "history 5", "identify off", "policy staff has history"},
		{"an occasion without identity", "on reset\n\t\t\tmin_length 8", "identify off", "policy staff has \"on\""},
		{"an actor without identity", "by robot\n\t\t\tmin_length 8", "identify off", "policy staff can never match: it has by"},
		{"a list that isn't there", "breached /nonexistent/list.pgb", "", "policy staff: breached: "},
		{"a cluster without a name", "min_length 8", "cluster {env.PASSGATE_TEST_UNSET}", "cluster: evaluated placeholder {env.PASSGATE_TEST_UNSET} is empty"},
		{"rehearsing nothing", "min_length 8\n\t\t\trehearse nobody", "", `found "nobody"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			caddyLock.Lock()
			defer caddyLock.Unlock()
			text := strings.NewReplacer("AUDIT", t.TempDir(), "SITE", "http://"+freeAddr(t), "UPSTREAM", "127.0.0.1:1",
				"RULES", c.rules, "cluster es", c.options).Replace(statefulSite)
			config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err = caddy.Load(config, true); err == nil {
				_ = caddy.Stop()
				t.Fatal("loaded, want an error")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

// Rehearsal denies nothing and leaves a trace: of one rule, of a policy, and of
// the next policy beside the present one. An exemption excuses and is recorded.
func TestRehearsalAndExemption(t *testing.T) {
	for _, c := range []struct {
		name, rules, password string
		status                int
		story                 string
		trace                 string // a piece of the record
	}{
		{"one rule", "monitor min_digits\n\t\t\tmin_digits 1", "no-digit-in-here", 200, "decision allow; outcome allow applied", `"rehearsed":{"code":["min_digits"]`},
		{"the policy", "mode monitor\n\t\t\tmin_length 30", "not-thirty-long", 200, "decision deny/policy; outcome deny/policy applied", `"mode":"monitor"`},
		{"an exemption", "min_length 30\n\t\t\texempt bob \"old device\" boss until 2099-12-31", "not-thirty-long", 200, "decision allow; outcome allow applied", `"exemption":{"reason":"old device","owner":"boss","until":"2099-12-31"`},
		{"help", "min_length 30\n\t\t\thelp https://intra.example/passwords", "not-thirty-long", 400, "decision deny/policy denied", `min_length`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, upstream := elastic(t)
			rules := c.rules
			r := statefulRig(t, rules, upstream)
			res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+c.password+`"}`)
			if res.status != c.status {
				t.Errorf("status %d, want %d: %s", res.status, c.status, res.body)
			}
			r.wantStory(c.story)
			if !strings.Contains(r.trail(), c.trace) {
				t.Errorf("no %s on the trail: %s", c.trace, r.trail())
			}
			if strings.Contains(c.rules, "help") && !strings.Contains(res.body, "https://intra.example/passwords") {
				t.Errorf("no help in %s", res.body)
			}
		})
	}
}

// The policy to come judges beside the one in force, and changes nothing.
func TestRehearseNext(t *testing.T) {
	_, upstream := elastic(t)
	r := statefulRig(t, "for *\n\t\t\tmin_length 8\n\t\t\trehearse next\n\t\t}\n\t\tpolicy next {\n\t\t\tfor nobody\n\t\t\tmin_length 30\n\t\t\tmin_digits 1", upstream)
	if res := r.change("PUT", bobPath, "boss", boss, `{"password":"not-thirty-long"}`); res.status != 200 {
		t.Errorf("status %d: %s", res.status, res.body)
	}
	r.wantStory("decision allow; outcome allow applied")
	for _, want := range []string{`"next":`, `"name":"next"`, `"min_length","min_digits"`} {
		if !strings.Contains(r.trail(), want) {
			t.Errorf("no %s on the trail: %s", want, r.trail())
		}
	}
}

// A refusal speaks the client's language where the operator has given the words.
func TestRefusalInLanguage(t *testing.T) {
	_, upstream := elastic(t)
	r := statefulRig(t, `min_length 30
			message min_length de "Bitte länger."`, upstream)
	for header, want := range map[string]string{"de-CH, fr;q=0.5": "Bitte länger", "fr": "Use at least 30 characters"} {
		res := r.change("PUT", bobPath, "boss", boss, `{"password":"not-thirty-long"}`, "Accept-Language", header)
		if res.status != 400 || !strings.Contains(res.body, want) {
			t.Errorf("%s: status %d: %s", header, res.status, res.body)
		}
	}
}

func withWords(f *wordFiles) policy.Option { return policy.WithLoader(f.load) }

func changeOf(password string) policy.Change { return policy.Change{Password: password} }

// Bytes that aren't UTF-8 have become another word when a policy is read, and what Caddy replaces while it runs would never be replaced in a policy.
func TestPlainWords(t *testing.T) {
	t.Parallel()
	for word, plain := range map[string]bool{
		"acme": true, "café": true, "{$WORDS}": true, `^\d{4}$`: true, "{}": true, "{file}": true, "a{env.X}": true,
		"caf\xe9": false, "caf\ufffd": false, "{env.WORDS}": false, "{file./etc/words}": false, "{system.hostname}": false,
	} {
		if err := plainWords([]string{"context_words", "acme", word}); (err == nil) != plain {
			t.Errorf("%q: %v", word, err)
		}
	}
}
