// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

// TestAttackByAStrangeFile: who reads the segments with jq would read it too.
func TestAttackByAStrangeFile(t *testing.T) {
	t.Parallel()
	dir, keys, _ := attacked(t)
	if err := os.WriteFile(filepath.Join(dir, audit.SegmentsDir, "000-late.jsonl"), []byte("{}\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys}); !found(r, "foreign_file") {
		t.Errorf("got %+v", r.Findings)
	}
}
