// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/audit/seal"
)

// bodyOf is the first line of a trail with that code, without its link.
func bodyOf(t *testing.T, dir string, code audit.Code) []byte {
	t.Helper()
	for l, err := range audit.Lines(dir, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(l.Text, []byte(`"code":"`+string(code)+`"`)) {
			body, _, _ := bytes.Cut(l.Text, []byte(`,"Chain":`))
			return bytes.Clone(body)
		}
	}
	t.Fatalf("no record of code %s", code)
	return nil
}

// plant writes records behind the last one of a trail that nobody writes, with
// links that fit: all that can be done without the key.
func plant(t *testing.T, dir string, bodies ...[]byte) {
	t.Helper()
	edit(t, lastSegment(t, dir), func(b []byte) []byte {
		lines := splitLines(b)
		last := bytes.TrimSuffix(lines[len(lines)-1], []byte("\n"))
		link, ok := seal.ParseLink(last)
		if !ok {
			t.Fatal("the last line has no link")
		}
		for _, body := range bodies {
			link.Seq, link.Prev = link.Seq+1, seal.Leaf(last)
			last = seal.AppendLink(bytes.Clone(body), link)
			b = append(append(b, last...), '\n')
		}
		return b
	})
}

// TestAttackByAppending: records are added to a trail whose gateway has stopped.
// Nothing vouches for them, and the next gateway doesn't either.
func TestAttackByAppending(t *testing.T) {
	t.Parallel()
	dir, keys, _ := attacked(t)
	plant(t, dir, bodyOf(t, dir, audit.CodeForwarded))
	if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys}); !found(r, "after_stop") {
		t.Errorf("got %+v", r.Findings)
	}
	before := count(t, dir, audit.CodeForwarded)
	closeTrail(t, open(t, dir, small))
	if after := count(t, dir, audit.CodeForwarded); after != before-1 {
		t.Errorf("%d decisions, with the planted one there were %d", after, before)
	}
	if r := verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys}); !found(r, "damage") {
		t.Errorf("the next start says nothing: %+v", r.Findings)
	}
}

// TestAttackByAForgedRetirement: segments are removed, and a record written that
// says they were retired.
func TestAttackByAForgedRetirement(t *testing.T) {
	t.Parallel()
	c := newClock()
	model := aged(t, t.TempDir(), c, hourly(), 5)
	if _, err := model.Retire(audit.Retirement{Before: c.now().Add(-3 * day), By: "carol", Why: "x"}); err != nil {
		t.Fatal(err)
	}
	closeTrail(t, model)
	dir, keys, _ := attacked(t)
	retired := bodyOf(t, model.Dir(), audit.CodeRetired)
	all := segments(t, dir)
	at := bytes.Index(retired, []byte(`"last":`)) + len(`"last":`)
	end := at + bytes.IndexAny(retired[at:], ",}")
	retired = append(append(bytes.Clone(retired[:at]), []byte("9999")...), retired[end:]...)
	plant(t, dir, bodyOf(t, dir, audit.CodeStart), retired)
	remove(t, all[0].Path)
	if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys}); !found(r, "records_missing") {
		t.Errorf("got %+v", r.Findings)
	}
	if _, err := audit.Open(dir, small); err == nil || !strings.Contains(err.Error(), "never signed") {
		t.Errorf("a gateway goes on with it: %v", err)
	}
}

// TestAttackByAForgedKeyChange: a record that nobody vouches for says that the
// key has changed. It takes nothing from what the key has signed.
func TestAttackByAForgedKeyChange(t *testing.T) {
	t.Parallel()
	model := open(t, t.TempDir(), small)
	if _, err := model.RotateKey(); err != nil {
		t.Fatal(err)
	}
	closeTrail(t, model)
	change := bodyOf(t, model.Dir(), audit.CodeKey)
	dir, keys, _ := attacked(t)
	change = bytes.ReplaceAll(change, []byte(model.Identity().Verifier), []byte(keys[0]))
	rewrite(t, dir, func(lines [][]byte) [][]byte {
		link, _ := seal.ParseLink(bytes.TrimSuffix(lines[7], []byte("\n")))
		lines[7] = append(seal.AppendLink(change, link), '\n')
		return rechain(lines, 8)
	})
	kept, err := audit.KeptCheckpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	oldest, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, audit.CheckpointFile), oldest, 0o640); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys}); !found(r, "root_differs") {
		t.Errorf("got %+v", r.Findings)
	}
}

