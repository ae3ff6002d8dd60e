// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

func segments(t testing.TB, dir string) []audit.Segment {
	t.Helper()
	all, err := audit.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func lastSegment(t testing.TB, dir string) string {
	t.Helper()
	all := segments(t, dir)
	return all[len(all)-1].Path
}

func edit(t testing.TB, path string, change func([]byte) []byte) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

// crashed returns a trail that was left in the middle of one change, with
// everything so far under a checkpoint but for what after writes.
func crashed(t *testing.T, after ...audit.Event) (dir string, open audit.Event) {
	t.Helper()
	dir = t.TempDir()
	trail, err := audit.Open(dir, small)
	if err != nil {
		t.Fatal(err)
	}
	changes(t, trail, 3)
	open = decision()
	record(t, trail, open)
	if err := trail.Sign(); err != nil {
		t.Fatal(err)
	}
	record(t, trail, after...)
	trail.Abandon()
	return dir, open
}

func TestADecisionWithoutOutcomeEndsInDoubt(t *testing.T) {
	t.Parallel()
	dir, lost := crashed(t)
	trail := open(t, dir, small)
	if got := trail.Stats().InDoubt; got != 1 {
		t.Errorf("%d in doubt, want 1", got)
	}
	var doubtful []audit.Record
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeInDoubt {
			doubtful = append(doubtful, r)
		}
	}
	if len(doubtful) != 1 {
		t.Fatalf("%d records in doubt, want 1", len(doubtful))
	}
	r := doubtful[0]
	if r.Change != lost.Change || r.Stage != audit.StageOutcome || r.Outcome != audit.Unknown ||
		r.Targets[0] != "bob" || r.Actor.Name != "alice" || r.Cluster != "prod-es" || r.Time.Before(lost.Time) {
		t.Errorf("got %+v", r)
	}
	closeTrail(t, trail)
	if r := verify(t, dir, proof.ExitIntact); r.InDoubt != 1 || !found(r, "crash") {
		t.Errorf("got %+v", r)
	}
	again := open2(t, dir)
	if got := again.Stats().InDoubt; got != 0 {
		t.Errorf("%d in doubt after the second start, want 0", got)
	}
}

func open2(t *testing.T, dir string) *audit.Trail { return open(t, dir, small) }

func TestADecisionOpenOverManySegmentsIsFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opts := small
	opts.SegmentSize = 4000
	trail, err := audit.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	lost := decision()
	record(t, trail, lost)
	changes(t, trail, 20)
	trail.Abandon()
	if n := len(segments(t, dir)); n < 5 {
		t.Fatalf("%d segments, expected several", n)
	}
	trail = open(t, dir, opts)
	closeTrail(t, trail)
	if n := count(t, dir, audit.CodeInDoubt); n != 1 {
		t.Errorf("%d in doubt, want 1", n)
	}
	verify(t, dir, proof.ExitIntact)
}

// TestTornEnd: whatever a crash leaves behind the last whole record goes to
// quarantine, and the trail goes on.
func TestTornEnd(t *testing.T) {
	t.Parallel()
	for name, tear := range map[string]func([]byte) []byte{
		"half a line":          func(b []byte) []byte { return append(b, lastLine(b)[:700]...) },
		"one byte":             func(b []byte) []byte { return append(b, '{') },
		"zeros":                func(b []byte) []byte { return append(b, make([]byte, 5000)...) },
		"a line twice":         func(b []byte) []byte { return append(b, lastLine(b)...) },
		"empty lines":          func(b []byte) []byte { return append(b, "\n\n\n"...) },
		"last line unfinished": func(b []byte) []byte { return b[:len(b)-1] },
		"hole in the last line": func(b []byte) []byte {
			l := lastLine(b)
			clear(l[200:600])
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := decision()
			dir, _ := crashed(t, e, outcomeOf(e, audit.Applied))
			edit(t, lastSegment(t, dir), tear)
			trail := open(t, dir, small)
			changes(t, trail, 2)
			closeTrail(t, trail)
			if n := count(t, dir, audit.CodeTorn); n != 1 {
				t.Errorf("%d records of a torn end, want 1", n)
			}
			kept, err := os.ReadDir(filepath.Join(dir, audit.QuarantineDir))
			if err != nil || len(kept) != 1 {
				t.Errorf("%d files in quarantine (%v), want 1", len(kept), err)
			}
			if r := verify(t, dir, proof.ExitIntact); !found(r, "damage") {
				t.Error("the report doesn't mention it")
			}
		})
	}
}

func lastLine(b []byte) []byte {
	b2 := bytes.TrimSuffix(b, []byte("\n"))
	return b[bytes.LastIndexByte(b2, '\n')+1:]
}

// TestSignedRecordsAreNeverCut: damage under a signed checkpoint isn't a torn
// end; a gateway must not go on as if nothing had happened.
func TestSignedRecordsAreNeverCut(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"cut":          func(b []byte) []byte { return b[:len(b)-len(lastLine(b))] },
		"cut in half":  func(b []byte) []byte { return b[:len(b)/2] },
		"emptied":      func([]byte) []byte { return nil },
		"edited":       func(b []byte) []byte { return bytes.Replace(b, []byte(`"bob"`), []byte(`"eve"`), 1) },
		"line removed": func(b []byte) []byte { return append(bytes.Clone(b[:bytes.IndexByte(b, '\n')+1]), lastLine(b)...) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := crashed(t)
			path := lastSegment(t, dir)
			edit(t, path, damage)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			trail, err := audit.Open(dir, small)
			if err == nil {
				trail.Close()
				t.Fatal("the trail was opened")
			}
			if !strings.Contains(err.Error(), "audit verify") {
				t.Errorf("the error doesn't say what to do: %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the evidence was changed (%v)", err)
			}
		})
	}
}

