// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/passgate/passgate/module/review"
)

// writeOverAge looks for accounts whose newest applied change on the trail is
// too long ago at the period's end. Accounts that the trail has never seen a
// change of can't be in it.
func writeOverAge(ctx context.Context, in *Input, r *Report) error {
	if in.MaxAge <= 0 {
		return nil
	}
	end := r.Scope.To
	o := &r.OverAge
	o.Days = int(in.MaxAge.Hours() / 24)
	changed := make(map[string]time.Time)
	f := review.Filter{Period: review.Period{Until: in.Period.Until}, Changes: true}.With(review.Outcome, "applied")
	err := in.View.Each(ctx, f, func(b *review.Brief) {
		if b.Value(review.Secret) == "none" {
			return // the user was changed, his password wasn't
		}
		cluster := b.Value(review.Cluster)
		for _, target := range review.Parts(b.Value(review.Target)) {
			if target != "" {
				changed[cluster+"\xff"+target] = b.Time()
			}
		}
	})
	if err != nil {
		return err
	}
	o.Seen = len(changed)
	for key, at := range changed {
		if age := end.Sub(at); age > in.MaxAge {
			cluster, name, _ := strings.Cut(key, "\xff")
			o.Accounts = append(o.Accounts, OldEntry{cluster, name, at, int(age.Hours() / 24)})
		}
	}
	o.Count = len(o.Accounts)
	slices.SortFunc(o.Accounts, func(a, b OldEntry) int {
		return cmp.Or(a.Changed.Compare(b.Changed), cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Name, b.Name))
	})
	o.Accounts = o.Accounts[:min(len(o.Accounts), maxListed)]
	return nil
}
