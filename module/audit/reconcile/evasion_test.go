// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// beginning is when the stories of this file are told; their times are seconds after.
var beginning = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

func after(seconds float64) time.Time {
	return beginning.Add(time.Duration(seconds * float64(time.Second)))
}

// recorded is a change on the trail, forwarded at a time and answered at once.
func recorded(seconds float64, outcome audit.Outcome, edit func(*audit.Event), targets ...string) []audit.Past {
	e := audit.Event{
		Change: audit.NewID(), Stage: audit.StageDecision, Time: after(seconds), Verdict: audit.Allow, Secret: audit.SecretPassword,
		Cluster: "prod", Operation: "put_user", Actor: audit.Actor{Name: "admin", Verified: true}, Targets: targets,
	}
	if edit != nil {
		edit(&e)
	}
	o := e
	o.Stage, o.Outcome = audit.StageOutcome, outcome
	return []audit.Past{{Event: &e}, {Event: &o}}
}

func composed(t *testing.T, past ...[]audit.Past) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "trail")
	opts := audit.Options{Reserve: 1, StopFree: 1, WarnFree: 1, Heartbeat: time.Hour}
	if _, err := audit.Compose(dir, opts, slices.Values(slices.Concat(past...))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func osWrites(seconds float64, version int) string {
	return fmt.Sprintf(`{"@timestamp":%q,"audit_category":"COMPLIANCE_INTERNAL_CONFIG_WRITE","audit_trace_doc_id":"internalusers","audit_compliance_doc_version":%d,"audit_request_effective_user":"admin","audit_request_remote_address":"10.0.0.1:1"}`+"\n",
		after(seconds).Format(time.RFC3339Nano), version)
}

func osGrants(seconds float64, method, user string) string {
	return fmt.Sprintf(`{"@timestamp":%q,"audit_category":"GRANTED_PRIVILEGES","audit_rest_request_method":%q,"audit_rest_request_path":"/_plugins/_security/api/internalusers/%s","audit_request_effective_user":"admin","audit_request_remote_address":"10.0.0.1:1"}`+"\n",
		after(seconds).Format(time.RFC3339Nano), method, user)
}

func esGrants(seconds float64, actor, action, id string) string {
	return fmt.Sprintf(`{"@timestamp":%q,"event.action":"access_granted","user.name":%q,"request.id":%q,"url.path":"/_security/user/bob/_password","action":"cluster:admin/xpack/security/user/%s"}`+"\n",
		after(seconds).Format("2006-01-02T15:04:05.000"), actor, id, action)
}

// TestABypassBesideAChange: whoever goes around the gateway may send something
// through it at the same moment, which must not explain what he did.
func TestABypassBesideAChange(t *testing.T) {
	t.Parallel()
	secretless := func(e *audit.Event) { e.Secret = audit.SecretNone }
	for name, c := range map[string]struct {
		log, es string
		past    [][]audit.Past
		matched int
		left    string // of bypasses and questions
	}{
		"one that the cluster refuses": {
			log:  osGrants(9, "PUT", "bob") + osWrites(10, 2),
			past: [][]audit.Past{recorded(9, audit.Failed, nil, "bob")}, left: "bypass bob",
		},
		"one of several users": {
			log:     osGrants(9, "PATCH", "") + osWrites(10, 2) + osGrants(11, "PUT", "bob") + osWrites(12, 3) + osGrants(13, "PUT", "eve") + osWrites(14, 4),
			past:    [][]audit.Past{recorded(10, audit.Applied, nil, "bob", "eve", "zoe")},
			matched: 1, left: "bypass bob, bypass eve",
		},
		"one of several users, told apart": {
			log:     osGrants(9, "PUT", "bob") + osWrites(10, 2) + osGrants(11, "PUT", "bob") + osWrites(12, 3),
			past:    [][]audit.Past{recorded(10, audit.Applied, nil, "bob", "eve", "zoe")},
			matched: 1, left: "bypass bob",
		},
		"one without a password": {
			es:   esGrants(10, "admin", "change_password", "r1") + esGrants(10, "admin", "put", "r2"),
			past: [][]audit.Past{recorded(10, audit.Applied, secretless, "bob")}, matched: 1, left: "bypass bob",
		},
		"a deletion that is refused": {
			log: osGrants(9, "PUT", "bob") + osGrants(9.5, "DELETE", "nobody") + osWrites(10, 2), left: "question ",
		},
		"a deletion after one that is refused": {
			log:  osGrants(9, "PUT", "bob") + osGrants(9.5, "DELETE", "eve") + osWrites(10, 2),
			past: [][]audit.Past{recorded(9, audit.Failed, nil, "bob")},
		},
		"a deletion": {log: osGrants(9, "DELETE", "bob") + osWrites(10, 2)},
		"many at a time": {
			log:     osGrants(9, "PUT", "bob") + osGrants(9.1, "PUT", "eve") + osWrites(10, 2) + osWrites(10.1, 3),
			past:    [][]audit.Past{recorded(9, audit.Applied, nil, "bob"), recorded(9, audit.Applied, nil, "eve")},
			matched: 2,
		},
		"after the users were made anew": {
			log:  osWrites(10, 1) + osWrites(11, 2) + osWrites(500, 1) + osWrites(501, 2),
			past: [][]audit.Past{recorded(10, audit.Applied, nil, "bob"), recorded(11, audit.Applied, nil, "bob")}, matched: 2,
			left: "bypass , bypass ",
		},
		"told by two nodes": {
			log:  osWrites(10, 1) + osWrites(10.1, 1),
			past: [][]audit.Past{recorded(10, audit.Applied, nil, "bob")}, matched: 1,
		},
		"under a name like the cluster's own": {es: esGrants(10, "_xpack_eve", "change_password", "r1"), left: "bypass bob"},
		"by the cluster itself":               {es: esGrants(10, "_xpack_security", "change_password", "r1")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			frame := osWrites(-20, 0) // what the log covers
			log, err := OpenSearchLog(text(strings.ReplaceAll(frame, "internalusers", "roles") + c.log + strings.ReplaceAll(osWrites(600, 0), "internalusers", "roles")))
			if c.es != "" {
				log, err = ElasticsearchLog(text(esGrants(-20, "x", "other", "r8")+c.es+esGrants(600, "x", "other", "r9")), time.UTC)
			}
			if err != nil {
				t.Fatal(err)
			}
			r, err := Join(log, composed(t, append(c.past, recorded(900, audit.Applied, nil, "last"))...), "prod", Options{})
			if err != nil {
				t.Fatal(err)
			}
			var left []string
			for _, s := range r.Bypasses {
				left = append(left, "bypass "+s.Target)
			}
			for _, s := range r.Unexplained {
				left = append(left, "question "+s.Target)
			}
			if got := strings.Join(left, ", "); got != c.left || r.Matched != c.matched {
				t.Errorf("got %q, %d matched; want %q, %d", got, r.Matched, c.left, c.matched)
			}
		})
	}
}

// TestWhoseLogItIs: changes at one cluster don't explain those at another.
func TestWhoseLogItIs(t *testing.T) {
	t.Parallel()
	dir := composed(t, recorded(9, audit.Applied, func(e *audit.Event) { e.Cluster = "test" }, "bob"), recorded(9, audit.Applied, nil, "eve"))
	log, err := OpenSearchLog(text(osWrites(9, 1) + osWrites(10, 2)))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Join(log, dir, "", Options{}); err == nil || !strings.Contains(err.Error(), `["prod" "test"]`) {
		t.Errorf("got %+v, %v", r, err)
	}
	if r, err := Join(log, dir, "prod", Options{}); err != nil || len(r.Bypasses) != 1 {
		t.Errorf("got %+v, %v", r, err)
	}
}
