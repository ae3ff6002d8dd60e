// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/policy"
)

// writeOverAge looks for accounts whose newest applied change on the trail is
// too long ago at the period's end. Accounts that the trail has never seen a
// change of can't be in it.
func writeOverAge(ctx context.Context, in *Input, r *Report) error {
	limit, err := ageLimit(ctx, in, r)
	if err != nil || limit == nil {
		return err
	}
	end := r.Scope.To
	o := &r.OverAge
	o.Days = int(in.MaxAge.Hours() / 24)
	changed := make(map[string]lastSet)
	f := review.Filter{Period: review.Period{Until: in.Period.Until}, Changes: true}.With(review.Outcome, "applied")
	err = in.View.Each(ctx, f, func(b *review.Brief) {
		if b.Value(review.Secret) == "none" {
			return // the user was changed, his password wasn't
		}
		cluster, name := b.Value(review.Cluster), ""
		if judge := review.Parts(b.Value(review.Policy)); len(judge) > 0 {
			name = judge[0]
		}
		for _, target := range review.Parts(b.Value(review.Target)) {
			if target != "" {
				changed[cluster+"\xff"+target] = lastSet{b.Time(), name}
			}
		}
	})
	if err != nil {
		return err
	}
	for key, last := range changed {
		most := limit(last.policy)
		if most == 0 {
			continue // nobody asks for an age
		}
		o.Seen++
		if age := end.Sub(last.at); age > most {
			cluster, name, _ := strings.Cut(key, "\xff")
			o.Accounts = append(o.Accounts, OldEntry{cluster, name, last.at, int(age.Hours() / 24), int(most.Hours() / 24)})
		}
	}
	o.Count = len(o.Accounts)
	slices.SortFunc(o.Accounts, func(a, b OldEntry) int {
		return cmp.Or(a.Changed.Compare(b.Changed), cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Name, b.Name))
	})
	o.Accounts = o.Accounts[:min(len(o.Accounts), maxListed)]
	return nil
}

// lastSet is when an account's password was last set, and which policy judged it.
type lastSet struct {
	at     time.Time
	policy string
}

// ageLimit is the age that each policy allows: one for all where the report was
// given one, else what the policies themselves say, in their newest text before
// the period's end. It is nil if nobody asks for an age.
func ageLimit(ctx context.Context, in *Input, r *Report) (func(policy string) time.Duration, error) {
	if in.MaxAge > 0 {
		return func(string) time.Duration { return in.MaxAge }, nil
	}
	texts, err := policyTexts(ctx, in)
	if err != nil {
		return nil, err
	}
	limits := make(map[string]time.Duration)
	for _, p := range texts { // oldest first
		limits[p.Name] = policy.MaxAgeIn(p.Text)
	}
	for _, limit := range limits {
		if limit > 0 {
			r.OverAge.ByPolicy = true
			return func(name string) time.Duration { return limits[name] }, nil
		}
	}
	return nil, nil
}
