// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// Rollout is what is left to fix before a policy can be enforced.
type Rollout struct {
	Lines   []RolloutLine `json:"lines"`
	Seen    int           `json:"accounts_seen"`
	Known   int           `json:"accounts_known"` // 0: no list was given
	Covered int           `json:"accounts_covered"`
	Missing []string      `json:"accounts_missing,omitempty"` // known, but never seen
}

// RolloutLine is one actor, with one client, breaking one rule.
type RolloutLine struct {
	Actor     string    `json:"actor"`
	Client    string    `json:"client"`
	Rule      string    `json:"rule"`      // or the cause, where no rule was broken
	Enforced  int64     `json:"enforced"`  // refused
	Rehearsed int64     `json:"rehearsed"` // let through, but would be refused
	Accounts  int       `json:"accounts"`
	Last      time.Time `json:"last"`
	Fix       string    `json:"fix"`

	accounts map[string]bool
}

// fixes say what to do about it, by rule or cause.
var fixes = map[string]string{
	"min_length": "use longer passwords; generators: raise the length", "max_bytes": "use shorter passwords: the cluster ignores the rest",
	"blocklist": "don't use common passwords; use a generator", "username": "don't build passwords from the user's name",
	"allow_hash": "send the password instead of its hash, or have the hash allowed for this account",
	"hash":       "send the password instead of its hash, or have the hash allowed for this account", "both_fields": "send the password only, not its hash beside it",
	"unreadable": "send plain JSON in UTF-8, once, without unknown members", "forbidden": "use another operation, or have this one allowed",
	"unavailable": "nothing to fix at the client; see the gateway's health",
}

// BuildRollout counts what is refused, and what would be, by actor, client and
// rule. Only actors that fit the pattern count; empty fits all.
func BuildRollout(ctx context.Context, v *review.View, p review.Period, actor string, known []string) (*Rollout, error) {
	f := review.Filter{Period: p, Changes: true}
	if actor != "" {
		f.Terms = map[review.Column][]string{review.Actor: {actor}}
	}
	all, seen := make(map[[3]string]*RolloutLine), make(map[string]bool)
	err := v.Each(ctx, f, func(b *review.Brief) {
		targets := review.Parts(b.Value(review.Target))
		for _, t := range targets {
			if t != "" {
				seen[t] = true
			}
		}
		denied := b.Value(review.Verdict) == string(audit.Deny)
		why := rulesOf(b, review.Rule)
		if denied && len(why) == 0 {
			why = []string{b.Value(review.Cause)}
		}
		if denied {
			enter(all, b, why, targets, b.Enforced())
		}
		enter(all, b, append(rulesOf(b, review.Rehearsed), rulesOf(b, review.NextRule)...), targets, false)
	})
	if err != nil {
		return nil, err
	}
	out := &Rollout{Lines: []RolloutLine{}, Seen: len(seen), Known: len(known)}
	for _, l := range all {
		l.Accounts = len(l.accounts)
		out.Lines = append(out.Lines, *l)
	}
	slices.SortFunc(out.Lines, func(a, b RolloutLine) int {
		return cmp.Or(cmp.Compare(b.Enforced+b.Rehearsed, a.Enforced+a.Rehearsed), cmp.Compare(a.Actor, b.Actor), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Client, b.Client))
	})
	for _, name := range known {
		if seen[audit.Name(name)] {
			out.Covered++
		} else {
			out.Missing = append(out.Missing, name)
		}
	}
	return out, nil
}

func rulesOf(b *review.Brief, c review.Column) []string {
	if v := b.Value(c); v != "" {
		return review.Parts(v)
	}
	return nil
}

func enter(all map[[3]string]*RolloutLine, b *review.Brief, why, targets []string, enforced bool) {
	actor, client := review.Parts(b.Value(review.Actor))[0], b.Value(review.Agent)
	for _, w := range slices.Compact(slices.Sorted(slices.Values(why))) {
		key := [3]string{actor, client, w}
		l := all[key]
		if l == nil {
			l = &RolloutLine{Actor: actor, Client: client, Rule: w, Fix: fixes[w], accounts: make(map[string]bool)}
			all[key] = l
		}
		if enforced {
			l.Enforced++
		} else {
			l.Rehearsed++
		}
		l.Last = b.Time()
		for _, t := range targets {
			l.accounts[t] = true
		}
	}
}
