// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

var errIO = syscall.EIO

// segmentFault fails one kind of operation on segments, while on.
func segmentFault(op string, err error, on *atomic.Int32) audit.Fault {
	return func(o, path string) error {
		if o == op && strings.HasSuffix(path, ".jsonl") && on.Load() != 0 {
			if on.Load() > 0 {
				on.Add(-1) // that many times; negative: always
			}
			return err
		}
		return nil
	}
}

func damages(t *testing.T, dir string) (kinds []string) {
	t.Helper()
	for _, r := range records(t, dir) {
		if r.Notice != nil && r.Notice.Damage != nil {
			kinds = append(kinds, r.Notice.Damage.Kind)
		}
	}
	return kinds
}

// TestAFailedSyncIsNeverRetried: after a failed fsync the kernel may have
// dropped the pages and succeed the next time, so the file is left at its last
// durable record and the batch is repeated in a new one.
func TestAFailedSyncIsNeverRetried(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"sync", "write"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			dir, disk := t.TempDir(), &audit.FaultyDisk{}
			trail := open(t, dir, small.With(disk))
			changes(t, trail, 3)
			before := lastSegment(t, dir)
			info, err := os.Stat(before)
			if err != nil {
				t.Fatal(err)
			}
			var on atomic.Int32
			on.Store(1)
			disk.Set(segmentFault(op, errIO, &on))
			e := decision()
			record(t, trail, e)
			disk.Set(nil)
			after := lastSegment(t, dir)
			if after == before {
				t.Fatal("the same segment goes on")
			}
			if now, err := os.Stat(before); err != nil || now.Size() != info.Size() {
				t.Errorf("the old segment has %d bytes, want %d", now.Size(), info.Size())
			}
			record(t, trail, outcomeOf(e, audit.Applied))
			closeTrail(t, trail)
			if got := damages(t, dir); len(got) != 1 || got[0] != "failed" {
				t.Errorf("damage on the trail: %v", got)
			}
			verify(t, dir, proof.ExitIntact)
		})
	}
}

// TestADiskThatOnlyFails: nothing is acknowledged, health says so, and once
// the disk works again the trail says how much was refused.
func TestADiskThatOnlyFails(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"sync", "write", "create"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			dir, disk := t.TempDir(), &audit.FaultyDisk{}
			var told atomic.Int32
			opts := small
			opts.OnHealth = func(h audit.Health) {
				if h.Err != nil {
					told.Add(1)
				}
			}
			trail := open(t, dir, opts.With(disk))
			changes(t, trail, 3)
			var always, first atomic.Int32
			always.Store(-1)
			first.Store(-1)
			failing, failFirst := segmentFault(op, errIO, &always), segmentFault("sync", errIO, &first)
			disk.Set(func(o, path string) error { return errors.Join(failing(o, path), failFirst(o, path)) })
			for range 5 {
				if err := trail.Record(t.Context(), decision()); !errors.Is(err, errIO) {
					t.Errorf("got %v, want the disk's error", err)
				}
			}
			trail.Tick()
			if trail.Health().Err == nil {
				t.Error("health says nothing")
			}
			size := trail.Stats().Size
			disk.Set(nil)
			trail.Tick()
			if err := trail.Health().Err; err != nil {
				t.Errorf("still unhealthy: %v", err)
			}
			changes(t, trail, 1)
			closeTrail(t, trail)
			if told.Load() == 0 {
				t.Error("nobody was told")
			}
			var refused int64
			for _, r := range records(t, dir) {
				if r.Seq < size && r.Stage == audit.StageDecision && r.Seq > 7 {
					t.Errorf("record %d was refused and is there", r.Seq)
				}
				if r.Code == audit.CodeRefused {
					refused += r.Notice.Refused.Count
				}
			}
			if refused != 5 {
				t.Errorf("the trail says %d were refused, want 5", refused)
			}
			if r := verify(t, dir, proof.ExitIntact); !found(r, "unavailable") {
				t.Error("the report doesn't mention it")
			}
		})
	}
}

// TestTheFileIsGone: a log that was removed or replaced under a running
// gateway is brought back with every record (hashicorp/vault #31718).
func TestTheFileIsGone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind   string
		remove func(path string) error
	}{
		"removed": {"missing", os.Remove},
		"moved":   {"missing", func(path string) error { return os.Rename(path, path+".bak") }},
		"replaced": {"replaced", func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.WriteFile(path, []byte("{}\n"), 0o640)
		}},
		"appended to": {"foreign", func(path string) error {
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("{\"forged\":true}\n")
			return errors.Join(err, f.Close())
		}},
		"folder removed": {"missing", func(path string) error { return os.RemoveAll(filepath.Dir(path)) }},
	} {
		for _, noticed := range []string{"by the next write", "within a second"} {
			t.Run(name+" "+noticed, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				trail := open(t, dir, small)
				changes(t, trail, 3)
				if err := c.remove(lastSegment(t, dir)); err != nil {
					t.Fatal(err)
				}
				if noticed == "within a second" {
					trail.Tick()
					if got := damages(t, dir); len(got) != 1 {
						t.Errorf("damage on the trail: %v", got)
					}
				}
				changes(t, trail, 3)
				closeTrail(t, trail)
				if got := damages(t, dir); len(got) != 1 || got[0] != c.kind {
					t.Errorf("damage on the trail: %v, want %s", got, c.kind)
				}
				if n := count(t, dir, audit.CodeApplied); n != 6 {
					t.Errorf("%d changes on the trail, want 6", n)
				}
				verify(t, dir, proof.ExitIntact)
			})
		}
	}
}

