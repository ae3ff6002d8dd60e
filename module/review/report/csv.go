// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/passgate/passgate/module/review/export"
)

func sortTallies(all []tally) {
	slices.SortFunc(all, func(a, b tally) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
}

// CSV writes the report as one table: a section, what is meant, a number, and
// the places of the records it rests on.
func CSV(w io.Writer, r *Report) error {
	t := &table{csv: export.NewCSV(w)}
	t.row("section", "item", "detail", "value", "records")
	t.record(r)
	t.scope(r)
	t.reconciled(r)
	t.totals(r)
	t.lists(r)
	if t.err != nil {
		return t.err
	}
	return t.csv.Flush()
}

// table keeps the first error.
type table struct {
	csv *export.CSV
	err error
}

func (t *table) row(cells ...string) {
	if t.err == nil {
		t.err = t.csv.Row(cells...)
	}
}

func (t *table) count(section, item, detail string, n int64, records ...int64) {
	t.row(section, item, detail, strconv.FormatInt(n, 10), strings.ReplaceAll(Places(records), "–", ".."))
}

func (t *table) record(r *Report) {
	t.row("record", "integrity", "", orUnknown(r.Record.Integrity), "")
	t.row("record", "completeness", "", orUnknown(r.Record.Completeness), "")
	t.row("record", "root", "", r.Record.Root, "")
	t.count("record", "records", "in the period", r.Record.Records, r.Record.First, r.Record.Last)
	for _, f := range r.Record.Findings {
		t.row("record", f.Kind, f.Text, f.Breaks, strconv.FormatInt(f.Seq, 10))
	}
}

func orUnknown(s string) string {
	if s == "" {
		return "not checked"
	}
	return s
}

func (t *table) scope(r *Report) {
	t.row("scope", "hours up", "", hours(r.Scope.Up), "")
	t.row("scope", "hours down", "", hours(r.Scope.Down), "")
	for _, c := range r.Scope.Clusters {
		t.row("scope", "hours enforcing", c.Name, hours(c.Enforcing), "")
		t.row("scope", "hours monitoring", c.Name, hours(c.Monitoring), "")
	}
	for _, g := range r.Gaps {
		t.row("gap", g.Kind, moment(g.From)+" to "+moment(g.Until), hours(g.Hours()), strconv.FormatInt(g.Place, 10))
	}
}

func (t *table) reconciled(r *Report) {
	for _, x := range r.Reconciled {
		detail := x.Source + ", " + moment(x.Since) + " to " + moment(x.Until) + ", by " + x.By + " at " + moment(x.Time)
		for _, n := range []struct {
			name  string
			count int64
		}{{"told by the cluster", x.Seen}, {"on the trail", x.Matched}, {"bypassed the gateway", x.Bypasses}, {"unexplained", x.Unexplained}, {"gaps", x.Gaps}} {
			t.count("reconciled", x.Cluster+": "+n.name, detail, n.count, x.Place)
		}
	}
	for _, name := range r.Uncompared() {
		t.row("reconciled", name+": never", "", "", "")
	}
}

func (t *table) totals(r *Report) {
	t.count("totals", "changes", "", r.Totals.Changes)
	for _, group := range []struct {
		name   string
		counts map[string]int64
	}{{"outcome", r.Totals.Outcomes}, {"cause", r.Totals.Causes}, {"rule", r.Totals.Rules}} {
		for _, n := range tallies(group.counts) {
			t.count("totals", group.name, n.Name, n.Count)
		}
	}
	t.count("totals", "applied to another's account", "", r.Totals.Others)
	t.count("totals", "applied to a privileged account", "", r.Totals.Privileged)
	t.count("totals", "would have been refused (rehearsed)", "", r.Totals.Rehearsed)
}

func (t *table) lists(r *Report) {
	for _, e := range r.Exceptions {
		t.count("exception", e.Kind, e.Title, e.Count, e.Records...)
	}
	for _, a := range r.Anomalies {
		t.count("anomaly", string(a.Kind), a.Text, int64(a.Count), a.Records...)
	}
	for _, p := range r.Others {
		t.count("others", p.Name, p.Initiator, p.Applied)
	}
	for _, a := range r.Privileged {
		t.count("privileged", a.Name, a.Cluster, a.Applied, a.Records...)
	}
	for _, p := range r.Policies {
		t.count("policy", p.Name, p.Digest, p.Changes)
	}
	for _, e := range r.Exemptions {
		t.count("exemption", e.Owner, e.Reason, e.Count, e.Records...)
	}
	for _, a := range r.OverAge.Accounts {
		t.count("over age", a.Name, a.Cluster+", changed "+moment(a.Changed), int64(a.Days))
	}
	for _, v := range r.Reviews {
		t.row("review", v.Reviewer, v.Note, v.Trust, strconv.FormatInt(v.First, 10)+".."+strconv.FormatInt(v.Last, 10))
	}
}
