// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	v := open(t, sample(), Options{})
	queries := []string{"verdict=deny", "text=kibana-"}
	if testing.Short() { // texts are looked for in the lines, page by page
		queries = queries[:1]
	}
	for _, query := range queries {
		f := parse(t, query)
		want := found(t, v, f)
		for _, oldest := range []bool{true, false} {
			var got []int64
			p := Page{Limit: 37, Oldest: oldest}
			for {
				a, err := v.Find(context.Background(), f, p)
				if err != nil {
					t.Fatal(err)
				}
				if total := a.Total; query == "verdict=deny" && total != len(want) || query != "verdict=deny" && total != -1 {
					t.Errorf("total %d, want %d", total, len(want))
				}
				for _, r := range a.Found {
					got = append(got, r.Place)
				}
				if !a.More {
					break
				}
				if len(a.Found) != 37 {
					t.Fatalf("%d records on a page with more to come", len(a.Found))
				}
				p.Before, p.After = got[len(got)-1], got[len(got)-1]
			}
			if !oldest {
				slices.Reverse(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, oldest first %v: %d records by pages, %d at once", query, oldest, len(got), len(want))
			}
		}
	}
}

// TestCountsAgreeWithRecords counts the last word of every change by hand.
func TestCountsAgreeWithRecords(t *testing.T) {
	t.Parallel()
	last := map[string]audit.Record{}
	for _, r := range records() {
		if r.Notice == nil {
			last[r.Change] = r
		}
	}
	outcomes, rules, targets, pairs, days := map[string]int64{}, map[string]int64{}, map[string]int64{}, map[[2]string]int64{}, map[time.Time]int64{}
	for _, r := range last {
		outcomes[string(r.Outcome)]++
		if len(r.Rules) == 0 {
			rules[""]++
		}
		for _, rule := range r.Rules {
			rules[rule.Code]++
		}
		if len(r.Targets) == 0 {
			targets[""]++
		}
		for _, target := range r.Targets {
			targets[target]++
			pairs[[2]string{r.Actor.Name, target}]++
		}
		days[r.Time.Truncate(24*time.Hour)]++
	}
	v, ctx, f := open(t, sample(), Options{}), context.Background(), Filter{Changes: true}
	for by, want := range map[Column]map[string]int64{Outcome: outcomes, Rule: rules, Target: targets} {
		tallies, err := v.Tally(ctx, f, by)
		if err != nil || len(tallies) != len(want) {
			t.Errorf("%s: %d values (%v), want %d", by, len(tallies), err, len(want))
		}
		for i, tally := range tallies {
			if tally.Count != want[tally.Value] || i > 0 && tally.Count > tallies[i-1].Count {
				t.Errorf("%s %q: %d, want %d", by, tally.Value, tally.Count, want[tally.Value])
			}
		}
	}
	crossed, err := v.Cross(ctx, f, Actor, Target)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[[2]string]int64{}
	for _, p := range crossed {
		if p.B.Value != "" {
			sums[[2]string{p.A.Value, p.B.Value}] += p.Count
		}
	}
	for key, n := range pairs {
		if sums[key] != n {
			t.Errorf("%s changed %s %d times, counted %d", key[0], key[1], n, sums[key])
		}
	}
	buckets, err := v.Timeline(ctx, f, Outcome, 24*time.Hour)
	if err != nil || len(buckets) != len(days) {
		t.Fatalf("%d days (%v), want %d", len(buckets), err, len(days))
	}
	for _, b := range buckets {
		var sum int64
		for _, n := range b.Counts {
			sum += n
		}
		if sum != days[b.Start] {
			t.Errorf("%v: %d, want %d", b.Start, sum, days[b.Start])
		}
	}
}