// TestTheFileWasShortened: what was cut out of a live file is lost, the rest
// goes on in a new segment, and verification names what is missing.
func TestTheFileWasShortened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	changes(t, trail, 3)
	if err := os.Truncate(lastSegment(t, dir), 0); err != nil {
		t.Fatal(err)
	}
	changes(t, trail, 3)
	closeTrail(t, trail)
	if got := damages(t, dir); len(got) != 1 || got[0] != "shortened" {
		t.Errorf("damage on the trail: %v", got)
	}
	r := verify(t, dir, proof.ExitTampered)
	if !found(r, "records_missing") || found(r, "root_differs") || len(r.Findings) != 2 {
		t.Errorf("got %+v", r.Findings)
	}
	// A restart can't bring them back, and doesn't make things worse.
	closeTrail(t, open(t, dir, small))
	verify(t, dir, proof.ExitTampered)
}

// TestTheDirectoryIsGone: an unmounted disk must not be written around.
func TestTheDirectoryIsGone(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	dir, away := filepath.Join(base, "trail"), filepath.Join(base, "away")
	trail := open(t, dir, small)
	changes(t, trail, 3)
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, audit.SegmentsDir), 0o750); err != nil {
		t.Fatal(err)
	}
	trail.Tick()
	if trail.Health().Err == nil {
		t.Error("health says nothing")
	}
	if err := trail.Record(t.Context(), decision()); err == nil {
		t.Error("recorded into a directory that is gone")
	}
	if err := errors.Join(os.RemoveAll(dir), os.Rename(away, dir)); err != nil {
		t.Fatal(err)
	}
	trail.Tick()
	if err := trail.Health().Err; err != nil {
		t.Errorf("still unhealthy with the directory back: %v", err)
	}
	changes(t, trail, 3)
	closeTrail(t, trail)
	verify(t, dir, proof.ExitIntact)
}

func TestTheTreeFileIsGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	changes(t, trail, 3)
	if err := os.Remove(filepath.Join(dir, audit.HashesFile)); err != nil {
		t.Fatal(err)
	}
	trail.Tick()
	changes(t, trail, 3)
	if err := trail.Sign(); err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Prove(dir, 3); err != nil {
		t.Error(err)
	}
	closeTrail(t, trail)
	if r := verify(t, dir, proof.ExitIntact); found(r, "tree_damaged") {
		t.Error("the tree on disk is damaged")
	}
}

// TestASealedSegmentIsGone: a running gateway needs none of those behind it, and
// misses them all the same; one that was retired it doesn't.
func TestASealedSegmentIsGone(t *testing.T) {
	t.Parallel()
	dir, c := t.TempDir(), newClock()
	trail := aged(t, dir, c, hourly(), 5)
	if _, err := trail.Retire(audit.Retirement{Before: c.now().Add(-3 * day), By: "carol", Why: "x"}); err != nil {
		t.Fatal(err)
	}
	trail.Tick()
	if n := count(t, dir, audit.CodeDamage); n != 0 {
		t.Errorf("%d records of damage after a retirement", n)
	}
	gone := segments(t, dir)[1]
	remove(t, gone.Path)
	trail.Tick()
	trail.Tick()
	var said []string
	for l, err := range audit.Lines(dir, gone.First) {
		if err != nil {
			t.Fatal(err)
		}
		if r, err := audit.Parse(l.Text); err == nil && r.Code == audit.CodeDamage {
			said = append(said, r.Notice.Damage.Kind+" "+r.Notice.Damage.File)
		}
	}
	if want := "missing " + gone.Name(); len(said) != 1 || said[0] != want || len(trail.Health().Warnings) == 0 {
		t.Errorf("the trail says %q, want %q; health %+v", said, want, trail.Health())
	}
	closeTrail(t, trail)
}

// TestTwoWritersAfterTheLockIsRemoved: the first notices and stops, and takes
// nothing of the second's with it when it ends.
func TestTwoWritersAfterTheLockIsRemoved(t *testing.T) {
	t.Parallel()
	for name, notice := range map[string]func(*testing.T, *audit.Trail){
		"at a change": func(t *testing.T, first *audit.Trail) {
			if err := first.Record(t.Context(), decision()); err == nil || first.Health().Err == nil {
				t.Errorf("the first goes on: %v, health %v", err, first.Health().Err)
			}
		},
		"within a second": func(t *testing.T, first *audit.Trail) {
			if first.Tick(); first.Health().Err == nil {
				t.Error("the health says nothing")
			}
		},
		"at its end": func(*testing.T, *audit.Trail) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			first := open(t, dir, small)
			changes(t, first, 2)
			if err := os.Remove(filepath.Join(dir, audit.LockFile)); err != nil {
				t.Fatal(err)
			}
			second := open(t, dir, small)
			changes(t, second, 3)
			notice(t, first)
			if err := first.Close(); err == nil {
				t.Error("the first says that it has stopped as it should")
			}
			changes(t, second, 3)
			if _, err := os.Stat(filepath.Join(dir, audit.SocketFile)); err != nil {
				t.Errorf("the second can't be reached any more: %v", err)
			}
			closeTrail(t, second)
			if r := verify(t, dir, proof.ExitIntact); found(r, "damage") {
				t.Errorf("got %+v", r.Findings)
			}
		})
	}
}
