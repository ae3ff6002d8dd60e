// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

func TestSegmentsRotateBySize(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opts := small
	opts.SegmentSize = 8000
	trail := open(t, dir, opts)
	changes(t, trail, 40)
	closeTrail(t, trail)
	all := segments(t, dir)
	if len(all) < 8 {
		t.Fatalf("%d segments", len(all))
	}
	for i, s := range all[:len(all)-1] {
		var first, last audit.Record
		for r, err := range audit.Read(dir, audit.Query{From: s.First, To: all[i+1].First}) {
			if err != nil {
				t.Fatal(err)
			}
			if first.Code == "" {
				first = r
			}
			last = r
		}
		if first.Code != audit.CodeOpened || last.Code != audit.CodeSealed || first.Seq != s.First || first.Notice.Segment.Name != s.Name() {
			t.Errorf("%s begins with %s and ends with %s", s.Name(), first.Code, last.Code)
		}
		if _, err := os.Stat(filepath.Join(dir, audit.CheckpointsDir, strings.Split(all[i+1].Name(), "-")[0])); err != nil {
			t.Errorf("no checkpoint at the end of %s: %v", s.Name(), err)
		}
	}
	verify(t, dir, proof.ExitIntact)
}

func TestSegmentsRotateByDay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	trail := open(t, dir, c.options(small))
	changes(t, trail, 1)
	for range 13 * 60 { // past midnight, with its heartbeats
		c.pass(time.Minute)
		trail.Tick()
	}
	c.set(-24 * time.Hour) // a clock set back opens no segment of the past
	trail.Tick()
	changes(t, trail, 1)
	closeTrail(t, trail)
	var days []string
	for _, s := range segments(t, dir) {
		days = append(days, s.Day)
	}
	if got := strings.Join(days, " "); got != "20261123 20261124" {
		t.Errorf("segments of %s", got)
	}
	if r := verify(t, dir, proof.ExitIntact, proof.Options{Now: c.now()}); !found(r, "clock_stepped") {
		t.Error("the clock that was set isn't mentioned")
	}
}

// TestRotationThatFails: the old segment goes on, nothing is refused.
func TestRotationThatFails(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	c := newClock()
	opts := c.options(small)
	opts.SegmentSize = 4000
	trail := open(t, dir, opts.With(disk))
	disk.Set(func(op, path string) error {
		if op == "create" {
			return syscall.EMFILE
		}
		return nil
	})
	changes(t, trail, 10)
	if n := len(segments(t, dir)); n != 1 {
		t.Errorf("%d segments", n)
	}
	if h := trail.Health(); h.Err != nil || len(h.Warnings) != 1 {
		t.Errorf("health: %+v", h)
	}
	disk.Set(nil)
	c.pass(11 * time.Second)
	changes(t, trail, 1)
	if n := len(segments(t, dir)); n != 2 {
		t.Errorf("%d segments once it works again", n)
	}
	if h := trail.Health(); len(h.Warnings) != 0 {
		t.Errorf("health: %+v", h)
	}
	closeTrail(t, trail)
	verify(t, dir, proof.ExitIntact, proof.Options{Now: c.now()})
}

// TestSealingThatFails: the disk fails at the moment a segment is sealed.
func TestSealingThatFails(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"write", "sync"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			dir, disk := t.TempDir(), &audit.FaultyDisk{}
			opts := small
			opts.SegmentSize = 4000
			trail := open(t, dir, opts.With(disk))
			changes(t, trail, 1)
			var once sync.Once
			created := false
			disk.Set(func(o, path string) (err error) {
				created = created || o == "create"
				if created && o == op && strings.HasSuffix(path, ".jsonl") {
					once.Do(func() { err = syscall.EIO })
				}
				return err
			})
			changes(t, trail, 10)
			disk.Set(nil)
			changes(t, trail, 10)
			closeTrail(t, trail)
			if n := count(t, dir, audit.CodeApplied); n != 21 {
				t.Errorf("%d changes on the trail, want 21", n)
			}
			verify(t, dir, proof.ExitIntact)
		})
	}
}

// TestReadingALiveTrail: readers see whole records only, whatever the writer does.
func TestReadingALiveTrail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opts := small
	opts.SegmentSize = 50_000
	trail := open(t, dir, opts)
	// A bounded number, else a reader that is slower than the writers, as under the
	// race detector, runs after them for minutes.
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				changes(t, trail, 1)
			}
		})
	}
	last := int64(0)
	for range 20 {
		seq := int64(0)
		for r, err := range audit.Read(dir, audit.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Seq != seq {
				t.Fatalf("read record %d, want %d", r.Seq, seq)
			}
			seq++
		}
		if seq < last {
			t.Errorf("%d records, %d before", seq, last)
		}
		last = seq
	}
	r := verify(t, dir, proof.ExitIntact)
	if !r.Live || r.Records == 0 {
		t.Errorf("got %+v", r)
	}
	wg.Wait()
	closeTrail(t, trail)
	verify(t, dir, proof.ExitIntact)
}

