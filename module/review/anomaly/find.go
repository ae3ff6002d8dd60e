// SPDX-License-Identifier: Apache-2.0

package anomaly

import (
	"context"
	"fmt"
	"slices"
	"strings"
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

	seen map[uint32]bool // accounts, while it grows
}

// rest adds a record the finding rests on.
func (f *Finding) rest(place int64) {
	if len(f.Records) == maxRecords {
		f.Records = slices.Delete(f.Records, maxRecords/2, maxRecords/2+1)
	}
	f.Records = append(f.Records, place)
}

func (f *Finding) begin(items []item) {
	f.From, f.seen = items[0].at, make(map[uint32]bool)
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
		edges:    make(map[[3]uint32]*run), accounts: make(map[uint32]*run), unreadable: make(map[uint32]*run), exempt: make(map[uint32]bool),
	}
	err := v.Each(ctx, review.Filter{Period: p, Changes: true}, d.look)
	if err != nil {
		return nil, fmt.Errorf("looking for anomalies: %w", err)
	}
	for _, group := range []map[uint32]*run{d.accounts, d.unreadable} {
		for _, r := range group {
			d.close(r)
		}
	}
	slices.SortFunc(d.found, func(a, b Finding) int { return a.From.Compare(b.From) })
	return d.found, nil
}

// detector keeps, for each account and address, what happened lately. It goes
// through every change, so it compares numbers and not texts.
type detector struct {
	settings   *Settings
	edges      map[[3]uint32]*run // by cluster, actor and target
	accounts   map[uint32]*run    // by address
	unreadable map[uint32]*run    // by address
	exempt     map[uint32]bool    // by actor
	found      []Finding
}

// exempts asks the settings once for each actor.
func (d *detector) exempts(b *review.Brief) bool {
	if len(d.settings.Exempt) == 0 || !b.Verified() {
		return false
	}
	actor := b.Number(review.Actor)
	exempt, known := d.exempt[actor]
	if !known {
		exempt = d.settings.exempts(b)
		d.exempt[actor] = exempt
	}
	return exempt
}

func (d *detector) look(b *review.Brief) {
	if d.exempts(b) {
		return
	}
	outcome, cause := audit.Outcome(b.Value(review.Outcome)), audit.Cause(b.Value(review.Cause))
	it := item{b.Place, b.Time(), b.Number(review.Target)}
	address := b.Number(review.Address)
	if cause == audit.CauseUnreadable || cause == audit.CauseBothFields {
		d.lookUnreadable(b, address, it)
	}
	// Who changes his own password and succeeds is no intruder, and behind a
	// portal such as Kibana everybody comes from one address.
	own := b.Self() && (outcome == audit.Applied || outcome == audit.Unchanged)
	if address != 0 && it.target != 0 && !own {
		d.lookAccounts(b, address, it)
	}
	if it.target == 0 {
		return
	}
	key := [3]uint32{b.Number(review.Cluster), b.Number(review.Actor), it.target}
	switch {
	case cause == audit.CausePolicy && b.Enforced() && b.Value(review.Verdict) == string(audit.Deny):
		d.edge(key, it)
	case outcome == audit.Applied && d.edges[key] != nil:
		d.reached(key, it, b)
	}
}

// edge counts one more refusal.
func (d *detector) edge(key [3]uint32, it item) {
	r := d.edges[key]
	if r == nil {
		r = new(run)
		d.edges[key] = r
	}
	r.add(it, d.settings.Edge.Within)
}

// reached: after its refusals the account got its password.
func (d *detector) reached(key [3]uint32, it item, b *review.Brief) {
	r := d.edges[key]
	delete(d.edges, key)
	r.trim(it.at, d.settings.Edge.Within)
	items := r.items()
	if len(items) < d.settings.Edge.Count {
		return
	}
	actor, target := review.Parts(b.Value(review.Actor))[0], strings.Join(review.Parts(b.Value(review.Target)), ", ")
	f := Finding{Kind: Edge, Actor: actor, Target: target, Address: b.Value(review.Address), Count: len(items), From: items[0].at, Until: it.at}
	f.Text = fmt.Sprintf("the policy refused %d passwords for %s within %s, then one went through", f.Count, target, short(f.Until.Sub(f.From)))
	for _, i := range append(slices.Clone(items), it) {
		f.rest(i.place)
	}
	d.found = append(d.found, f)
}

func (d *detector) lookAccounts(b *review.Brief, address uint32, it item) {
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
		r.finding = &Finding{Kind: Accounts, Address: b.Value(review.Address)}
		r.finding.begin(r.items())
	}
}

func (d *detector) lookUnreadable(b *review.Brief, address uint32, it item) {
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
		r.finding = &Finding{Kind: Unreadable, Address: b.Value(review.Address)}
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
