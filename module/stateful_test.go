// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/sandbox"
	"github.com/passgate/passgate/policy/history"
)

// statefulSite has a history of three, or what RULES says.
const statefulSite = quietly + `	password_policy {
		audit AUDIT
		history AUDIT/../history.db
		policy staff {
			RULES
		}
	}
}
SITE {
	password_policy elasticsearch {
		cluster es
	}
	reverse_proxy UPSTREAM
}
`

func statefulRig(t *testing.T, rules, upstream string) *rig {
	t.Helper()
	return start(t, strings.Replace(statefulSite, "RULES", rules, 1), upstream)
}

func own(r *rig, old, wanted string) response {
	return r.change("PUT", ownPath, "bob", old, `{"password":"`+wanted+`"}`)
}

// A password used before is refused, the one in force is not: automation sends
// that again all day.
func TestHistory(t *testing.T) {
	es, upstream := elastic(t)
	r := statefulRig(t, "history 3", upstream)
	for _, c := range []struct {
		old, wanted string
		status      int
		story       string
	}{
		{oldPassword, "password-1", 200, "decision allow; outcome allow applied"},
		{"password-1", "password-1", 200, "decision allow; outcome allow unchanged"},
		{"password-1", oldPassword, 400, "decision deny/policy denied"}, // learnt from his login
		{"password-1", "password-2", 200, "decision allow; outcome allow applied"},
		{"password-2", "password-1", 400, "decision deny/policy denied"},
		{"password-2", "password-3", 200, "decision allow; outcome allow applied"},
		{"password-3", oldPassword, 200, "decision allow; outcome allow applied"}, // four ago
	} {
		before := len(r.records())
		if res := own(r, c.old, c.wanted); res.status != c.status {
			t.Errorf("%s to %s: status %d, want %d: %s", c.old, c.wanted, res.status, c.status, res.body)
		}
		if got := r.storyFrom(before); got != c.story {
			t.Errorf("%s to %s: the trail tells %q, want %q", c.old, c.wanted, got, c.story)
		}
	}
	if !es.CheckPassword("bob", oldPassword) {
		t.Error("the last one does not log in")
	}
}

// Who has not shown that he may set a password learns nothing of former ones:
// he gets the cluster's refusal for a used one as for any other.
func TestHistoryIsNoOracle(t *testing.T) {
	es, upstream := elastic(t)
	es.AddUser("eve", "eve's own password")
	r := statefulRig(t, "history 5", upstream)
	own(r, oldPassword, "password-1")
	own(r, "password-1", "password-2")
	for _, guess := range []string{"password-1", "password-9"} {
		if res := r.change("PUT", bobPath, "eve", "eve's own password", `{"password":"`+guess+`"}`); res.status != 403 {
			t.Errorf("%s: status %d: %s", guess, res.status, res.body)
		}
	}
	if res := r.change("PUT", bobPath, "boss", boss, `{"password":"password-1"}`); res.status != 400 {
		t.Errorf("the administrator: status %d: %s", res.status, res.body)
	}
}

// Many refusals of this kind for one user are somebody guessing.
func TestHistoryDenialsAreLimited(t *testing.T) {
	_, upstream := elastic(t)
	r := statefulRig(t, "history 5", upstream)
	own(r, oldPassword, "password-1")
	own(r, "password-1", "password-2")
	for range maxDenials {
		if res := own(r, "password-2", "password-1"); res.status != 400 {
			t.Fatalf("status %d: %s", res.status, res.body)
		}
	}
	if res := own(r, "password-2", "password-1"); res.status != 503 {
		t.Errorf("one more: status %d: %s", res.status, res.body)
	}
}