func TestQueries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	opts := c.options(small)
	opts.SegmentSize = 4000
	trail := open(t, dir, opts)
	for range 10 {
		changes(t, trail, 1)
		c.pass(time.Second)
	}
	closeTrail(t, trail)
	all := records(t, dir)
	for name, c := range map[string]struct {
		q    audit.Query
		want func(audit.Record) bool
	}{
		"places": {audit.Query{From: 5, To: 9}, func(r audit.Record) bool { return r.Seq >= 5 && r.Seq < 9 }},
		"times": {audit.Query{Since: all[0].Time.Add(3 * time.Second), Until: all[0].Time.Add(6 * time.Second)},
			func(r audit.Record) bool {
				d := r.Time.Sub(all[0].Time)
				return d >= 3*time.Second && d < 6*time.Second
			}},
		"bytes": {audit.Query{Match: func(l []byte) bool { return string(audit.FactsOf(l).Code) == "CRED-1001" }},
			func(r audit.Record) bool { return r.Code == audit.CodeApplied }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[int64]bool{}
			for r, err := range audit.Read(dir, c.q) {
				if err != nil {
					t.Fatal(err)
				}
				got[r.Seq] = true
			}
			for _, r := range all {
				if got[r.Seq] != c.want(r) {
					t.Errorf("record %d: %v", r.Seq, got[r.Seq])
				}
			}
		})
	}
}

func TestReadingWhatIsNoTrail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	closeTrail(t, open(t, dir, small))
	for range audit.Read(dir, audit.Query{}) {
		break // leaving early must not go on
	}
	bad := 0
	edit(t, lastSegment(t, dir), func(b []byte) []byte { return append([]byte("{}\n"), b...) })
	for _, err := range audit.Read(dir, audit.Query{}) {
		if err != nil {
			bad++
		}
	}
	if bad != 1 {
		t.Errorf("%d errors for one line that is no record", bad)
	}
	if err := errors.Join(os.RemoveAll(dir)); err != nil {
		t.Fatal(err)
	}
	for _, err := range audit.Read(dir, audit.Query{}) {
		if err == nil {
			t.Error("read from a trail that isn't there")
		}
	}
}

// TestASegmentBeingOpened: between the making of the next segment and the last
// record of the one before, nothing is missing.
func TestASegmentBeingOpened(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	opts := small
	opts.SegmentSize = 4000
	trail := open(t, dir, opts.With(disk))
	var looked sync.Once
	disk.Set(func(op, path string) error {
		if entries, err := os.ReadDir(filepath.Join(dir, audit.SegmentsDir)); err == nil && len(entries) == 2 && op == "write" {
			looked.Do(func() {
				if r, err := proof.Verify(dir, proof.Options{}); err != nil || r.ExitCode() != proof.ExitIntact {
					t.Errorf("got %+v (%v)", r, err)
				}
			})
		}
		return nil
	})
	changes(t, trail, 10)
	seen := true
	looked.Do(func() { seen = false })
	if !seen {
		t.Error("there was no such moment")
	}
}

// TestRemovedBeforeItEnds: a segment that was removed since it was last looked at
// is brought back before it is closed. After that, nothing would be left of it.
func TestRemovedBeforeItEnds(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]string{"before it is sealed": "create", "while it is sealed": "sync"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, disk := t.TempDir(), &audit.FaultyDisk{}
			opts := small
			opts.SegmentSize = 20_000
			trail := open(t, dir, opts.With(disk))
			changes(t, trail, 3)
			first := lastSegment(t, dir)
			var ending, gone atomic.Bool
			disk.Set(func(op, path string) error {
				if op == "create" && strings.HasSuffix(path, ".jsonl") && path != first {
					ending.Store(true)
				}
				if op == at && ending.Load() && (at == "create" || path == first) && !gone.Swap(true) {
					return os.Remove(first)
				}
				return nil
			})
			changes(t, trail, 20)
			disk.Set(nil)
			if !gone.Load() {
				t.Fatal("the segment was never sealed")
			}
			changes(t, trail, 3)
			closeTrail(t, trail)
			if n := count(t, dir, audit.CodeApplied); n != 26 {
				t.Errorf("%d of 26 outcomes are left", n)
			}
			if r := verify(t, dir, proof.ExitIntact); !found(r, "damage") {
				t.Errorf("got %+v", r.Findings)
			}
		})
	}
}
