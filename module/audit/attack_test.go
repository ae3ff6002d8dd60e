// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/audit/seal"
)

// The attacks that the trail is built against, and the tests that carry them out:
//
//	edit, delete, insert, reorder inside     TestAttackOnALine, TestAttackOnFiles
//	recompute everything without the key     TestAttackOnEverything, TestAttackByAForgedKeyChange
//	cut the tail                             TestAttackOnTheTail
//	cut and continue                         TestAttackCutAndContinue
//	root with the key rewrites the past      TestAttackOnEverything and TestAttackCutAndContinue, by a kept checkpoint
//	two versions for two auditors            TestAttackCutAndContinue: no consistency proof between them
//	delete or swap the live file             TestTheFileIsGone, TestTheFileWasShortened, TestTheDirectoryIsGone, TestRemovedBeforeItEnds, TestASealedSegmentIsGone
//	stop logging                             TestAttackByStopping, TestADiskThatOnlyFails
//	set the clock back                       TestAttackOnTheClock
//	control characters, formulas, HTML       TestAttackOnTheReader; for their media, in module/review
//	add records, retire without a key        TestAttackByAppending, TestAttackByAForgedRun, TestAttackByAForgedRetirement
//	add files, alter what was put aside      TestAttackByAStrangeFile, TestAttackOnTheQuarantine
//	records that will be young for years     TestAttackByRecordsFromTheFuture
//
// And the promises: nothing leaves without its decision (TestHardeningReloadUnderLoad
// in module, TestKillInFrontOfClusters in module/e2e), nothing is answered before
// it is durable (TestKill), every decision ends in an outcome (TestKill,
// TestADecisionWithoutOutcomeEndsInDoubt, TestAnOutcomeIsOwed, TestNoChangeWithoutItsRecords), and a trail that can't record is noticed
// (TestTheFileIsGone, TestDiskLevels, TestWhatTheTrailTells in module).

// attacked writes a closed trail of several segments, and a checkpoint from its
// middle, as an auditor would have kept it.
func attacked(t *testing.T) (dir string, keys []string, kept []byte) {
	t.Helper()
	dir = t.TempDir()
	opts := small
	opts.SegmentSize = 20_000
	trail := open(t, dir, opts)
	changes(t, trail, 20)
	if err := trail.Sign(); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, audit.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	changes(t, trail, 20)
	closeTrail(t, trail)
	keys = []string{trail.Identity().Verifier}
	verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys, Against: [][]byte{kept}})
	return dir, keys, kept
}

func splitLines(b []byte) [][]byte {
	lines := bytes.SplitAfter(b, []byte("\n"))
	return lines[:len(lines)-1]
}

// TestAttackOnALine: an edit, a removal, an insertion, a move or a copy inside
// the trail is found, and the report names the place.
func TestAttackOnALine(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]func(lines [][]byte) [][]byte{
		"edit one byte": func(l [][]byte) [][]byte { l[7] = bytes.Replace(l[7], []byte("bob"), []byte("eve"), 1); return l },
		"edit the time": func(l [][]byte) [][]byte {
			l[7] = bytes.Replace(l[7], []byte("T1"), []byte("T0"), 1)
			l[7] = bytes.Replace(l[7], []byte("T2"), []byte("T0"), 1)
			l[7][12] ^= 1
			return l
		},
		"edit the salt": func(l [][]byte) [][]byte { flipHex(l[7], len(l[7])-6); return l },
		"add a space": func(l [][]byte) [][]byte {
			l[7] = bytes.Replace(l[7], []byte(`,"message"`), []byte(`, "message"`), 1)
			return l
		},
		"remove":           func(l [][]byte) [][]byte { return append(l[:7:7], l[8:]...) },
		"remove the first": func(l [][]byte) [][]byte { return l[1:] },
		"swap":             func(l [][]byte) [][]byte { l[7], l[8] = l[8], l[7]; return l },
		"repeat":           func(l [][]byte) [][]byte { return append(l[:8:8], l[7:]...) },
		"insert":           func(l [][]byte) [][]byte { return append(append(l[:7:7], []byte("{}\n")), l[7:]...) },
		"empty":            func(l [][]byte) [][]byte { l[7] = []byte("\n"); return l },
		"join two":         func(l [][]byte) [][]byte { l[7] = bytes.TrimSuffix(l[7], []byte("\n")); return l },
		"forge with links": forge,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys, _ := attacked(t)
			first := segments(t, dir)[0].Path
			edit(t, first, func(b []byte) []byte { return bytes.Join(attack(splitLines(b)), nil) })
			r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys})
			near := false
			for _, f := range r.Findings {
				near = near || f.Breaks == "integrity" && f.Seq >= 0 && f.Seq <= 9
			}
			if !near {
				t.Errorf("the report doesn't name the place: %+v", r.Findings)
			}
		})
	}
}