// TestAttackByAStrangeFile: who reads the segments with jq would read it too,
// wherever it lies; and what isn't a file of the trail's own is none of it.
func TestAttackByAStrangeFile(t *testing.T) {
	t.Parallel()
	write := func(names ...string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(append([]string{dir}, names...)...)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte("{}\n"), 0o640)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, attack := range map[string]func(t *testing.T, dir string){
		"beside the segments":    write(audit.SegmentsDir, "000-late.jsonl"),
		"in the trail":           write("late.jsonl"),
		"below the segments":     write(audit.SegmentsDir, "more", "000000000000-20261123.jsonl"),
		"in a directory of ours": write(audit.QuarantineDir, "000000000000-20261123.jsonl"),
		"a directory": func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, audit.SegmentsDir, "000000009999-20261123.jsonl"), 0o750); err != nil {
				t.Fatal(err)
			}
		},
		"a link": func(t *testing.T, dir string) {
			path, away := segments(t, dir)[0].Path, filepath.Join(t.TempDir(), "away")
			if err := errors.Join(os.Rename(path, away), os.Symlink(away, path)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys, _ := attacked(t)
			attack(t, dir)
			if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys}); !found(r, "foreign_file") {
				t.Errorf("got %+v", r.Findings)
			}
		})
	}
}

// dated puts a record's time to another.
func dated(body []byte, at string) []byte {
	_, rest, _ := bytes.Cut(body, []byte(`Z"`))
	return append([]byte(`{"@timestamp":"`+at+`"`), rest...)
}

// TestAttackByRecordsFromTheFuture: records that claim to come from a gateway
// which will still be alive in 2099 don't wait for their checkpoint until then.
func TestAttackByRecordsFromTheFuture(t *testing.T) {
	t.Parallel()
	dir, keys, _ := attacked(t)
	const at = "2099-01-01T00:00:00.000000Z"
	plant(t, dir, dated(bodyOf(t, dir, audit.CodeStart), at), dated(bodyOf(t, dir, audit.CodeForwarded), at))
	r := verify(t, dir, proof.ExitIncomplete, proof.Options{Keys: keys, Now: time.Now().Add(time.Hour)})
	if r.Live || !found(r, "future") || !found(r, "unsigned") {
		t.Errorf("live %v, %+v", r.Live, r.Findings)
	}
}

// TestAttackByAForgedRun: a whole run of a gateway, from start to stop, is added
// to a trail whose gateway has stopped. Before a gateway records a change it
// signs its start, so the next one knows that there was none.
func TestAttackByAForgedRun(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, dir string) [][]byte {
		return [][]byte{bodyOf(t, dir, audit.CodeStart), bodyOf(t, dir, audit.CodeForwarded), bodyOf(t, dir, audit.CodeApplied), bodyOf(t, dir, audit.CodeStop)}
	}
	for name, attack := range map[string]func(t *testing.T, dir string){
		"in the last segment": func(t *testing.T, dir string) { plant(t, dir, run(t, dir)...) },
		"in one of its own": func(t *testing.T, dir string) {
			last := segments(t, dir)[len(segments(t, dir))-1]
			bodies := append([][]byte{bodyOf(t, dir, audit.CodeOpened)}, run(t, dir)...)
			before, err := os.ReadFile(last.Path)
			if err != nil {
				t.Fatal(err)
			}
			plant(t, dir, bodies...)
			var planted []byte
			edit(t, last.Path, func(b []byte) []byte { planted = bytes.Clone(b[len(before):]); return before })
			name := fmt.Sprintf("%012d-%s.jsonl", last.First+int64(len(splitLines(before))), last.Day)
			if err := os.WriteFile(filepath.Join(dir, audit.SegmentsDir, name), planted, 0o640); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys, _ := attacked(t)
			before := count(t, dir, audit.CodeForwarded)
			attack(t, dir)
			closeTrail(t, open(t, dir, small))
			if after := count(t, dir, audit.CodeForwarded); after != before {
				t.Errorf("%d decisions, without the planted one there were %d", after, before)
			}
			r := verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys})
			if !found(r, "crash") || !found(r, "damage") {
				t.Errorf("the next start says nothing: %+v", r.Findings)
			}
		})
	}
}

// TestAttackOnTheQuarantine: what a crash or an intruder has left is evidence.
func TestAttackOnTheQuarantine(t *testing.T) {
	t.Parallel()
	dir, keys, _ := attacked(t)
	plant(t, dir, bodyOf(t, dir, audit.CodeForwarded))
	closeTrail(t, open(t, dir, small))
	aside, err := filepath.Glob(filepath.Join(dir, audit.QuarantineDir, "*"))
	if err != nil || len(aside) != 1 {
		t.Fatalf("in quarantine: %v (%v)", aside, err)
	}
	verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys})
	edit(t, aside[0], func(b []byte) []byte { return bytes.Replace(b, []byte("bob"), []byte("eve"), 1) })
	if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys}); !found(r, "quarantine_altered") {
		t.Errorf("got %+v", r.Findings)
	}
	remove(t, aside[0])
	if r := verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys}); !found(r, "quarantine_unread") {
		t.Errorf("got %+v", r.Findings)
	}
}
