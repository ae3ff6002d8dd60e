// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"context"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/report"
)

type overview struct {
	frame
	Span      span
	Figures   []figure
	Attention []concern
	Chart     *chart
	PerName   []clusterLine
	Rules     []ranked
	Causes    []ranked
	Newest    []row
	Reviewed  reviewed
	Compared  *report.Reconciliation // the newest comparison with a cluster's log
}

// figure is a number with a word and a link to the records behind it.
type figure struct {
	Name, Value, Note, Link string
}

// ranked is a line of a small table with a bar.
type ranked struct {
	Name, Link string
	Count      int64
	Share      float64 // of the largest, in per cent
}

func overviewPage(r *request) (*answer, error) {
	s, err := r.span("")
	if err != nil {
		return nil, err
	}
	p := &overview{frame: r.frame("", "Overview"), Span: s}
	f := review.Filter{Period: s.Period, Changes: true}
	for _, part := range []func(context.Context, *request, review.Filter) error{
		p.figures, p.concerns, p.timeline, p.clusters, p.reasons, p.newest, p.reviews, p.compared,
	} {
		if err := part(r.Context(), r, f); err != nil {
			return nil, err
		}
	}
	return &answer{template: "overview", data: p}, nil
}

// events links to the events that f selects.
func events(f review.Filter) string {
	q := f.Values()
	q.Del("changes") // the page's own default
	return link("events", q)
}

func (p *overview) figures(ctx context.Context, r *request, f review.Filter) error {
	outcomes, err := r.view.Tally(ctx, f, review.Outcome)
	if err != nil {
		return err
	}
	by := make(map[string]int64)
	var total int64
	for _, t := range outcomes {
		by[t.Value] = t.Count
		total += t.Count
	}
	others := f.With(review.Outcome, "applied")
	others.Self = review.No
	n, err := r.view.Count(ctx, others)
	if err != nil {
		return err
	}
	refused := by[string(audit.Denied)]
	p.Figures = []figure{
		{"changes asked for", thousands(total), "", events(f)},
		{"applied", thousands(by[string(audit.Applied)]), thousands(by[string(audit.Unchanged)]) + " more sent again unchanged", events(f.With(review.Outcome, "applied"))},
		{"refused", thousands(refused), share(refused, total) + " of all", events(f.With(review.Outcome, "denied"))},
		{"applied to another's account", thousands(n), share(n, by[string(audit.Applied)]) + " of those applied", events(others)},
	}
	return nil
}

func (p *overview) timeline(ctx context.Context, r *request, f review.Filter) error {
	period := f.Period
	extent := r.view.Extent()
	if period.Since.IsZero() || period.Since.Before(extent.Oldest) && period.Until.IsZero() {
		period.Since = extent.Oldest
	}
	if period.Until.IsZero() || period.Until.After(r.now) {
		period.Until = r.now
	}
	width, _ := step(period)
	if width > 24*hour {
		width = 24 * hour // weeks are made of days
	}
	buckets, err := r.view.Timeline(ctx, f, review.Outcome, width)
	if err != nil {
		return err
	}
	p.Chart = newChart(period, buckets)
	return nil
}

// clusterLine is a cluster's changes by what became of them.
type clusterLine struct {
	Name, Link                      string
	Applied, Refused, Failed, Other int64
}

func (p *overview) clusters(ctx context.Context, r *request, f review.Filter) error {
	pairs, err := r.view.Cross(ctx, f, review.Cluster, review.Outcome)
	if err != nil {
		return err
	}
	at := make(map[string]int)
	for _, pair := range pairs {
		name := pair.A.Value
		i, ok := at[name]
		if !ok {
			i = len(p.PerName)
			at[name] = i
			p.PerName = append(p.PerName, clusterLine{Name: name, Link: events(f.With(review.Cluster, name))})
		}
		line := &p.PerName[i]
		switch audit.Outcome(pair.B.Value) {
		case audit.Applied, audit.Unchanged, audit.Pending:
			line.Applied += pair.Count
		case audit.Denied:
			line.Refused += pair.Count
		case audit.Failed, audit.Unauthenticated:
			line.Failed += pair.Count
		default:
			line.Other += pair.Count
		}
	}
	return nil
}

func (p *overview) reasons(ctx context.Context, r *request, f review.Filter) error {
	f = f.With(review.Outcome, "denied")
	causes, err := r.view.Tally(ctx, f, review.Cause)
	if err != nil {
		return err
	}
	p.Causes = rank(causes, 8, func(value string) string { return events(f.With(review.Cause, value)) })
	rules, err := r.view.Tally(ctx, f, review.Rule)
	if err != nil {
		return err
	}
	p.Rules = rank(rules, 8, func(value string) string { return events(f.With(review.Rule, value)) })
	return nil
}

// rank keeps the most frequent values that aren't empty.
func rank(tallies []review.Tally, n int, link func(value string) string) []ranked {
	var out []ranked
	for _, t := range tallies {
		if t.Value == "" || len(out) == n {
			continue
		}
		line := ranked{Name: t.Value, Link: link(t.Value), Count: t.Count, Share: 100}
		if len(out) > 0 {
			line.Share = 100 * float64(t.Count) / float64(out[0].Count)
		}
		out = append(out, line)
	}
	return out
}

func (p *overview) compared(ctx context.Context, r *request, _ review.Filter) error {
	all, err := report.Reconciled(ctx, r.view)
	for i := range all {
		if p.Compared == nil || all[i].Time.After(p.Compared.Time) {
			p.Compared = &all[i]
		}
	}
	return err
}

func (p *overview) newest(ctx context.Context, r *request, _ review.Filter) error {
	a, err := r.view.Find(ctx, review.Filter{Changes: true}, review.Page{Limit: 8})
	p.Newest = rowsOf(a.Found)
	return err
}
