// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// Options says how the two are compared.
type Options struct {
	Skew     time.Duration // how far the clocks may be apart; default 5 s
	Gateways []string      // addresses from which the cluster sees the gateway
	Since    time.Time     // compare from here on; zero: from the log's first event
	Until    time.Time
}

// Report is what the comparison found.
type Report struct {
	Events    int       `json:"events"` // in the cluster's log
	Since     time.Time `json:"since"`  // what was compared
	Until     time.Time `json:"until"`
	Seen      int       `json:"seen"`    // changes of users the cluster tells of
	Matched   int       `json:"matched"` // of them, those on the trail
	Forwarded int       `json:"forwarded"`

	// Bypasses are changes the cluster saw and the trail doesn't have.
	Bypasses []Seen `json:"bypasses,omitempty"`
	// Unexplained came from a gateway's address, and may be of a kind that is
	// forwarded without a record; or is perhaps a deletion.
	Unexplained []Seen `json:"unexplained,omitempty"`
	// Unconfirmed are on the trail as applied, and not in the cluster's log.
	Unconfirmed []Ours   `json:"unconfirmed,omitempty"`
	Gaps        []string `json:"gaps,omitempty"`
}

// ExitCode is 1 if something bypassed the gateway, 2 if the logs leave
// questions, else 0.
func (r *Report) ExitCode() int {
	switch {
	case len(r.Bypasses) > 0:
		return 1
	case len(r.Unexplained)+len(r.Gaps) > 0:
		return 2
	}
	return 0
}

const defaultSkew = 5 * time.Second

// Join compares the cluster's log with the trail in dir. A change on the trail
// explains one event, or one for each of its targets where events name those.
func Join(log *Log, dir, cluster string, o Options) (*Report, error) {
	if o.Skew == 0 {
		o.Skew = defaultSkew
	}
	since, until := log.First, log.Last
	if o.Since.After(since) {
		since = o.Since
	}
	if !o.Until.IsZero() && o.Until.Before(until) {
		until = o.Until
	}
	ours, err := Trail(dir, cluster, since, until.Add(time.Second))
	if err != nil {
		return nil, err
	}
	if clusters := clustersOf(ours); len(clusters) > 1 {
		return nil, fmt.Errorf("the trail tells of changes at %q: say with --cluster whose log this is, else those of one would explain those of another", clusters)
	}
	r := &Report{Events: log.Events, Since: since, Until: until, Forwarded: len(ours)}
	for _, g := range log.Gaps {
		if g.within(since, until) {
			r.Gaps = append(r.Gaps, g.Text)
		}
	}
	for _, s := range surestFirst(log.Seen) {
		if s.Time.Before(since) || s.Time.After(until) {
			continue
		}
		if s.deletion && refused(s.others, ours, o.Skew) {
			continue // then it was one
		}
		r.Seen++
		switch m := best(s, ours, o.Skew); {
		case m != nil:
			m.explain(s)
			r.Matched++
		case s.deletion, slices.Contains(o.Gateways, s.Address) && !s.Certain:
			r.Unexplained = append(r.Unexplained, s)
		default:
			r.Bypasses = append(r.Bypasses, s)
		}
	}
	byTime := func(x, y Seen) int { return x.Time.Compare(y.Time) }
	slices.SortStableFunc(r.Bypasses, byTime)
	slices.SortStableFunc(r.Unexplained, byTime)
	for _, m := range ours {
		if m.effective() && m.used == 0 && !m.From.Before(since) && !m.To.After(until) {
			r.Unconfirmed = append(r.Unconfirmed, *m)
		}
	}
	return r, nil
}

// surestFirst puts events that may have been one of several last: any change
// explains them, and they must not take it away from the others.
func surestFirst(seen []Seen) []Seen {
	sorted := slices.Clone(seen)
	unsure := func(s Seen) int { return min(1, len(s.others)) }
	slices.SortStableFunc(sorted, func(x, y Seen) int { return unsure(x) - unsure(y) })
	return sorted
}

// refused reports whether each request is on the trail as one that the cluster
// said no to.
func refused(requests []Seen, ours []*Ours, skew time.Duration) bool {
	for _, s := range requests {
		if !slices.ContainsFunc(ours, func(m *Ours) bool { return m.Outcome == audit.Failed && m.concerns(s, skew) }) {
			return false
		}
	}
	return true
}

// best finds the change on the trail that explains an event: the right target
// and actor as far as both are told, within the time it took, and of several
// the one with the same X-Opaque-Id, else the one that was concluded first.
func best(s Seen, ours []*Ours, skew time.Duration) *Ours {
	var found *Ours
	for _, m := range ours {
		if !m.explains(s, skew) {
			continue
		}
		if s.OpaqueID != "" && m.OpaqueID == s.OpaqueID {
			return m
		}
		if found == nil || m.better(found) {
			found = m
		}
	}
	return found
}

// explain uses a change up, for one of its targets where the event names it.
func (o *Ours) explain(s Seen) {
	o.used++
	if s.Target == "" {
		o.whole = true
		return
	}
	if o.done == nil {
		o.done = make(map[string]bool)
	}
	o.done[audit.Name(s.Target)] = true
}

func (o *Ours) explains(s Seen, skew time.Duration) bool {
	switch {
	case o.whole || o.used > 0 && s.Target == "" || o.used > 0 && o.done[audit.Name(s.Target)]:
		return false // one write of each of its users
	case o.used > 0 && o.used >= len(o.Targets):
		return false
	case s.written && o.Outcome == audit.Failed:
		return false // the cluster said no to this one, and has written something
	case s.Certain && o.Secret == audit.SecretNone:
		return false // this one set no password
	}
	return o.concerns(s, skew)
}

// concerns reports whether times and names fit.
func (o *Ours) concerns(s Seen, skew time.Duration) bool {
	if s.Time.Before(o.From.Add(-skew)) || s.Time.After(o.To.Add(skew)) {
		return false
	}
	if s.Actor != "" && o.Actor != "" && audit.Name(s.Actor) != o.Actor {
		return false
	}
	return s.Target == "" || len(o.Targets) == 0 || slices.Contains(o.Targets, audit.Name(s.Target))
}

// better prefers changes that surely took effect, then the earlier.
func (o *Ours) better(than *Ours) bool {
	if o.effective() != than.effective() {
		return o.effective()
	}
	return o.To.Before(than.To)
}
