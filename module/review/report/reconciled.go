// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// Reconciliation is the last comparison of the trail with what a cluster tells
// about its users, see `passgate audit reconcile`. It may have been made after
// the period, which is why it says what it covers.
type Reconciliation struct {
	Time  time.Time `json:"time"`
	Place int64     `json:"place"`
	By    string    `json:"by"`
	audit.Reconciled
}

// Sentence says what the comparison found.
func (r Reconciliation) Sentence() string {
	text := fmt.Sprintf("%s told by the cluster, %d on the trail; ", plural(r.Seen, "change"), r.Matched)
	if r.Bypasses == 0 {
		text += "none bypassed the gateway"
	} else {
		text += fmt.Sprintf("%d bypassed the gateway", r.Bypasses)
	}
	if r.Unexplained > 0 {
		text += fmt.Sprintf("; %d unexplained", r.Unexplained)
	}
	if r.Gaps > 0 {
		text += "; " + plural(r.Gaps, "gap") + " in the cluster's log"
	}
	return text
}

// Reconciled finds the last comparison for each cluster, at any time.
func Reconciled(ctx context.Context, v *review.View) ([]Reconciliation, error) {
	f := review.Filter{Terms: map[review.Column][]string{review.Code: {string(audit.CodeReconciled), string(audit.CodeBypass)}}}
	a, err := v.Find(ctx, f, review.Page{Oldest: true})
	if err != nil {
		return nil, err
	}
	last := make(map[string]Reconciliation)
	for _, found := range a.Found {
		if n := found.Record.Notice; found.Err == nil && n != nil && n.Reconciled != nil {
			last[n.Reconciled.Cluster] = Reconciliation{found.Record.Time, found.Place, n.By, *n.Reconciled}
		}
	}
	all := make([]Reconciliation, 0, len(last))
	for _, r := range last {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Reconciliation) int { return cmp.Compare(a.Cluster, b.Cluster) })
	return all, nil
}

func writeReconciled(ctx context.Context, in *Input, r *Report) (err error) {
	r.Reconciled, err = Reconciled(ctx, in.View)
	return err
}

// Uncompared are the clusters with changes in the period that were never
// compared.
func (r *Report) Uncompared() []string {
	var names []string
	for _, c := range r.Scope.Clusters {
		if !slices.ContainsFunc(r.Reconciled, func(x Reconciliation) bool { return x.Cluster == "" || x.Cluster == c.Name }) {
			names = append(names, c.Name)
		}
	}
	return names
}
