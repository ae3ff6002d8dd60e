// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

const day = 24 * time.Hour

// aged writes a trail over n days, one segment each, as days go by.
func aged(t *testing.T, dir string, c *clock, opts audit.Options, days int) *audit.Trail {
	t.Helper()
	trail := open(t, dir, c.options(opts))
	for range days {
		changes(t, trail, 3)
		for range 24 {
			c.pass(time.Hour)
			trail.Tick()
		}
	}
	changes(t, trail, 3)
	return trail
}

// hourly makes an hour of silence normal, so that days pass quickly.
func hourly() audit.Options {
	o := small
	o.Heartbeat, o.Retention = time.Hour, 2*day
	return o
}

// TestRetiredRecordsLeaveTheirProofs: what is left verifies, old proofs hold,
// and new ones can be made for lines that live on in an archive.
func TestRetiredRecordsLeaveTheirProofs(t *testing.T) {
	t.Parallel()
	dir, archive := t.TempDir(), filepath.Join(t.TempDir(), "old")
	c := newClock()
	trail := aged(t, dir, c, hourly(), 5)
	if err := trail.Sign(); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, audit.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	before, err := proof.Prove(dir, 4)
	if err != nil {
		t.Fatal(err)
	}
	done, err := trail.Retire(audit.Retirement{Before: c.now().Add(-2 * day), Archive: archive, By: "carol", Why: "two days are enough"})
	if err != nil {
		t.Fatal(err)
	}
	if first := segments(t, dir)[0].First; done.First != 0 || done.Last != first-1 || first == 0 {
		t.Errorf("retired %d to %d, the oldest left is %d", done.First, done.Last, first)
	}
	keys := []string{trail.Identity().Verifier}
	if _, err := proof.Check(before.Proof, before.Line, keys); err != nil {
		t.Errorf("the old proof: %v", err)
	}
	after, err := proof.Prove(dir, 4)
	if err != nil {
		t.Fatal(err)
	}
	if after.Line != nil {
		t.Error("the line is still there")
	}
	if _, err := proof.Check(after.Proof, before.Line, keys); err != nil {
		t.Errorf("the new proof of an archived line: %v", err)
	}
	r := verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys, Against: [][]byte{kept}, Now: c.now()})
	if len(r.Retired) != 1 || r.First != done.Last+1 {
		t.Errorf("the report: %+v", r)
	}
	if names, err := os.ReadDir(archive); err != nil || len(names) != 3 {
		t.Errorf("%d files in the archive (%v), want 3", len(names), err)
	}
	// Life goes on: more days, a restart, a second retirement without archive.
	for range 48 {
		c.pass(time.Hour)
		trail.Tick()
	}
	if _, err := trail.Retire(audit.Retirement{Before: c.now().Add(-2 * day), By: "carol", Why: "again"}); err != nil {
		t.Fatal(err)
	}
	closeTrail(t, trail)
	trail = open(t, dir, c.options(hourly()))
	changes(t, trail, 1)
	closeTrail(t, trail)
	verify(t, dir, proof.ExitIntact, proof.Options{Keys: keys, Against: [][]byte{kept}, Now: c.now()})
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeRetired && (r.Notice.By != "carol" || r.Notice.Note == "") {
			t.Errorf("the trail says %+v", r.Notice)
		}
	}
}

func TestWhatCannotBeRetired(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	trail := aged(t, dir, c, hourly(), 4)
	for name, r := range map[string]audit.Retirement{
		"too young":      {Before: c.now().Add(-day), By: "carol", Why: "x"},
		"nothing so old": {Before: c.now().Add(-30 * day), By: "carol", Why: "x"},
		"nobody did it":  {Before: c.now().Add(-2 * day), Why: "x"},
		"for no reason":  {Before: c.now().Add(-2 * day), By: "carol"},
		"nowhere to go":  {Before: c.now().Add(-2 * day), By: "carol", Why: "x", Archive: filepath.Join(dir, "lock", "x")},
		"it stays here":  {Before: c.now().Add(-2 * day), By: "carol", Why: "x", Archive: filepath.Join(dir, "old")},
	} {
		t.Run(name, func(t *testing.T) {
			if done, err := trail.Retire(r); err == nil {
				t.Errorf("retired %+v", done)
			}
		})
	}
	if n := count(t, dir, audit.CodeRetired); n != 0 {
		t.Errorf("the trail says %d times that records were retired", n)
	}
	edit(t, segments(t, dir)[0].Path, func(b []byte) []byte { return []byte(strings.Replace(string(b), "bob", "eve", 1)) })
	if _, err := trail.Retire(audit.Retirement{Before: c.now().Add(-2 * day), By: "carol", Why: "x"}); err == nil || !strings.Contains(err.Error(), "audit verify") {
		t.Errorf("altered records were retired: %v", err)
	}
}

// TestAnArchiveIsNotOverwritten: the first segments of two trails bear the same
// name, if they began on the same day.
func TestAnArchiveIsNotOverwritten(t *testing.T) {
	t.Parallel()
	archive, c := filepath.Join(t.TempDir(), "old"), newClock()
	one, other := aged(t, t.TempDir(), c, hourly(), 4), (*audit.Trail)(nil)
	first := segments(t, one.Dir())[0]
	c = newClock()
	other = aged(t, t.TempDir(), c, hourly(), 4)
	r := audit.Retirement{Before: c.now().Add(-2 * day), By: "carol", Why: "x", Archive: archive}
	if _, err := one.Retire(r); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(archive, first.Name()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Retire(r); err == nil || !strings.Contains(err.Error(), "another directory") {
		t.Errorf("the second trail went to the same archive: %v", err)
	}
	if now, err := os.ReadFile(filepath.Join(archive, first.Name())); err != nil || string(now) != string(kept) {
		t.Errorf("the archived records of the first trail are gone (%v)", err)
	}
	if n := count(t, other.Dir(), audit.CodeRetired); n != 0 {
		t.Errorf("the second trail says %d times that records were retired", n)
	}
}

func TestAnOpenDecisionStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	trail := open(t, dir, c.options(hourly()))
	e := decision()
	record(t, trail, e)
	for range 100 {
		c.pass(time.Hour)
		trail.Tick()
	}
	r := audit.Retirement{Before: c.now().Add(-2 * day), By: "carol", Why: "x"}
	if _, err := trail.Retire(r); err == nil {
		t.Error("a decision was retired before its outcome")
	}
	record(t, trail, outcomeOf(e, audit.Unknown))
	if _, err := trail.Retire(r); err != nil {
		t.Error(err)
	}
}