func TestTheTreeIsRebuilt(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(path string) error{
		"removed":   os.Remove,
		"emptied":   func(path string) error { return os.Truncate(path, 0) },
		"cut":       func(path string) error { return os.Truncate(path, 1000) },
		"garbage":   func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("x"), 9999), 0o640) },
		"too long":  func(path string) error { return os.Truncate(path, 1<<20) },
		"one wrong": func(path string) error { return flip(path, 64) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			opts := small
			opts.SegmentSize = 4000
			trail := open(t, dir, opts)
			changes(t, trail, 20)
			closeTrail(t, trail)
			if err := damage(filepath.Join(dir, audit.HashesFile)); err != nil {
				t.Fatal(err)
			}
			trail = open(t, dir, opts)
			changes(t, trail, 20)
			closeTrail(t, trail)
			if r := verify(t, dir, proof.ExitIntact); name != "one wrong" && found(r, "tree_damaged") {
				t.Error("the tree on disk is still damaged")
			}
		})
	}
}

func flip(path string, at int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		return err
	}
	b[0] ^= 1
	_, err = f.WriteAt(b[:], at)
	return err
}

func TestAnEmptyLastSegmentIsNoDamage(t *testing.T) {
	t.Parallel()
	dir, _ := crashed(t)
	// A rotation was about to begin: the new file stands, the old isn't sealed.
	if err := os.WriteFile(filepath.Join(dir, audit.SegmentsDir, "000000000010-20261123.jsonl"), nil, 0o640); err != nil {
		t.Fatal(err)
	}
	trail := open(t, dir, small)
	closeTrail(t, trail)
	verify(t, dir, proof.ExitIntact)
}

func TestATornFirstLineOfASegment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opts := small
	opts.SegmentSize = 4000
	trail, err := audit.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	lost := decision()
	record(t, trail, lost)
	changes(t, trail, 8)
	trail.Abandon()
	all := segments(t, dir)
	// Cut the newest segment to a piece of its first line, and the checkpoints
	// back to the time when the segment before it was sealed.
	last := all[len(all)-1]
	edit(t, last.Path, func(b []byte) []byte { return b[:300] })
	if err := os.Remove(filepath.Join(dir, audit.CheckpointFile)); err != nil {
		t.Fatal(err)
	}
	trail = open(t, dir, opts)
	closeTrail(t, trail)
	var doubtful []string
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeInDoubt {
			doubtful = append(doubtful, r.Change)
		}
	}
	if !slices.Contains(doubtful, lost.Change) {
		t.Errorf("in doubt: %v, want %s among them", doubtful, lost.Change)
	}
	verify(t, dir, proof.ExitIntact)
}

func TestWhatATrailCannotDoWithout(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(dir string) error{
		"log.json":      func(dir string) error { return os.Remove(filepath.Join(dir, "log.json")) },
		"its key":       func(dir string) error { return os.Remove(filepath.Join(dir, audit.KeysDir, "signing.key")) },
		"a private key": func(dir string) error { return os.Chmod(filepath.Join(dir, audit.KeysDir, "signing.key"), 0o644) },
		"its own checkpoint": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, audit.CheckpointFile), []byte("gw\n1\nAAAA\n\n— gw x\n"), 0o640)
		},
		"a known format": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "log.json"), []byte(`{"format":2,"origin":"gw"}`), 0o640)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			closeTrail(t, open(t, dir, small))
			if err := damage(dir); err != nil {
				t.Fatal(err)
			}
			if trail, err := audit.Open(dir, small); err == nil {
				trail.Close()
				t.Error("the trail was opened")
			}
		})
	}
}

func TestTheFirstStartMayBeInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	key := trail.Identity().Verifier
	closeTrail(t, trail)
	// The key was written, log.json not yet, no segment either.
	for _, name := range []string{"log.json", audit.CheckpointFile, audit.HashesFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{audit.SegmentsDir, audit.CheckpointsDir} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if got := open(t, dir, small).Identity().Verifier; got != key {
		t.Errorf("the key was made anew")
	}
}

func TestAClockSetBackWhileStopped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	closeTrail(t, open(t, dir, c.options(small)))
	c.set(-time.Hour)
	closeTrail(t, open(t, dir, c.options(small)))
	if n := count(t, dir, audit.CodeClock); n != 1 {
		t.Errorf("%d records of a clock that was set, want 1", n)
	}
	verify(t, dir, proof.ExitIntact, proof.Options{Now: c.now()})
}

func TestRecordsAreJSON(t *testing.T) {
	t.Parallel()
	dir, _ := crashed(t)
	closeTrail(t, open(t, dir, small))
	for l, err := range audit.Lines(dir, 0) {
		if err != nil || !json.Valid(l.Text) {
			t.Errorf("not JSON (%v): %s", err, l.Text)
		}
	}
}
