// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"reflect"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

func quarter(changes int) Plan {
	return Plan{
		Seed: 7, Changes: changes,
		From:  time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
	}
}

func TestSamePlanSameEvents(t *testing.T) {
	t.Parallel()
	var first []audit.Past
	for e := range quarter(500).Entries() {
		first = append(first, e)
	}
	i := 0
	for e := range quarter(500).Entries() {
		if !reflect.DeepEqual(e, first[i]) {
			t.Fatalf("entry %d differs between two runs", i)
		}
		i++
	}
	if i != len(first) {
		t.Fatalf("%d entries, then %d", len(first), i)
	}
}

func TestEntriesAreInOrderAndComplete(t *testing.T) {
	t.Parallel()
	p := quarter(3000)
	var last time.Time
	seen := map[string]int{}
	open := map[string]bool{}
	for e := range p.Entries() {
		if e.Time().Before(last) || e.Time().Before(p.From) {
			t.Fatalf("entry of %v after one of %v", e.Time(), last)
		}
		last = e.Time()
		if e.Event == nil {
			seen[string(e.Notice.Code)]++
			continue
		}
		seen[string(e.Event.Verdict)+" "+string(e.Event.Cause)]++
		seen["outcome "+string(e.Event.Outcome)]++
		seen[e.Event.Dialect]++
		switch {
		case e.Event.Stage == audit.StageDecision && e.Event.Outcome == "":
			open[e.Event.Change] = true
		case e.Event.Stage == audit.StageOutcome:
			if !open[e.Event.Change] {
				t.Fatalf("outcome of %s without its decision", e.Event.Change)
			}
			delete(open, e.Event.Change)
		}
	}
	if len(open) > 0 {
		t.Errorf("%d decisions without an outcome", len(open))
	}
	for _, want := range []string{
		"allow ", "unjudged ", "deny policy", "deny both_fields", "deny hash", "deny unreadable", "deny forbidden",
		"outcome applied", "outcome unchanged", "outcome denied", "outcome unauthenticated", "outcome failed", "outcome pending", "outcome unknown",
		"elasticsearch", "opensearch", "huawei_css", "CRED-3001", "CRED-2006", "CRED-9003",
	} {
		if seen[want] == 0 {
			t.Errorf("none of %q among %v", want, seen)
		}
	}
}

func TestEveryPolicyIsBroken(t *testing.T) {
	t.Parallel()
	for _, b := range rulebooks() {
		if len(b.broken) < 3 || b.policy.Digest() == "" {
			t.Errorf("policy %s: %d ways to break it", b.policy.Name(), len(b.broken))
		}
	}
}

func TestWrittenTrailReadsBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n, err := Write(dir, quarter(800), audit.Options{SegmentSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	var next int64
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil || r.Seq != next {
			t.Fatalf("record %d: seq %d, %v", next, r.Seq, err)
		}
		next++
	}
	if next != n {
		t.Errorf("%d records read, %d written", next, n)
	}
	segments, err := audit.Segments(dir)
	if err != nil || len(segments) != 92 {
		t.Errorf("%d segments for a quarter's 92 days (%v)", len(segments), err)
	}
}
