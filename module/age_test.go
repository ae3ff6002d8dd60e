// SPDX-License-Identifier: Apache-2.0

package module

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/passgate/passgate/module/sandbox"
	"github.com/passgate/passgate/policy/history"
)

// accounts reads the metrics about ages as "name policy/cluster": value.
func accounts(t *testing.T, from prometheus.Gatherer) map[string]float64 {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]float64)
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "passgate_accounts") {
			continue
		}
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			found[fmt.Sprintf("%s %s", f.GetName(), strings.Join(labels, " "))] = m.GetGauge().GetValue()
		}
	}
	return found
}

// max_age counts who is over age: by policy and cluster, of whom the cluster has
// applied a change, by password or hash, and never by name.
func TestMaxAgeMetric(t *testing.T) {
	es := sandbox.NewElasticsearch(sandbox.Options{})
	es.AddUser("boss", boss, "superuser")
	es.AddUser("bob", oldPassword)
	es.AddUser("eve", oldPassword)
	r := statefulRig(t, "max_age 90d\n\t\t\tallow_hash bcrypt 4", serve(t, es))
	for _, c := range []struct {
		path, user, password, body string
		status                     int
	}{
		{bobPath, "boss", boss, `{"password":"password-1"}`, 200},
		{bobPath, "boss", boss, `{"password":"password-2"}`, 200}, // still one account
		{"/_security/user/eve/_password", "boss", boss, `{"password_hash":"$2a$04$` + strings.Repeat("a", 53) + `"}`, 200},
		{"/_security/user/nobody/_password", "boss", boss, `{"password":"password-1"}`, 400},
		{"/_security/user/boss/_password", "eve", "wrong", `{"password":"password-1"}`, 401},
	} {
		if res := r.change("PUT", c.path, c.user, c.password, c.body); res.status != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.path, res.status, c.status, res.body)
		}
	}
	const labels = " cluster=es policy=staff"
	want := map[string]float64{"passgate_accounts" + labels: 2, "passgate_accounts_over_age" + labels: 0}
	active := caddy.ActiveContext()
	if got := accounts(t, active.GetMetricsRegistry()); !maps.Equal(got, want) {
		t.Errorf("today: %v, want %v", got, want)
	}
	app, err := active.App("password_policy")
	if err != nil {
		t.Fatal(err)
	}
	later := &ages{book: app.(*App).book, policies: app.(*App).policies, keep: time.Hour}
	for _, c := range []struct {
		days int
		over float64
	}{{89, 0}, {91, 2}} {
		if err := later.look(time.Now().AddDate(0, 0, c.days)); err != nil {
			t.Fatal(err)
		}
		later.counted = time.Now()
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(later)
		if got := accounts(t, registry)["passgate_accounts_over_age"+labels]; got != c.over {
			t.Errorf("in %d days: %v over age, want %v", c.days, got, c.over)
		}
	}
	later.policies = slices.DeleteFunc(slices.Clone(later.policies), countsAges)
	if err := later.look(time.Now()); err != nil || len(later.counts) != 0 {
		t.Errorf("without max_age: %v, error %v", later.counts, err)
	}
}

// Sent again, the password in force grows older.
func TestAgeOfTheSameAgain(t *testing.T) {
	_, upstream := elastic(t)
	r := statefulRig(t, "max_age 90d\n\t\t\thistory 3", upstream)
	times := make(map[time.Time]bool)
	for range 2 {
		if res := own(r, oldPassword, "password-1"); res.status != 200 && res.status != 401 {
			t.Fatalf("status %d: %s", res.status, res.body)
		}
		if res := own(r, "password-1", "password-1"); res.status != 200 {
			t.Fatalf("status %d: %s", res.status, res.body)
		}
		active := caddy.ActiveContext()
		app, err := active.App("password_policy")
		if err != nil {
			t.Fatal(err)
		}
		records := app.(*App).book
		if err := records.file.Each(func(rec history.Record) { times[rec.Set.At] = true }); err != nil {
			t.Fatal(err)
		}
	}
	if len(times) != 1 {
		t.Errorf("its age began %d times", len(times))
	}
}
