// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// joined is what is read of `audit reconcile --json`.
type joined struct {
	Matched               int
	Bypasses, Unexplained []struct{ Target, Actor string }
	Unconfirmed           []struct{ Operation string }
	Gaps                  []string
}

// TestReconcileWithOpenSearch changes passwords through the gateway and around
// it, and then holds the cluster's own audit log against the trail, its index and
// its file: what went around is named, and nothing else is.
func TestReconcileWithOpenSearch(t *testing.T) {
	requireEnabled(t)
	c := realOpenSearch(t)
	o := newOutpost(t, c)
	o.start(t)
	tellRequests(t, c)
	// Whatever the log lacks of earlier tests, which switch it off, ends with this
	// write. Times are compared to the second.
	if err := c.set(context.Background(), Account{Name: "ada", Password: passwords["old"]}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond)
	since := time.Now().UTC().Truncate(time.Second)
	ctx, admin := context.Background(), c.administrator()
	through := func(by Account, name, password string) {
		t.Helper()
		if status := o.put(ctx, c, by, c.userPath(name), map[string]any{"password": password}); status/100 != 2 {
			t.Fatalf("a change of %s was answered %d", name, status)
		}
	}
	through(admin, "gus", passwords["old"])
	through(admin, "ada", passwords["old"])
	if status := o.put(ctx, c, admin, c.userPath("ada"), map[string]any{"password": passwords["weak"]}); status != 400 {
		t.Fatalf("a refusal was answered %d", status)
	}
	sources := map[string][]string{
		"index": append([]string{"--opensearch-index", "security-auditlog-*"}, o.at(c)...),
		"file":  {"--opensearch-log", c.auditLog},
	}
	for name, source := range sources {
		before := o.reconcile(t, c, since, 2, source)
		if before.Matched != 2 || len(before.Bypasses)+len(before.Unconfirmed)+len(before.Gaps) != 0 {
			t.Errorf("%s: with nothing but the gateway: %+v", name, before)
		}
	}
	// Around: another's password, and one's own, which is another route.
	if err := c.set(ctx, Account{Name: "ada", Password: passwords["new"]}); err != nil {
		t.Fatal(err)
	}
	own(t, c, Account{Name: "ada", Password: passwords["new"]}, passwords["old"])
	through(admin, "gus", passwords["new"])
	for name, source := range sources {
		after := o.reconcile(t, c, since, 5, source)
		if after.Matched != 3 || len(after.Bypasses) != 2 || len(after.Unexplained)+len(after.Unconfirmed)+len(after.Gaps) != 0 {
			t.Fatalf("%s: with two changes around the gateway: %+v", name, after)
		}
		for i, actor := range []string{admin.Name, "ada"} {
			if b := after.Bypasses[i]; b.Target != "ada" || b.Actor != actor {
				t.Errorf("%s: bypass %d: expected ada's password by %s, found %+v", name, i, actor, b)
			}
		}
	}
}

// tellRequests has the cluster write down which requests were let in, without
// their bodies, as TRAIL.md says.
func tellRequests(t *testing.T, c *Cluster) {
	t.Helper()
	var now struct{ Config map[string]any }
	ask(t, c, &now, http.MethodGet, "/_plugins/_security/api/audit", nil)
	// A case has switched it all off (neighbour_audit_put), so what the plugin's own
	// audit.yml says is said again.
	now.Config["enabled"] = true
	rest, compliance := now.Config["audit"].(map[string]any), now.Config["compliance"].(map[string]any)
	rest["enable_rest"], rest["disabled_rest_categories"], rest["log_request_body"] = true, []string{"AUTHENTICATED"}, false
	compliance["enabled"], compliance["internal_config"], compliance["write_metadata_only"] = true, true, true
	ask(t, c, nil, http.MethodPut, "/_plugins/_security/api/audit/config", now.Config)
}

// own sets one's own password at the cluster itself.
func own(t *testing.T, c *Cluster, a Account, password string) {
	t.Helper()
	body := `{"current_password":"` + a.Password + `","password":"` + password + `"}`
	req, err := http.NewRequest(http.MethodPut, "http://"+c.Addr+"/_plugins/_security/api/account", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(a.Name, a.Password)
	res, err := direct.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s's own password at the cluster: %d", a.Name, res.StatusCode)
	}
}

// reconcile waits until the cluster, which writes its audit log when it comes to
// it, tells of as many changes as there were.
func (o *outpost) reconcile(t *testing.T, c *Cluster, since time.Time, changes int, source []string) (found joined) {
	t.Helper()
	args := append([]string{
		"reconcile", "--dir", o.layout.audit, "--cluster", clusterNames[c.Dialect], "--since", since.Format(time.RFC3339),
	}, source...)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		ask(t, c, nil, http.MethodPost, "/security-auditlog-*/_refresh", nil)
		found = joined{}
		code := o.audit(t, &found, args...)
		seen := found.Matched + len(found.Bypasses) + len(found.Unexplained)
		if seen >= changes || time.Now().After(deadline) {
			want := 0
			if len(found.Bypasses) > 0 {
				want = 1
			}
			if code != want {
				t.Errorf("exit code %d, want %d: %+v", code, want, found)
			}
			return found
		}
	}
}

// TestReconcileWithElasticsearch does the same where the licence has no audit
// log: by how often each user's document was written.
func TestReconcileWithElasticsearch(t *testing.T) {
	requireEnabled(t)
	c := realElasticsearch(t)
	o := newOutpost(t, c)
	o.start(t)
	ctx, admin := context.Background(), c.administrator()
	for _, name := range []string{"ada", "gus"} {
		if err := c.set(ctx, Account{Name: name, Password: passwords["old"]}); err != nil {
			t.Fatal(err)
		}
	}
	type excess struct {
		User              string
		Written, Recorded int64
	}
	look := func(want int) []excess {
		t.Helper()
		ask(t, c, nil, http.MethodPost, "/.security/_refresh", nil)
		var found struct {
			Users  int
			First  bool
			Excess []excess
		}
		args := append([]string{"reconcile", "--dir", o.layout.audit, "--cluster", clusterNames[c.Dialect], "--counters", filepath.Join(o.dir, "counters.json")}, o.at(c)...)
		if code := o.audit(t, &found, args...); code != want || found.Users < 2 {
			t.Fatalf("exit code %d, want %d: %+v", code, want, found)
		}
		return found.Excess
	}
	look(0)
	through := func(name, password string) {
		t.Helper()
		if status := o.put(ctx, c, admin, c.userPath(name)+"/_password", map[string]any{"password": password}); status != http.StatusOK {
			t.Fatalf("a change of %s was answered %d", name, status)
		}
	}
	through("gus", passwords["new"])
	through("ada", passwords["new"])
	if found := look(0); len(found) != 0 {
		t.Errorf("with nothing but the gateway: %+v", found)
	}
	// The last change of ada through the gateway is a moment ago: it explains that
	// one write, and not this.
	through("gus", passwords["old"])
	if err := c.set(ctx, Account{Name: "ada", Password: passwords["old"]}); err != nil {
		t.Fatal(err)
	}
	found := look(2)
	if len(found) != 1 || found[0].User != "ada" {
		text, _ := json.Marshal(found)
		t.Errorf("with a change of ada around the gateway: %s", text)
	}
}
