// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

func TestLastAreTheNewest(t *testing.T) {
	t.Parallel()
	queries := []string{"", "verdict=deny", "actor=desk.*", "cause=both_fields", "to=400"}
	if testing.Short() { // each is a pass or more over the trail
		queries = queries[:2]
	}
	for _, query := range queries {
		f := parse(t, query)
		all := scanned(t, "", f)
		for _, n := range []int{1, 7, 500} {
			last, err := Last(context.Background(), sample(), f, n)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, r := range last {
				if r.Record.Seq != r.Place {
					t.Fatalf("record %d at place %d", r.Record.Seq, r.Place)
				}
				got = append(got, r.Place)
			}
			if want := all[max(0, len(all)-n):]; !slices.Equal(got, want) {
				t.Errorf("%s, last %d: got %v, want %v", query, n, got, want)
			}
		}
	}
}

func TestFollowSeesEveryRecordOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail, err := audit.Open(dir, audit.Options{Instance: "gw", SegmentSize: 6 << 10})
	if err != nil {
		t.Fatal(err)
	}
	defer trail.Close()
	from, err := End(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	const n = 60
	go func() {
		for range n {
			id := audit.NewID()
			for _, e := range []audit.Event{
				{Change: id, Stage: audit.StageDecision, Verdict: audit.Allow},
				{Change: id, Stage: audit.StageOutcome, Verdict: audit.Allow, Outcome: audit.Applied},
			} {
				if trail.Record(context.Background(), e) != nil {
					return
				}
			}
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var seen []int64
	f := parse(t, "outcome=applied")
	f.From = from
	err = Follow(ctx, dir, f, func(r Found) bool {
		if r.Record.Seq != r.Place {
			t.Errorf("record %d at place %d", r.Record.Seq, r.Place)
		}
		seen = append(seen, r.Place)
		return len(seen) < n
	})
	if err != nil || len(seen) != n || !slices.IsSorted(seen) || len(slices.Compact(slices.Clone(seen))) != n {
		t.Errorf("saw %d of %d (%v): %v", len(seen), n, err, seen)
	}
}
