// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// writeChanges goes once through the changes and counts everything.
func writeChanges(ctx context.Context, in *Input, r *Report) error {
	c := newCounter(in, r)
	if err := in.View.Each(ctx, review.Filter{Period: in.Period, Changes: true}, c.look); err != nil {
		return err
	}
	c.finish()
	return nil
}

// counter adds up what the changes are.
type counter struct {
	in       *Input
	report   *Report
	actors   map[string]bool
	targets  map[string]bool
	days     map[string]*Day
	people   map[string]*person
	accounts map[string]*Account // privileged, by cluster and name
	clusters map[string]*clusterTime
	kinds    map[string]*Exception
	exempt   map[string]*Exemption
}

type person struct {
	Person
	accounts map[string]bool
}

func newCounter(in *Input, r *Report) *counter {
	r.Totals.Outcomes, r.Totals.Verdicts = make(map[string]int64), make(map[string]int64)
	r.Totals.Causes, r.Totals.Rules = make(map[string]int64), make(map[string]int64)
	return &counter{
		in: in, report: r, actors: make(map[string]bool), targets: make(map[string]bool), days: make(map[string]*Day),
		people: make(map[string]*person), accounts: make(map[string]*Account), clusters: make(map[string]*clusterTime),
		kinds: make(map[string]*Exception), exempt: make(map[string]*Exemption),
	}
}

// change is one change, with the values that are needed again and again.
type change struct {
	*review.Brief
	outcome audit.Outcome
	cause   audit.Cause
	denied  bool // and that counted
	wouldBe bool // it would have been denied
	applied bool
	took    bool // applied, or accepted to be carried out later
	targets []string
	actor   []string
	cluster string
}

func newChange(b *review.Brief) *change {
	c := &change{
		Brief: b, outcome: audit.Outcome(b.Value(review.Outcome)), cause: audit.Cause(b.Value(review.Cause)),
		actor: review.Parts(b.Value(review.Actor)), cluster: b.Value(review.Cluster),
	}
	if t := b.Value(review.Target); t != "" {
		c.targets = review.Parts(t)
	}
	deny := b.Value(review.Verdict) == string(audit.Deny)
	c.denied, c.wouldBe = deny && b.Enforced(), deny && !b.Enforced()
	c.applied = c.outcome == audit.Applied
	c.took = c.applied || c.outcome == audit.Pending
	return c
}

func (n *counter) look(b *review.Brief) {
	c := newChange(b)
	n.total(c)
	n.day(c)
	n.cluster(c)
	n.exceptions(c)
	if c.applied && !c.Self() {
		n.other(c)
	}
	for _, target := range c.targets {
		if review.MatchAny(n.in.Settings.Privileged, target) {
			n.privileged(c, target)
		}
	}
}

func (n *counter) total(c *change) {
	t := &n.report.Totals
	t.Changes++
	t.Outcomes[string(c.outcome)]++
	t.Verdicts[c.Value(review.Verdict)]++
	n.actors[c.actor[0]] = true
	for _, target := range c.targets {
		n.targets[c.cluster+"\xff"+target] = true
	}
	switch {
	case c.denied:
		t.Causes[string(c.cause)]++
		if rules := c.Value(review.Rule); rules != "" && c.cause == audit.CausePolicy {
			for _, rule := range review.Parts(rules) {
				t.Rules[rule]++
			}
		}
	case c.wouldBe, c.Value(review.Rehearsed) != "", c.Value(review.NextRule) != "":
		t.Rehearsed++
	}
	if !c.applied {
		return
	}
	if c.Self() {
		t.Own++
	} else {
		t.Others++
	}
	if !c.Verified() {
		t.Claimed++
	}
}

func (n *counter) day(c *change) {
	date := c.Time().Format(time.DateOnly)
	d := n.days[date]
	if d == nil {
		d = &Day{Date: date}
		n.days[date] = d
	}
	switch c.outcome {
	case audit.Applied, audit.Unchanged, audit.Pending:
		d.Applied++
	case audit.Denied:
		d.Refused++
	case audit.Failed, audit.Unauthenticated:
		d.Failed++
	default:
		d.Unknown++
	}
}

func (n *counter) other(c *change) {
	key := c.Value(review.Actor)
	p := n.people[key]
	if p == nil {
		p = &person{Person: Person{Name: c.actor[0]}, accounts: make(map[string]bool)}
		if len(c.actor) > 1 {
			p.Initiator = c.actor[1]
		}
		n.people[key] = p
	}
	p.Applied++
	for _, target := range c.targets {
		p.accounts[c.cluster+"\xff"+target] = true
	}
}

func (n *counter) privileged(c *change, target string) {
	key := c.cluster + "\xff" + target
	a := n.accounts[key]
	if a == nil {
		a = &Account{Cluster: c.cluster, Name: target}
		n.accounts[key] = a
	}
	switch {
	case c.took:
		a.Applied++
		a.Last = c.Time()
		if !slices.Contains(a.By, c.actor[0]) {
			a.By = append(a.By, c.actor[0])
		}
		n.report.Totals.Privileged++
	case c.denied:
		a.Refused++
	}
	a.Records = addPlace(a.Records, c.Place)
}

func (n *counter) finish() {
	r := n.report
	r.Totals.Actors, r.Totals.Accounts = len(n.actors), len(n.targets)
	n.finishDays()
	for _, p := range n.people {
		p.Accounts = len(p.accounts)
		r.Others = append(r.Others, p.Person)
	}
	slices.SortFunc(r.Others, func(a, b Person) int {
		return cmp.Or(cmp.Compare(b.Applied, a.Applied), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Initiator, b.Initiator))
	})
	for _, a := range n.accounts {
		r.Privileged = append(r.Privileged, *a)
	}
	slices.SortFunc(r.Privileged, func(a, b Account) int {
		return cmp.Or(cmp.Compare(b.Applied, a.Applied), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Cluster, b.Cluster))
	})
	for _, e := range n.exempt {
		r.Exemptions = append(r.Exemptions, *e)
	}
	slices.SortFunc(r.Exemptions, func(a, b Exemption) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Reason, b.Reason))
	})
	for _, name := range slices.Sorted(maps.Keys(n.clusters)) {
		r.Scope.Clusters = append(r.Scope.Clusters, n.clusters[name].finish(&r.Scope, r.Gaps))
	}
	n.finishExceptions()
}

// finishDays lists every day that the trail can tell about, also those without
// a change.
func (n *counter) finishDays() {
	r := n.report
	if r.Scope.From.IsZero() {
		return
	}
	for at := r.Scope.From.Truncate(24 * time.Hour); at.Before(r.Scope.To); at = at.AddDate(0, 0, 1) {
		date := at.Format(time.DateOnly)
		if n.days[date] == nil {
			n.days[date] = &Day{Date: date}
		}
		r.Days = append(r.Days, *n.days[date])
	}
}
