// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"slices"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// kind is a kind of exception, worded for people who haven't read the manual.
type kind struct{ name, title, meaning string }

// kinds are in the order of the report: the gravest first.
var kinds = []kind{
	{"bypass", "Changes that bypassed the gateway", "A cluster's own log tells of changes of users that never passed here: passgate audit reconcile lists them. Close the way they took."},
	{"both_fields", "Password and hash in one request", "What would have been judged is not what would have counted. No ordinary client sends this: it is an attempt to get around the policy."},
	{"unreadable", "Requests with two readings", "The gateway and the cluster might have understood them differently, so they were refused. Single ones are mistakes; several from one source may be somebody looking for a way around."},
	{"hash", "Hashes that can't be judged", "A password's hash was sent instead of the password. It was refused because no policy can judge it."},
	{"forbidden", "Operations that are not allowed here", "They set passwords nobody can judge: generated ones, rollbacks, switching security off."},
	{"privileged", "Privileged accounts changed by somebody else", "Accounts that can change security itself."},
	{"in_doubt", "In doubt", "The gateway stopped between the request and the cluster's answer, or no answer came: the change may or may not have happened. Compare with the cluster."},
	{"open", "Without an outcome", "The decision is on the trail, its outcome isn't (yet)."},
	{"unavailable", "Refused because something was down", "The trail, the history or the cluster's answer to who is asking."},
	{"monitor", "Let through by monitor mode", "The policy would have refused these changes, but was only being rehearsed."},
	{"claimed", "Applied for actors nobody has verified", "Their credentials could not be replayed, or identification is switched off: the name is a claim."},
	{"outage", "Times without recording", "The trail could not be written; the changes of that time were refused."},
	{"flood", "Floods", "Refusals of one source that were counted instead of recorded one by one."},
	{"damage", "Damage to the trail's files", "A file was missing, replaced, cut, or failing, or an unfinished end was cut off after a crash."},
	{"key", "Change of the signing key", "Write the new verifier key down."},
	{"retired", "Records taken away", "Archived or removed on purpose; their hashes stay, and proofs stay valid."},
	{"clock", "Clock set", "Times before and after don't compare."},
}

// codeKinds are the exceptions among notices.
var codeKinds = map[audit.Code]string{
	audit.CodeRefused: "outage", audit.CodeFlood: "flood", audit.CodeDamage: "damage", audit.CodeTorn: "damage",
	audit.CodeBypass: "bypass", audit.CodeKey: "key", audit.CodeRetired: "retired", audit.CodeClock: "clock",
}

// except counts a record for a kind of exception.
func (n *counter) except(name string, place int64) {
	e := n.kinds[name]
	if e == nil {
		e = &Exception{Kind: name}
		n.kinds[name] = e
	}
	e.Count++
	e.Records = addPlace(e.Records, place)
}

func (n *counter) exceptions(c *change) {
	if c.denied {
		switch c.cause {
		case audit.CauseBothFields, audit.CauseUnreadable, audit.CauseHash, audit.CauseForbidden, audit.CauseUnavailable:
			n.except(string(c.cause), c.Place)
		}
	}
	switch {
	case c.outcome == audit.Unknown:
		n.except("in_doubt", c.Place)
	case c.outcome == "":
		n.except("open", c.Place)
	}
	if c.wouldBe && c.outcome != audit.Denied {
		n.except("monitor", c.Place)
	}
	if c.applied && !c.Verified() {
		n.except("claimed", c.Place)
	}
	if c.took && !c.Self() {
		for _, target := range c.targets {
			if review.MatchAny(n.in.Settings.Privileged, target) {
				n.except("privileged", c.Place)
				break
			}
		}
	}
	if e := c.Value(review.Exemption); e != "" {
		n.exemption(e, c.Place)
	}
}

func (n *counter) exemption(value string, place int64) {
	e := n.exempt[value]
	if e == nil {
		parts := append(review.Parts(value), "")
		e = &Exemption{Owner: parts[0], Reason: parts[1]}
		n.exempt[value] = e
	}
	e.Count++
	e.Records = addPlace(e.Records, place)
}

// finishExceptions puts them in the report's order.
func (n *counter) finishExceptions() {
	for _, k := range kinds {
		if e := n.kinds[k.name]; e != nil {
			e.Title, e.Meaning = k.title, k.meaning
			n.report.Exceptions = append(n.report.Exceptions, *e)
		}
	}
}

// gravity is a kind's place in the report's order.
func gravity(name string) int {
	return slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
}

// writeNotices adds what the gateway and the trail say about themselves.
func writeNotices(ctx context.Context, in *Input, r *Report) error {
	var codes []string
	for code := range codeKinds {
		codes = append(codes, string(code))
	}
	f := review.Filter{Terms: map[review.Column][]string{review.Code: codes}, Period: in.Period}
	a, err := in.View.Find(ctx, f, review.Page{Oldest: true})
	if err != nil {
		return err
	}
	n := &counter{report: &Report{}, kinds: make(map[string]*Exception)}
	for _, found := range a.Found {
		notice := found.Record.Notice
		if found.Err != nil || notice == nil {
			continue
		}
		n.except(codeKinds[found.Record.Code], found.Place)
		if p := notice.Flood; p != nil {
			r.Totals.Coalesced += p.Count
		}
		if p := notice.Refused; p != nil {
			r.Gaps = append(r.Gaps, Gap{From: p.From, Until: p.Until, Kind: "refusing", Place: found.Place, Text: plural(p.Count, "change") + " refused because the trail could not be written"})
		}
	}
	n.finishExceptions()
	r.Exceptions = append(r.Exceptions, n.report.Exceptions...)
	slices.SortStableFunc(r.Exceptions, func(a, b Exception) int { return gravity(a.Kind) - gravity(b.Kind) })
	sortGaps(r.Gaps)
	return nil
}
