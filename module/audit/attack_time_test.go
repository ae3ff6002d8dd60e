// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/audit/seal"
)

// TestAttackOnTheRetiredPart: without the word of the trail nothing may be
// missing, and the hashes that are left of what was retired are signed.
func TestAttackOnTheRetiredPart(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]func(dir string) error{
		"its hashes altered": func(dir string) error { return flip(filepath.Join(dir, audit.HashesFile), 32*4+3) },
		"its hashes removed": func(dir string) error { return os.Remove(filepath.Join(dir, audit.HashesFile)) },
		"more removed": func(dir string) error {
			all, err := audit.Segments(dir)
			if err != nil {
				return err
			}
			return os.Remove(all[0].Path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c := newClock()
			trail := aged(t, dir, c, hourly(), 5)
			if _, err := trail.Retire(audit.Retirement{Before: c.now().Add(-3 * day), By: "carol", Why: "x"}); err != nil {
				t.Fatal(err)
			}
			closeTrail(t, trail)
			verify(t, dir, proof.ExitIntact, proof.Options{Now: c.now()})
			if err := attack(dir); err != nil {
				t.Fatal(err)
			}
			verify(t, dir, proof.ExitTampered, proof.Options{Now: c.now()})
		})
	}
}

// TestAttackByStopping: the gateway is kept from writing.
func TestAttackByStopping(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	trail := open(t, dir, c.options(small))
	changes(t, trail, 3)
	if err := trail.Sign(); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, proof.ExitIntact, proof.Options{Now: c.now()})
	// Frozen or killed: no heartbeat comes.
	r := verify(t, dir, proof.ExitIncomplete, proof.Options{Now: c.now().Add(10 * time.Minute)})
	if !found(r, "stale") {
		t.Errorf("got %+v", r.Findings)
	}
	// Thawed: the silence stays visible.
	c.pass(10 * time.Minute)
	trail.Tick()
	if err := trail.Sign(); err != nil {
		t.Fatal(err)
	}
	r = verify(t, dir, proof.ExitIncomplete, proof.Options{Now: c.now()})
	if !found(r, "silence") {
		t.Errorf("got %+v", r.Findings)
	}
}

// TestAttackOnTheClock: it is set back under the running gateway, to date
// records into the past.
func TestAttackOnTheClock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	trail := open(t, dir, c.options(small))
	changes(t, trail, 3)
	c.set(-time.Hour)
	c.pass(time.Second)
	trail.Tick()
	changes(t, trail, 3)
	closeTrail(t, trail)
	var step int64
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeClock {
			step = r.Notice.Clock.Step
		}
	}
	if step != -time.Hour.Milliseconds() {
		t.Errorf("the trail says the clock was set by %d ms", step)
	}
	if r := verify(t, dir, proof.ExitIntact, proof.Options{Now: c.now()}); !found(r, "clock_stepped") {
		t.Errorf("got %+v", r.Findings)
	}
}

// TestAttackOnTheReader: what a request names can't act on a terminal, a
// spreadsheet's importer, a page, or break out of its line. (What reads the
// trail escapes for its own medium; the raw line is safe on a terminal.)
func TestAttackOnTheReader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	names := []string{
		"\x1b]0;owned\x07\x1b[2J", "a\nb", "{\"event\":{\"code\":\"CRED-9002\"}}", "=HYPERLINK(\"x\")", "<script>alert(1)</script>",
		"\u202etxt.exe", "a\x00b", "\"}}\n", strings.Repeat("x", 5000), "\xff\xfe",
	}
	for _, name := range names {
		e := decision()
		e.Targets, e.Actor.Name, e.Request.Path, e.Client.UserAgent, e.Request.OpaqueID = []string{name}, name, name, name, name
		record(t, trail, e, outcomeOf(e, audit.Applied))
	}
	closeTrail(t, trail)
	for l, err := range audit.Lines(dir, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(l.Text) {
			t.Errorf("not JSON: %s", l.Text)
		}
		for _, c := range string(l.Text) {
			if c < 0x20 || c >= 0x7f && c < 0xa0 || c == '\u202e' {
				t.Errorf("%U in %s", c, l.Text)
			}
		}
	}
	if n := count(t, dir, audit.CodeStop); n != 1 {
		t.Errorf("%d stops", n)
	}
	verify(t, dir, proof.ExitIntact)
}

// TestAttackWithAnOldKey: a key that was replaced can't sign the future.
func TestAttackWithAnOldKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	old := trail.Identity().Verifier
	stolen, err := os.ReadFile(filepath.Join(dir, audit.KeysDir, "signing.key"))
	if err != nil {
		t.Fatal(err)
	}
	changes(t, trail, 3)
	if _, err := trail.RotateKey(); err != nil {
		t.Fatal(err)
	}
	changes(t, trail, 3)
	closeTrail(t, trail)
	now, err := os.ReadFile(filepath.Join(dir, audit.KeysDir, "signing.key"))
	if err != nil || bytes.Equal(now, stolen) {
		t.Fatalf("the old key is still there (%v)", err)
	}
	verify(t, dir, proof.ExitIntact, proof.Options{Keys: []string{old}})
	text, err := os.ReadFile(filepath.Join(dir, audit.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	point, err := seal.ReadUnverified(text)
	if err != nil {
		t.Fatal(err)
	}
	key, err := seal.ParseKey(string(stolen))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := point.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, audit.CheckpointFile), forged, 0o640); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: []string{old}}); !found(r, "checkpoint_untrusted") {
		t.Errorf("got %+v", r.Findings)
	}
}

// TestAttackWithAKeyOfOnesOwn: log.json and the keys are replaced too. The
// auditor's own copy of the key tells; without one, the trail only agrees with
// itself, and the report says where its key came from.
func TestAttackWithAKeyOfOnesOwn(t *testing.T) {
	t.Parallel()
	dir, keys, _ := attacked(t)
	forged := open(t, t.TempDir(), audit.Options{Origin: identity(t, dir).Origin, Reserve: 1, StopFree: 1})
	changes(t, forged, 3)
	closeTrail(t, forged)
	verify(t, forged.Dir(), proof.ExitTampered, proof.Options{Keys: keys})
	if r := verify(t, forged.Dir(), proof.ExitIntact); r.Keys[0].Trust != "directory" {
		t.Errorf("keys: %+v", r.Keys)
	}
}