func flipHex(line []byte, at int) {
	if line[at] == '0' {
		line[at] = '1'
	} else {
		line[at] = '0'
	}
}

// forge edits a record and makes every later link of the segment fit, as far
// as it can be done without the key.
func forge(lines [][]byte) [][]byte {
	lines[7] = bytes.Replace(lines[7], []byte("bob"), []byte("eve"), 1)
	return rechain(lines, 8)
}

func rechain(lines [][]byte, from int) [][]byte {
	for i := from; i < len(lines); i++ {
		prev := seal.Leaf(bytes.TrimSuffix(lines[i-1], []byte("\n")))
		at := bytes.LastIndex(lines[i], []byte(`"prev":"`)) + len(`"prev":"`)
		hex.Encode(lines[i][at:at+64], prev[:])
	}
	return lines
}

// TestAttackOnEverything: somebody without the key edits a record, makes all
// links, the tree and everything else fit, and leaves only what is signed.
func TestAttackOnEverything(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cover func(t *testing.T, dir string)
		want  int
	}{
		"checkpoints left": {func(*testing.T, string) {}, proof.ExitTampered},
		"newest replaced by one of another key": {func(t *testing.T, dir string) {
			other := open(t, t.TempDir(), audit.Options{Origin: identity(t, dir).Origin, Reserve: 1, StopFree: 1})
			text, err := os.ReadFile(filepath.Join(other.Dir(), audit.CheckpointFile))
			if err != nil {
				t.Fatal(err)
			}
			plantKey(t, dir, other.Identity().Verifier)
			if err := os.WriteFile(filepath.Join(dir, audit.CheckpointFile), text, 0o640); err != nil {
				t.Fatal(err)
			}
		}, proof.ExitTampered},
		"checkpoints removed": {func(t *testing.T, dir string) {
			for _, name := range []string{audit.CheckpointFile, audit.CheckpointsDir} {
				if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
		}, proof.ExitIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys, kept := attacked(t)
			rewrite(t, dir, func(lines [][]byte) [][]byte { return lines })
			verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys, Against: [][]byte{kept}})
			rewrite(t, dir, forge)
			c.cover(t, dir)
			verify(t, dir, c.want, proof.Options{Keys: keys})
			// Whatever he does: a checkpoint that was kept elsewhere tells.
			r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys, Against: [][]byte{kept}})
			if !found(r, "root_differs") {
				t.Errorf("got %+v", r.Findings)
			}
		})
	}
}

func identity(t *testing.T, dir string) audit.Identity {
	t.Helper()
	id, err := audit.ReadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func plantKey(t *testing.T, dir, key string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, audit.KeysDir, "0.vkey"), []byte(key+"\n"), 0o640); err != nil {
		t.Fatal(err)
	}
}

// rewrite changes all lines of the trail as one, and the tree with them.
func rewrite(t *testing.T, dir string, change func([][]byte) [][]byte) {
	t.Helper()
	all := segments(t, dir)
	var lines [][]byte
	var sizes []int
	for _, s := range all {
		text, err := os.ReadFile(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		part := splitLines(text)
		lines, sizes = append(lines, part...), append(sizes, len(part))
	}
	lines = change(lines)
	var edge seal.Edge
	var stored []tlog.Hash
	for _, l := range lines {
		stored = edge.Append(seal.Leaf(bytes.TrimSuffix(l, []byte("\n"))), stored)
	}
	if err := os.WriteFile(filepath.Join(dir, audit.HashesFile), seal.AppendHashes(nil, stored), 0o640); err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		n := min(sizes[i], len(lines))
		if err := os.WriteFile(s.Path, bytes.Join(lines[:n], nil), 0o640); err != nil {
			t.Fatal(err)
		}
		lines = lines[n:]
	}
}

