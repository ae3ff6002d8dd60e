// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"

	"github.com/passgate/passgate/module/dialect"
)

const monitoredSite = globals + `SITE {
	password_policy elasticsearch {
		mode monitor
	}
	reverse_proxy UPSTREAM
}
`

// Monitor mode denies nothing but both fields at once, and records what would
// have happened. The cluster's own rules go on applying.
func TestMonitor(t *testing.T) {
	large := `{"password":"` + goodPassword + `"` + strings.Repeat(" ", dialect.MaxBody(dialect.ChangePassword)) + `}`
	for _, c := range []struct {
		name, path, user, password, body string
		status                           int
		story                            string
	}{
		{"a weak one", bobPath, "boss", boss, `{"password":"weakling"}`, 200, "decision deny/policy; outcome deny/policy applied"},
		{"a comment", bobPath, "boss", boss, `{/**/"password":"weakling"}`, 200, "decision deny/unreadable; outcome deny/unreadable applied"},
		{"a large one", bobPath, "boss", boss, large, 200, "decision deny/unreadable; outcome deny/unreadable applied"},
		{"a hash", userPath, "boss", boss, `{"roles":[],"password_hash":"$2a$10$` + strings.Repeat("a", 53) + `"}`, 200, "decision deny/hash; outcome deny/hash applied"},
		{"wrong credentials", ownPath, "bob", "wrong", `{"password":"weakling"}`, 401, "decision deny/policy; outcome deny/policy unauthenticated"},
		{"both fields", bobPath, "boss", boss, `{"password":"` + goodPassword + `","password_hash":"x"}`, 400, "decision deny/both_fields denied"},
		{"a good one", bobPath, "boss", boss, `{"password":"` + goodPassword + `"}`, 200, "decision allow; outcome allow applied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, upstream := elastic(t)
			r := start(t, monitoredSite, upstream)
			res := r.change("PUT", c.path, c.user, c.password, c.body)
			if res.status != c.status {
				t.Errorf("status %d, want %d: %s", res.status, c.status, res.body)
			}
			r.wantStory(c.story)
			for _, rec := range r.records() {
				if enforced := c.status == 400; rec.Gateway.Enforced != enforced || rec.Gateway.Mode != "monitor" {
					t.Errorf("enforced %v in mode %s", rec.Gateway.Enforced, rec.Gateway.Mode)
				}
			}
		})
	}
}

// Where nothing is rehearsed, every verdict on record has counted: also one that
// denies nothing, and an answer of the cluster's that was handed on.
func TestEveryVerdictCounts(t *testing.T) {
	_, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	for _, c := range []struct{ path, user, password, body, story string }{
		{bobPath, "boss", boss, `{"password":"` + goodPassword + `"}`, "decision allow; outcome allow applied"},
		{bobPath, "boss", boss, `{"password":"weakling"}`, "decision deny/policy denied"},
		{userPath, "boss", boss, `{"roles":["viewer"]}`, "decision unjudged; outcome unjudged applied"},
		{bobPath, "boss", "wrong", `{"password":"` + goodPassword + `"}`, "decision unjudged unauthenticated"},
	} {
		before := len(r.records())
		r.change("PUT", c.path, c.user, c.password, c.body)
		if got := r.storyFrom(before); got != c.story {
			t.Errorf("the trail tells %q, want %q", got, c.story)
		}
		for _, rec := range r.records()[before:] {
			if !rec.Gateway.Enforced || rec.Gateway.Mode != "enforce" {
				t.Errorf("%s: enforced %v in mode %s", c.story, rec.Gateway.Enforced, rec.Gateway.Mode)
			}
		}
	}
}

// A missing trail does not stop anybody in monitor mode.
func TestMonitorWithoutTrail(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, monitoredSite, upstream)
	breakTrail(t, r.dir)
	if res := r.change("PUT", bobPath, "boss", boss, `{"password":"weakling"}`); res.status != 200 || !es.CheckPassword("bob", "weakling") {
		t.Errorf("status %d: %s", res.status, res.body)
	}
	if res := r.change("PUT", bobPath, "boss", boss, `{"password":"weakling2","password_hash":"x"}`); res.status < 400 {
		t.Errorf("both fields: status %d", res.status)
	}
}