// Only what the cluster has applied is learnt. A change with an unknown outcome
// may be sent again, and counts once another is confirmed.
func TestHistoryLearnsWhatHappened(t *testing.T) {
	status := http.StatusOK
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			_, _ = w.Write([]byte(`{"username":"bob","roles":[]}`))
		default:
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{}`))
		}
	}))
	r := statefulRig(t, "history 5\n\t\t\tmin_age 1h", upstream)
	send := func(cluster int, wanted string, want int) {
		t.Helper()
		status = cluster
		if res := own(r, "irrelevant-login", wanted); res.status != want {
			t.Errorf("%s: status %d, want %d: %s", wanted, res.status, want, res.body)
		}
	}
	send(400, "refused-by-cluster", 400)
	send(500, "maybe-applied", 500)
	send(500, "maybe-applied", 500) // a retry is no reuse
	send(200, "refused-by-cluster", 200)
	send(200, "another-password", 400) // too soon: now there is an age
	send(200, "maybe-applied", 400)    // it counts as used
	send(200, "refused-by-cluster", 200)
}

// The minimum age is for the user himself; an administrator may reset at once.
func TestMinAge(t *testing.T) {
	_, upstream := elastic(t)
	r := statefulRig(t, "min_age 1d", upstream)
	if res := own(r, oldPassword, "password-1"); res.status != 200 {
		t.Fatalf("first: status %d: %s", res.status, res.body)
	}
	if res := own(r, "password-1", "password-2"); res.status != 400 || !strings.Contains(res.body, "possible from") {
		t.Errorf("too soon: status %d: %s", res.status, res.body)
	}
	if res := r.change("PUT", bobPath, "boss", boss, `{"password":"password-3"}`); res.status != 200 {
		t.Errorf("the administrator: status %d: %s", res.status, res.body)
	}
}

// Simple variants of former passwords are refused where the policy says so.
func TestHistoryVariants(t *testing.T) {
	_, upstream := elastic(t)
	r := statefulRig(t, "history 5 variants", upstream)
	own(r, oldPassword, "Tangerine2026")
	if res := own(r, "Tangerine2026", "Tangerine2027"); res.status != 400 {
		t.Errorf("a variant: status %d: %s", res.status, res.body)
	}
	if res := own(r, "Tangerine2026", "Ocelot-tuba-9"); res.status != 200 {
		t.Errorf("another: status %d: %s", res.status, res.body)
	}
}

// OpenSearch tells the present password in the request, and shows users only to
// those who may change them.
func TestHistoryOpenSearch(t *testing.T) {
	os := sandbox.NewOpenSearch(sandbox.Options{AdminPassword: boss})
	os.AddUser("bob", oldPassword)
	site := strings.Replace(statefulSite, "password_policy elasticsearch", "password_policy opensearch", 1)
	r := start(t, strings.Replace(site, "RULES", "history 5", 1), serve(t, os))
	body := func(wanted string) string {
		return `{"current_password":"` + oldPassword + `","password":"` + wanted + `"}`
	}
	if res := r.change("PUT", api+"/account", "bob", oldPassword, body(strongPassword)); res.status != 200 {
		t.Fatalf("status %d: %s", res.status, res.body)
	}
	if res := r.change("PUT", api+"/internalusers/bob", "admin", boss, `{"password":"`+oldPassword+`"}`); res.status != 400 {
		t.Errorf("a former one, by the administrator: status %d: %s", res.status, res.body)
	}
	if res := r.change("PUT", api+"/internalusers/bob", "admin", boss, `{"password":"`+strongPassword+`"}`); res.status != 200 {
		t.Errorf("the present one, by the administrator: status %d: %s", res.status, res.body)
	}
}

// One change at a time for one user, with a bounded wait.
func TestTurns(t *testing.T) {
	t.Parallel()
	var line turns
	user := history.User{Name: "bob"}
	end, ok := line.take(user, time.Second)
	if !ok {
		t.Fatal("the first had to wait")
	}
	if _, ok := line.take(user, 10*time.Millisecond); ok {
		t.Error("two at a time")
	}
	if other, ok := line.take(history.User{Name: "eve"}, time.Millisecond); !ok {
		t.Error("another user had to wait")
	} else {
		other()
	}
	go end()
	again, ok := line.take(user, 5*time.Second)
	if !ok {
		t.Fatal("waited in vain")
	}
	again()
	if len(line.taken) != 0 {
		t.Errorf("%d turns left over", len(line.taken))
	}
}
