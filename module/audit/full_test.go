// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// TestDiskLevels: with little room new changes are refused, outcomes of those
// under way are still recorded, and nothing is deleted.
func TestDiskLevels(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	opts := small
	opts.WarnFree, opts.StopFree = 200<<20, 100<<20
	disk.SetRoom(300 << 20)
	trail := open(t, dir, opts.With(disk))
	under := decision()
	record(t, trail, under)

	disk.SetRoom(150 << 20)
	trail.Tick()
	if h := trail.Health(); h.Err != nil || len(h.Warnings) != 1 {
		t.Errorf("below warn_free: %+v", h)
	}
	changes(t, trail, 1)

	disk.SetRoom(50 << 20)
	trail.Tick()
	if h := trail.Health(); h.Err == nil {
		t.Error("below stop_free: healthy")
	}
	for _, e := range []audit.Event{decision(), refusal("10.0.0.1")} {
		if err := trail.Record(t.Context(), e); err == nil {
			t.Errorf("a new change was recorded below stop_free: %s", e.Verdict)
		}
	}
	record(t, trail, outcomeOf(under, audit.Applied))

	disk.SetRoom(300 << 20)
	trail.Tick()
	if h := trail.Health(); h.Err != nil || len(h.Warnings) != 0 {
		t.Errorf("with room again: %+v", h)
	}
	changes(t, trail, 1)
	closeTrail(t, trail)
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeRefused && r.Notice.Refused.Count != 2 {
			t.Errorf("the trail says %d were refused, want 2", r.Notice.Refused.Count)
		}
	}
	if n := count(t, dir, audit.CodeRefused); n != 1 {
		t.Errorf("%d records of refused changes, want 1", n)
	}
	verify(t, dir, proof.ExitIntact)
}

// TestAFullDiskTearsNoLine: a write that stops in the middle of a line is cut
// off again, and the same segment goes on.
func TestAFullDiskTearsNoLine(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	trail := open(t, dir, small.With(disk))
	under := decision()
	record(t, trail, under)
	var on atomic.Int32
	on.Store(1)
	disk.Set(segmentFault("write", &audit.Torn{N: 700, Err: syscall.ENOSPC}, &on))
	if err := trail.Record(t.Context(), decision()); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v, want ENOSPC", err)
	}
	text, err := os.ReadFile(lastSegment(t, dir))
	if err != nil || text[len(text)-1] != '\n' {
		t.Fatalf("the file ends in a torn line (%v)", err)
	}
	if err := trail.Record(t.Context(), decision()); err == nil {
		t.Error("a new change was recorded on a full disk")
	}
	record(t, trail, outcomeOf(under, audit.Applied))
	trail.Tick()
	changes(t, trail, 1)
	closeTrail(t, trail)
	verify(t, dir, proof.ExitIntact)
}

func TestTheReserveIsForOutcomes(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	trail := open(t, dir, small.With(disk))
	under := decision()
	record(t, trail, under)
	disk.Set(func(op, _ string) error {
		if op == "reserve" {
			return syscall.ENOSPC
		}
		return nil
	})
	// Decisions use up what was set aside beyond the reserve, and no more.
	var err error
	for range 10_000 {
		if err = trail.Record(t.Context(), refusal(audit.NewID())); err != nil {
			break
		}
	}
	if err == nil {
		t.Fatal("decisions went on into the reserve")
	}
	record(t, trail, outcomeOf(under, audit.Applied))
	if trail.Health().Err == nil {
		t.Error("health says nothing")
	}
}

// TestASlowDisk: whoever waits too long for a decision is told that it is not
// recorded; when it is written all the same, its outcome says that nothing
// was forwarded.
func TestASlowDisk(t *testing.T) {
	t.Parallel()
	dir, disk := t.TempDir(), &audit.FaultyDisk{}
	opts := small
	opts.Timeout = 50 * time.Millisecond
	trail := open(t, dir, opts.With(disk))
	release := disk.HangOnce()
	taken, queued := decision(), decision()
	errs := make(chan error, 2)
	go func() { errs <- trail.Record(t.Context(), taken) }()
	if err := <-errs; err == nil {
		t.Fatal("recorded although the disk hangs")
	}
	go func() { errs <- trail.Record(t.Context(), queued) }()
	if err := <-errs; err == nil {
		t.Fatal("recorded although the disk hangs")
	}
	close(release)
	closeTrail(t, trail)
	var stages []string
	for _, r := range records(t, dir) {
		switch r.Change {
		case taken.Change:
			stages = append(stages, string(r.Stage)+" "+string(r.Outcome)+" "+string(r.Code))
		case queued.Change:
			t.Error("a record nobody waited for was written")
		}
	}
	if got := strings.Join(stages, ", "); got != "decision  CRED-1000, outcome denied CRED-1008" {
		t.Errorf("got %s", got)
	}
	verify(t, dir, proof.ExitIntact)
}
