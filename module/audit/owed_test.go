// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// told is what the trail says of one change, record by record.
func told(t *testing.T, dir, change string) string {
	t.Helper()
	var all []string
	for _, r := range records(t, dir) {
		if r.Change == change {
			all = append(all, string(r.Code))
		}
	}
	return strings.Join(all, " ")
}

// failOn makes operations of a kind fail.
func failOn(ops ...string) audit.Fault {
	return func(op, _ string) error {
		for _, o := range ops {
			if o == op {
				return errIO
			}
		}
		return nil
	}
}

// TestAnOutcomeIsOwed: the disk fails between a decision and its outcome. The
// change has happened; the trail says so as soon as it can.
func TestAnOutcomeIsOwed(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	trail := open(t, dir, small.With(disk))
	e, other := decision(), decision()
	record(t, trail, e, other)
	disk.Set(failOn("write", "create"))
	for _, o := range []audit.Event{outcomeOf(e, audit.Applied), outcomeOf(other, audit.Failed)} { // the second meets a trail that has failed already
		if err := trail.Record(t.Context(), o); !errors.Is(err, errIO) {
			t.Errorf("got %v, want the disk's error", err)
		}
	}
	trail.Tick() // it still can't
	disk.Set(nil)
	trail.Tick()
	if n := trail.Stats().Open; n != 0 {
		t.Errorf("%d decisions have no outcome", n)
	}
	changes(t, trail, 1)
	closeTrail(t, trail)
	if a, b := told(t, dir, e.Change), told(t, dir, other.Change); a != "CRED-1000 CRED-1001" || b != "CRED-1000 CRED-1002" {
		t.Errorf("the trail says %s and %s", a, b)
	}
	verify(t, dir, proof.ExitIntact)
	if n := count(t, dir, audit.CodeRefused); n != 0 {
		t.Error("an outcome was counted as a refused request")
	}
}

// TestADecisionThatBecameDurableAfterAll: its caller was told that it isn't
// recorded, because the file vanished in that moment, and then the file came back.
func TestADecisionThatBecameDurableAfterAll(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	trail := open(t, dir, small.With(disk))
	changes(t, trail, 2)
	e, last := decision(), lastSegment(t, dir)
	var gone atomic.Bool
	disk.Set(func(op, path string) error {
		if op == "sync" && path == last && !gone.Swap(true) {
			if err := os.Remove(last); err != nil {
				t.Error(err)
			}
		}
		return failOn("create")(op, path)
	})
	if err := trail.Record(t.Context(), e); err == nil {
		t.Fatal("recorded in a file that is gone")
	}
	disk.Set(nil)
	trail.Tick()
	closeTrail(t, trail)
	if got := told(t, dir, e.Change); got != "CRED-1000 CRED-1008" {
		t.Errorf("the trail says %s", got)
	}
	verify(t, dir, proof.ExitIntact)
}

// TestADiskThatHangs: nothing fails, and nothing is recorded. The health shows
// it, and the trail afterwards: outcomes nobody waited for, and a number.
func TestADiskThatHangs(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	opts := small
	opts.Timeout = 50 * time.Millisecond
	trail := open(t, dir, opts.With(disk))
	e := decision()
	record(t, trail, e)
	release := disk.HangOnce()
	for _, o := range []audit.Event{decision(), outcomeOf(e, audit.Applied), decision(), refusal("10.0.0.9")} {
		if err := trail.Record(t.Context(), o); err == nil {
			t.Error("recorded although the disk hangs")
		}
	}
	if trail.Health().Err == nil || trail.Stats().Refused != 4 {
		t.Errorf("health says nothing, %d refused", trail.Stats().Refused)
	}
	close(release)
	trail.Tick()
	if err := trail.Health().Err; err != nil {
		t.Errorf("still unhealthy: %v", err)
	}
	closeTrail(t, trail)
	if got := told(t, dir, e.Change); got != "CRED-1000 CRED-1001" {
		t.Errorf("the trail says %s", got)
	}
	var refused int64
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeRefused {
			refused += r.Notice.Refused.Count
		}
	}
	if refused != 2 { // the first was taken, and has its own outcome
		t.Errorf("the trail says %d were refused, want 2", refused)
	}
	verify(t, dir, proof.ExitIntact)
}

// TestStoppingLeavesNothingOpen: an outcome that never came is in doubt as soon
// as it is certain that it won't.
func TestStoppingLeavesNothingOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opts := small
	opts.SegmentSize = 5000
	trail := open(t, dir, opts)
	e := decision()
	record(t, trail, e)
	changes(t, trail, 9)
	closeTrail(t, trail)
	if got := told(t, dir, e.Change); got != "CRED-1000 CRED-1004" {
		t.Errorf("the trail says %s", got)
	}
	verify(t, dir, proof.ExitIntact)
}

// TestNoVerdictOffTheRecord: counting instead of recording ends where the count
// itself could not be recorded.
func TestNoVerdictOffTheRecord(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	opts := small
	opts.FloodLimit, opts.FloodBurst = 1, 1
	trail := open(t, dir, opts.With(disk))
	record(t, trail, refusal("10.0.0.1"), refusal("10.0.0.1"), refusal("10.0.0.1"))
	disk.Set(failOn("write", "create"))
	if err := trail.Record(t.Context(), decision()); err == nil {
		t.Fatal("recorded on a broken disk")
	}
	if err := trail.Record(t.Context(), refusal("10.0.0.1")); err == nil {
		t.Error("a refusal was answered although nothing can be recorded")
	}
	disk.Set(nil)
}

// TestWhoIsToldHoldsNobodyUp: Caddy's log hangs, where checkpoints and the health
// go; changes are recorded all the same, segments end, and so does the trail.
func TestWhoIsToldHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	dir, hang := t.TempDir(), make(chan struct{})
	opts, disk := small, &audit.FaultyDisk{}
	opts.SegmentSize, opts.Timeout = 5000, time.Minute
	opts.OnCheckpoint = func([]byte) { <-hang }
	opts.OnHealth = func(audit.Health) { <-hang }
	trail := open(t, dir, opts.With(disk))
	disk.Set(failOn("create"))
	changes(t, trail, 5) // it warns of segments that it can't make
	trail.Tick()
	disk.Set(nil)
	changes(t, trail, 5)
	if err := trail.Sign(); err != nil {
		t.Error(err)
	}
	if len(trail.Health().Warnings) == 0 {
		t.Error("nobody would have been told")
	}
	if matches, err := filepath.Glob(filepath.Join(dir, audit.CheckpointsDir, "*")); err != nil || len(matches) < 1 {
		t.Errorf("checkpoints %v (%v)", matches, err)
	}
	close(hang)
	closeTrail(t, trail)
	verify(t, dir, proof.ExitIntact)
}

func TestAHungReceiverDoesNotKeepATrailOpen(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	defer close(hang)
	opts := small
	opts.Timeout = time.Millisecond
	opts.OnRecord = func([]byte) { <-hang }
	closeTrail(t, open(t, t.TempDir(), opts))
}
