// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// TestCommandsReachTheRunningGateway, and take its place when it is down.
func TestCommandsReachTheRunningGateway(t *testing.T) {
	t.Parallel()
	for _, running := range []bool{true, false} {
		name := map[bool]string{true: "running", false: "down"}[running]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A path longer than a socket's address can be.
			dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 30))
			c := newClock()
			c.wall = time.Now().Add(-6 * day)
			trail := aged(t, dir, c, hourly(), 6)
			old := trail.Identity().Verifier
			if !running {
				closeTrail(t, trail)
			}
			reply, err := audit.Ask(dir, audit.Task{RotateKey: true})
			if err != nil || reply.Verifier == "" || reply.Verifier == old {
				t.Fatalf("rotating the key: %+v (%v)", reply, err)
			}
			reply, err = audit.Ask(dir, audit.Task{Retire: &audit.Retirement{Before: time.Now().Add(-3 * day), By: "carol", Why: "x"}})
			if err != nil || reply.Retired == nil || reply.Retired.Last == 0 {
				t.Fatalf("retiring: %+v (%v)", reply, err)
			}
			review := &audit.Notice{Code: audit.CodeReview, By: "dave", Note: "all fine", Review: &audit.Review{First: 1, Last: 9}}
			if _, err = audit.Ask(dir, audit.Task{Note: review}); err != nil {
				t.Fatalf("a review: %v", err)
			}
			for name, bad := range map[string]audit.Task{
				"nothing":       {},
				"forged stop":   {Note: &audit.Notice{Code: audit.CodeStop}},
				"retire nobody": {Retire: &audit.Retirement{}},
			} {
				if _, err := audit.Ask(dir, bad); err == nil {
					t.Errorf("%s: carried out", name)
				}
			}
			if running {
				closeTrail(t, trail)
			}
			if n := count(t, dir, audit.CodeReview); n != 1 {
				t.Errorf("%d reviews on the trail, want 1", n)
			}
			r := verify(t, dir, proof.ExitIntact, proof.Options{Keys: []string{old}})
			if len(r.Keys) != 2 || r.Keys[1].Trust != "vouched" {
				t.Errorf("keys: %+v", r.Keys)
			}
			if _, err := os.Stat(filepath.Join(dir, audit.SocketFile)); err == nil {
				t.Error("the socket is still there")
			}
		})
	}
}

func TestCommandsStartNoTrail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := audit.Ask(dir, audit.Task{RotateKey: true}); err == nil {
		t.Error("a trail was made out of nothing")
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 0 {
		t.Errorf("%d files were made (%v)", len(names), err)
	}
}

func TestTheSocketTakesNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir, small)
	conn, err := net.Dial("unix", filepath.Join(dir, audit.SocketFile))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 200)
	n, err := conn.Read(answer)
	if err != nil || !strings.Contains(string(answer[:n]), "not readable") {
		t.Errorf("got %q (%v)", answer[:n], err)
	}
}

// TestANoteIsNothingElse: what a command has noted can't pass for a retirement, a
// new key or another time, which the gateway would sign.
func TestANoteIsNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	changes(t, trail, 2)
	_, err := audit.Ask(dir, audit.Task{Note: &audit.Notice{
		Code: audit.CodeReview, By: "carol", Time: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		Retired: &audit.Retired{Last: 99}, Key: &audit.KeyChange{New: "x"}, Start: &audit.Start{Heartbeat: 1 << 30}, Review: &audit.Review{Last: 2},
	}})
	if err != nil {
		t.Fatal(err)
	}
	closeTrail(t, trail)
	for _, r := range records(t, dir) {
		if n := r.Notice; r.Code == audit.CodeReview && (n.Retired != nil || n.Key != nil || n.Start != nil || n.Review == nil || time.Until(r.Time) > time.Hour) {
			t.Errorf("the trail says %+v", n)
		}
	}
	verify(t, dir, proof.ExitIntact)
}

func TestAnInterruptedKeyChangeIsFinished(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	old := trail.Identity().Verifier
	closeTrail(t, trail)
	// Another trail's key of the same name stands for the one that was saved
	// before the crash.
	other := open(t, t.TempDir(), audit.Options{Origin: trail.Identity().Origin, Reserve: 1, StopFree: 1})
	secret, err := os.ReadFile(filepath.Join(other.Dir(), audit.KeysDir, "signing.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, audit.KeysDir, "next.key"), secret, 0o600); err != nil {
		t.Fatal(err)
	}
	trail = open(t, dir, small)
	changes(t, trail, 1)
	closeTrail(t, trail)
	if _, err := os.Stat(filepath.Join(dir, audit.KeysDir, "next.key")); err == nil {
		t.Error("the next key is still waiting")
	}
	r := verify(t, dir, proof.ExitIntact, proof.Options{Keys: []string{old}})
	if len(r.Keys) != 2 || r.Keys[1].Verifier != other.Identity().Verifier {
		t.Errorf("keys: %+v", r.Keys)
	}
}

// TestAConfiguredKey: its change can't be vouched for, so the auditor has to
// know the new one.
func TestAConfiguredKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := func() (key, vkey string) {
		o := open(t, t.TempDir(), audit.Options{Origin: "gw/1", Reserve: 1, StopFree: 1})
		text, err := os.ReadFile(filepath.Join(o.Dir(), audit.KeysDir, "signing.key"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text), o.Identity().Verifier
	}
	first, firstKey := secret()
	second, secondKey := secret()
	for _, key := range []string{first, first, second} {
		opts := small
		opts.SigningKey = key
		trail := open(t, dir, opts)
		changes(t, trail, 1)
		if _, err := trail.RotateKey(); err == nil {
			t.Error("a configured key was rotated")
		}
		closeTrail(t, trail)
	}
	if _, err := os.Stat(filepath.Join(dir, audit.KeysDir, "signing.key")); err == nil {
		t.Error("the configured key was written to disk")
	}
	if n := count(t, dir, audit.CodeKey); n != 1 {
		t.Errorf("%d changes of key on the trail, want 1", n)
	}
	if r := verify(t, dir, proof.ExitTampered, proof.Options{Keys: []string{firstKey}}); !found(r, "key_unvouched") {
		t.Error("the report doesn't say why")
	}
	verify(t, dir, proof.ExitIntact, proof.Options{Keys: []string{firstKey, secondKey}})
	opts := small
	opts.SigningKey = strings.Replace(first, "gw/1", "gw/2", 1)
	if trail, err := audit.Open(dir, opts); err == nil {
		trail.Close()
		t.Error("opened with a key that is none")
	} else if strings.Contains(err.Error(), strings.SplitN(first, "+", 5)[4][:10]) {
		t.Error("the error quotes the key")
	}
}