// TestAttackOnTheTail: the newest records are cut off.
func TestAttackOnTheTail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		also func(t *testing.T, dir string)
		want int
	}{
		"checkpoints left": {func(*testing.T, string) {}, proof.ExitTampered},
		"newest checkpoint removed": {func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, audit.CheckpointFile))
		}, proof.ExitTampered},
		"all checkpoints beyond the cut removed": {func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, audit.CheckpointFile))
			kept, err := audit.KeptCheckpoints(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range kept[1:] {
				remove(t, path)
			}
		}, proof.ExitIncomplete}, // no stop, no sign of life, unsigned records
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys, kept := attacked(t)
			all := segments(t, dir)
			for _, s := range all[1:] {
				remove(t, s.Path)
			}
			edit(t, all[0].Path, func(b []byte) []byte { return bytes.Join(splitLines(b)[:9], nil) })
			c.also(t, dir)
			later := time.Now().Add(time.Hour)
			verify(t, dir, c.want, proof.Options{Keys: keys, Now: later})
			r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys, Now: later, Against: [][]byte{kept}})
			if !found(r, "records_cut") {
				t.Errorf("got %+v", r.Findings)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// TestAttackCutAndContinue: the tail is cut with every trace of it, the gateway
// starts again and signs what it finds. On this host nothing is left that could
// tell; a checkpoint that was kept elsewhere does.
func TestAttackCutAndContinue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	keys := []string{trail.Identity().Verifier}
	changes(t, trail, 5)
	closeTrail(t, trail)
	backup := t.TempDir()
	if err := os.CopyFS(backup, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(backup, audit.KeysDir, "signing.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	trail = open(t, dir, small)
	changes(t, trail, 5)
	closeTrail(t, trail)
	kept, err := os.ReadFile(filepath.Join(dir, audit.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	// The attacker puts yesterday's directory back, and lets it go on.
	trail = open(t, backup, small)
	changes(t, trail, 9)
	closeTrail(t, trail)
	verify(t, backup, proof.ExitIntact, proof.Options{Keys: keys})
	verify(t, backup, proof.ExitTampered, proof.Options{Keys: keys, Against: [][]byte{kept}})
	newer, err := os.ReadFile(filepath.Join(backup, audit.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.ProveConsistency(backup, kept, newer); err == nil {
		t.Error("two histories were proven consistent")
	}
}

// TestAttackOnFiles: whole files vanish, move or are replaced while the gateway
// is down. (While it runs, see TestTheFileIsGone.)
func TestAttackOnFiles(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]func(t *testing.T, dir string, s []audit.Segment){
		"first segment removed":  func(t *testing.T, dir string, s []audit.Segment) { remove(t, s[0].Path) },
		"middle segment removed": func(t *testing.T, dir string, s []audit.Segment) { remove(t, s[1].Path) },
		"last segment removed":   func(t *testing.T, dir string, s []audit.Segment) { remove(t, s[len(s)-1].Path) },
		"all segments removed": func(t *testing.T, dir string, s []audit.Segment) {
			for _, s := range s {
				remove(t, s.Path)
			}
		},
		"two segments swapped": func(t *testing.T, dir string, s []audit.Segment) {
			swap := s[0].Path + ".x"
			for _, move := range [][2]string{{s[0].Path, swap}, {s[1].Path, s[0].Path}, {swap, s[1].Path}} {
				if err := os.Rename(move[0], move[1]); err != nil {
					t.Fatal(err)
				}
			}
		},
		"a segment of another trail": func(t *testing.T, dir string, s []audit.Segment) {
			other := open(t, t.TempDir(), small)
			changes(t, other, 10)
			text, err := os.ReadFile(lastSegment(t, other.Dir()))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(s[0].Path, text, 0o640); err != nil {
				t.Fatal(err)
			}
		},
		"bytes after a sealed segment": func(t *testing.T, dir string, s []audit.Segment) {
			edit(t, s[0].Path, func(b []byte) []byte { return append(b, "half a line"...) })
		},
		"a record repeated in a segment of its own": func(t *testing.T, dir string, s []audit.Segment) {
			text, err := os.ReadFile(s[0].Path)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(dir, audit.SegmentsDir, "000000000003-20991231.jsonl")
			if err := os.WriteFile(name, splitLines(text)[3], 0o640); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys, _ := attacked(t)
			attack(t, dir, segments(t, dir))
			verify(t, dir, proof.ExitTampered, proof.Options{Keys: keys})
		})
	}
}
