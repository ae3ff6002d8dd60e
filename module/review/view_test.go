// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review/traffic"
)

// sample is a trail of a quarter with every kind of record, made once.
var sample = sync.OnceValue(func() string {
	// Composing syncs often, so a file system in memory is used where there is one.
	in := "/dev/shm"
	if _, err := os.Stat(in); err != nil {
		in = ""
	}
	dir, err := os.MkdirTemp(in, "passgate-review-")
	if err != nil {
		panic(err)
	}
	plan := traffic.Plan{
		Seed: 3, Changes: 4000, People: 120,
		From:  time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
	}
	if _, err := traffic.Write(dir, plan, audit.Options{SegmentSize: 256 << 10, Heartbeat: 6 * time.Hour}); err != nil {
		panic(err)
	}
	return dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(sample())
	os.Exit(code)
}

func open(t testing.TB, dir string, o Options) *View {
	t.Helper()
	v, err := Open(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestViewHoldsEveryRecord(t *testing.T) {
	t.Parallel()
	v := open(t, sample(), Options{})
	var n int64
	var oldest, newest time.Time
	for r, err := range audit.Read(sample(), audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			oldest = r.Time
		}
		n, newest = n+1, r.Time
	}
	e := v.Extent()
	if e.First != 0 || e.Size != n || !e.Oldest.Equal(oldest) || !e.Newest.Equal(newest) || e.Unreadable+e.Misplaced > 0 || e.Open != 0 {
		t.Errorf("in view %+v, on disk %d records from %v to %v", e, n, oldest, newest)
	}
	for _, place := range []int64{0, 1, n / 2, n - 1} {
		found, ok, err := v.At(context.Background(), place)
		if err != nil || !ok || found.Record.Seq != place || found.Place != place {
			t.Errorf("record %d: found %d, %v, %v", place, found.Record.Seq, ok, err)
		}
	}
	if _, ok, err := v.At(context.Background(), n); ok || err != nil {
		t.Errorf("found a record beyond the end (%v)", err)
	}
}

func TestViewFollowsTheTrail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail, err := audit.Open(dir, audit.Options{Instance: "gw", SegmentSize: 8 << 10})
	if err != nil {
		t.Fatal(err)
	}
	defer trail.Close()
	v := open(t, dir, Options{})
	before := v.Extent().Size
	for i := range 40 {
		e := audit.Event{
			Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Allow, Enforced: true,
			Actor: audit.Actor{Name: fmt.Sprintf("user-%d", i)}, Targets: []string{"bob"}, Dialect: "elasticsearch",
		}
		record(t, trail, e)
		refresh(t, v)
		if n := v.Extent().Open; n != 1 {
			t.Fatalf("%d open decisions, want 1", n)
		}
		e.Stage, e.Outcome = audit.StageOutcome, audit.Applied
		record(t, trail, e)
		refresh(t, v)
		a, err := v.Find(context.Background(), Filter{Changes: true}.With(Actor, e.Actor.Name), Page{})
		if err != nil || len(a.Found) != 1 || a.Found[0].Record.Outcome != audit.Applied {
			t.Fatalf("change %d: found %d (%v)", i, len(a.Found), err)
		}
		both, err := v.OfChange(context.Background(), e.Change)
		if err != nil || len(both) != 2 || both[0].Record.Stage != audit.StageDecision || both[1].Record.Stage != audit.StageOutcome {
			t.Fatalf("records of change %d: %d (%v)", i, len(both), err)
		}
	}
	e := v.Extent()
	if e.Segments < 3 || e.Open != 0 || e.Size < before+80 || e.Misplaced+e.Unreadable > 0 {
		t.Errorf("%+v", e)
	}
}

func record(t *testing.T, trail *audit.Trail, e audit.Event) {
	t.Helper()
	if err := trail.Record(context.Background(), e); err != nil {
		t.Fatal(err)
	}
}

func refresh(t *testing.T, v *View) {
	t.Helper()
	if err := v.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// copyTrail copies the sample's segments, to be spoiled.
func copyTrail(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "segments"), os.DirFS(filepath.Join(sample(), "segments"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRetiredSegmentsLeaveTheView(t *testing.T) {
	t.Parallel()
	dir := copyTrail(t)
	v := open(t, dir, Options{})
	segments, err := audit.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segments[:5] {
		if err := os.Remove(s.Path); err != nil {
			t.Fatal(err)
		}
	}
	refresh(t, v)
	if e := v.Extent(); e.First != segments[5].First || e.Segments != len(segments)-5 {
		t.Errorf("%+v, want the first record to be %d", e, segments[5].First)
	}
	_, ok, err := v.At(context.Background(), segments[5].First)
	if !ok || err != nil {
		t.Errorf("the oldest record isn't found (%v)", err)
	}
}

func TestReplacedSegmentIsReadAnew(t *testing.T) {
	t.Parallel()
	dir := copyTrail(t)
	v := open(t, dir, Options{})
	segments, err := audit.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	last := segments[len(segments)-1]
	if err := os.Truncate(last.Path, last.Size/2); err != nil {
		t.Fatal(err)
	}
	refresh(t, v)
	want := open(t, dir, Options{}).Extent()
	if got := v.Extent(); got != want {
		t.Errorf("in view %+v, on disk %+v", got, want)
	}
}

func TestLinesThatAreNoRecordsAreSeen(t *testing.T) {
	t.Parallel()
	dir := copyTrail(t)
	segments, err := audit.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	first := segments[0]
	content, err := os.ReadFile(first.Path)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := slices.Concat([]byte("not a record\n"), content)
	if err := os.WriteFile(first.Path, spoiled, 0o600); err != nil {
		t.Fatal(err)
	}
	v := open(t, dir, Options{})
	e := v.Extent()
	// The last line of the segment is beyond the place the next one begins at.
	if e.Unreadable != 1 || e.Misplaced != segments[1].First {
		t.Errorf("%+v, want one unreadable line and %d misplaced", e, segments[1].First)
	}
	found, ok, err := v.At(context.Background(), 0)
	if err != nil || !ok || found.Err == nil || string(found.Raw) != "not a record" {
		t.Errorf("found %q (%v, %v)", found.Raw, found.Err, err)
	}
}

func TestOpenTellsItsProgress(t *testing.T) {
	t.Parallel()
	var last, total int64
	v := open(t, sample(), Options{Progress: func(done, all int64) {
		if done < last || done > all {
			t.Errorf("progress went from %d to %d of %d", last, done, all)
		}
		last, total = done, all
	}})
	if last != total || total != v.Extent().Bytes {
		t.Errorf("told %d of %d, read %d", last, total, v.Extent().Bytes)
	}
}

func TestOpenCanBeGivenUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, sample(), Options{}); err == nil {
		t.Error("reading went on after it was given up")
	}
	if _, err := Open(context.Background(), t.TempDir(), Options{}); err == nil {
		t.Error("a directory without a trail was opened")
	}
}
