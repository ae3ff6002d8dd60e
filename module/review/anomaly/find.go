// SPDX-License-Identifier: Apache-2.0

package anomaly

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// Kind is a kind of anomaly.
type Kind string

// The kinds.
const (
	Edge       Kind = "edge"
	Accounts   Kind = "accounts"
	Unreadable Kind = "unreadable"
)

// Finding is one anomaly and the records it rests on.
type Finding struct {
	Kind     Kind      `json:"kind"`
	Text     string    `json:"text"` // one sentence; names in it are as recorded
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"` // of the last record
	Actor    string    `json:"actor,omitempty"`
	Target   string    `json:"target,omitempty"`
	Address  string    `json:"address,omitempty"`
	Count    int       `json:"count"`              // of refusals, accounts or requests
	Records  []int64   `json:"records"`            // their places, at most 100
	Accounts int       `json:"accounts,omitempty"` // different ones

	seen map[string]bool // accounts, while it grows
}

// rest adds a record the finding rests on.
func (f *Finding) rest(place int64) {
	if len(f.Records) == maxRecords {
		f.Records = slices.Delete(f.Records, maxRecords/2, maxRecords/2+1)
	}
	f.Records = append(f.Records, place)
}

func (f *Finding) begin(items []item) {
	f.From, f.seen = items[0].at, make(map[string]bool)
	for _, it := range items {
		f.grow(it)
	}
}

func (f *Finding) grow(it item) {
	f.Count++
	f.Until = it.at
	f.seen[it.target] = true
	f.rest(it.place)
}

// maxRecords bounds the places a finding lists; the first and the newest are kept.
const maxRecords = 100

// Find looks through the changes of a period, oldest first.
func Find(ctx context.Context, v *review.View, p review.Period, s Settings) ([]Finding, error) {
	s = s.WithDefaults()
	d := &detector{
		settings: &s,
		edges:    make(map[string]*run), accounts: make(map[string]*run), unreadable: make(map[string]*run),
	}
	err := v.Each(ctx, review.Filter{Period: p, Changes: true}, d.look)
	if err != nil {
		return nil, fmt.Errorf("looking for anomalies: %w", err)
	}
	for _, group := range []map[string]*run{d.accounts, d.unreadable} {
		for _, r := range group {
			d.close(r)
		}
	}
	slices.SortFunc(d.found, func(a, b Finding) int { return a.From.Compare(b.From) })
	return d.found, nil
}

// detector keeps, for each account and address, what happened lately.
type detector struct {
	settings   *Settings
	edges      map[string]*run // by cluster, actor and target
	accounts   map[string]*run // by address
	unreadable map[string]*run // by address
	found      []Finding
}

func (d *detector) look(b *review.Brief) {
	if d.settings.exempts(b) {
		return
	}
	verdict, outcome, cause := b.Value(review.Verdict), audit.Outcome(b.Value(review.Outcome)), audit.Cause(b.Value(review.Cause))
	it := item{b.Place, b.Time(), b.Value(review.Target)}
	address := b.Value(review.Address)
	if cause == audit.CauseUnreadable || cause == audit.CauseBothFields {
		d.lookUnreadable(address, it)
	}
	// Who changes his own password and succeeds is no intruder, and behind a
	// portal such as Kibana everybody comes from one address.
	own := b.Self() && (outcome == audit.Applied || outcome == audit.Unchanged)
	if address != "" && it.target != "" && !own {
		d.lookAccounts(address, it)
	}
	if it.target == "" {
		return
	}
	key := b.Value(review.Cluster) + "\xff\xff" + b.Value(review.Actor) + "\xff\xff" + it.target
	switch {
	case verdict == string(audit.Deny) && cause == audit.CausePolicy && b.Enforced():
		d.edge(key, it)
	case outcome == audit.Applied && d.edges[key] != nil:
		d.reached(key, it, b)
	}
}

// edge counts one more refusal.
func (d *detector) edge(key string, it item) {
	r := d.edges[key]
	if r == nil {
		r = new(run)
		d.edges[key] = r
	}
	r.add(it, d.settings.Edge.Within)
}

// reached: after its refusals the account got its password.
func (d *detector) reached(key string, it item, b *review.Brief) {
	r := d.edges[key]
	delete(d.edges, key)
	r.trim(it.at, d.settings.Edge.Within)
	items := r.items()
	if len(items) < d.settings.Edge.Count {
		return
	}
	actor, target := review.Parts(b.Value(review.Actor))[0], it.target
	f := Finding{Kind: Edge, Actor: actor, Target: target, Address: b.Value(review.Address), Count: len(items), From: items[0].at, Until: it.at}
	f.Text = fmt.Sprintf("the policy refused %d passwords for %s within %s, then one went through", f.Count, target, short(f.Until.Sub(f.From)))
	for _, i := range append(slices.Clone(items), it) {
		f.rest(i.place)
	}
	d.found = append(d.found, f)
}

func (d *detector) lookAccounts(address string, it item) {
	r := d.accounts[address]
	if r == nil {
		r = new(run)
		d.accounts[address] = r
	}
	d.closeAfter(r, it.at, d.settings.Accounts.Within)
	r.add(it, d.settings.Accounts.Within)
	if r.finding != nil {
		r.finding.grow(it)
		return
	}
	if len(r.targets) >= d.settings.Accounts.Count {
		r.finding = &Finding{Kind: Accounts, Address: address}
		r.finding.begin(r.items())
	}
}

func (d *detector) lookUnreadable(address string, it item) {
	r := d.unreadable[address]
	if r == nil {
		r = new(run)
		d.unreadable[address] = r
	}
	d.closeAfter(r, it.at, d.settings.Unreadable.Within)
	r.add(it, d.settings.Unreadable.Within)
	if r.finding != nil {
		r.finding.grow(it)
		return
	}
	if items := r.items(); len(items) >= d.settings.Unreadable.Count {
		r.finding = &Finding{Kind: Unreadable, Address: address}
		r.finding.begin(items)
	}
}

// closeAfter ends a series that has been quiet for as long as the threshold.
func (d *detector) closeAfter(r *run, at time.Time, within time.Duration) {
	if r.finding != nil && at.Sub(r.finding.Until) > within {
		d.close(r)
		*r = run{}
	}
}

func (d *detector) close(r *run) {
	if r.finding == nil {
		return
	}
	f := *r.finding
	r.finding = nil
	f.Accounts = len(f.seen)
	switch f.Kind {
	case Accounts:
		f.Text = fmt.Sprintf("%s asked for the passwords of %d accounts within %s", f.Address, f.Accounts, short(f.Until.Sub(f.From)))
	case Unreadable:
		f.Text = fmt.Sprintf("%s sent %d requests within %s that could not be read in one way only, or carried both password and hash", f.Address, f.Count, short(f.Until.Sub(f.From)))
	}
	f.seen = nil
	d.found = append(d.found, f)
}

func short(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", int(d.Seconds())+1)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes())+1)
	}
	return fmt.Sprintf("%d hours", int(d.Hours())+1)
}
