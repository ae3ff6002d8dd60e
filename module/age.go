// SPDX-License-Identifier: Apache-2.0

package module

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
	"github.com/passgate/passgate/policy/history"
)

// aged is a user whose password has an age that somebody counts.
type aged struct {
	user   history.User
	policy string
}

// age notes whose age the change starts anew, by a policy with max_age: also with
// a hash, whose password nobody knows.
func (c *change) age(p *policy.Policy, s *dialect.Secret) {
	if p.MaxAge() > 0 && s.Target != "" {
		c.ages = append(c.ages, aged{history.User{Cluster: c.event.Cluster, Name: s.Target}, p.Name()})
	}
}

// startAges starts them if the cluster has applied the change. Of a password that
// was in force already, the age goes on.
func (c *change) startAges(outcome audit.Outcome) {
	if outcome != audit.Applied || len(c.ages) == 0 || !c.openBook() {
		return
	}
	for _, a := range c.ages {
		if c.wasInForce(a.user) {
			continue
		}
		if err := c.book.NoteSet(a.user, a.policy); err != nil { // the change has happened: it can only be told
			c.h.logger.Error("noting the age of a password failed", zap.String("record", c.event.Change), zap.Error(err))
		}
	}
}

func (c *change) wasInForce(u history.User) bool {
	for _, m := range c.remember {
		if m.user == u {
			return m.inForce
		}
	}
	return false
}

// countsAges reports whether a policy has max_age.
func countsAges(p *policy.Policy) bool { return p.MaxAge() > 0 }

var (
	knownAccounts = prometheus.NewDesc(namespace+"_accounts",
		"Accounts whose password was set through the gateway by a policy with max_age. Deleted ones count until the history file is made anew.",
		[]string{"policy", "cluster"}, nil)
	overAge = prometheus.NewDesc(namespace+"_accounts_over_age",
		"Those of them whose password is older than the policy's max_age.",
		[]string{"policy", "cluster"}, nil)
)

// ages counts accounts over age when it is asked. No label names a user.
type ages struct {
	book     *book
	policies []*policy.Policy
	keep     time.Duration // how long a count is good: a look goes through all users

	mu      sync.Mutex
	counted time.Time
	counts  map[history.Set]tally
}

// tally are the accounts of a policy in a cluster.
type tally struct{ all, over int }

// Describe implements prometheus.Collector.
func (a *ages) Describe(to chan<- *prometheus.Desc) { to <- knownAccounts; to <- overAge }

// Collect implements prometheus.Collector.
func (a *ages) Collect(to chan<- prometheus.Metric) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.counted) >= a.keep {
		if err := a.look(time.Now()); err != nil {
			to <- prometheus.NewInvalidMetric(overAge, err)
			return
		}
	}
	for of, n := range a.counts {
		to <- prometheus.MustNewConstMetric(knownAccounts, prometheus.GaugeValue, float64(n.all), of.Policy, of.Cluster)
		to <- prometheus.MustNewConstMetric(overAge, prometheus.GaugeValue, float64(n.over), of.Policy, of.Cluster)
	}
}

// look goes through all users. A policy that has gone, or has max_age no more,
// counts nobody.
func (a *ages) look(now time.Time) error {
	counts := make(map[history.Set]tally)
	err := a.book.Sets(func(s history.Set) {
		p := find(a.policies, s.Policy)
		if p == nil || !countsAges(p) {
			return
		}
		of := history.Set{Cluster: s.Cluster, Policy: s.Policy}
		n := counts[of]
		n.all++
		if now.Sub(s.At) > p.MaxAge() {
			n.over++
		}
		counts[of] = n
	})
	if err == nil {
		a.counts, a.counted = counts, now
	}
	return err
}
