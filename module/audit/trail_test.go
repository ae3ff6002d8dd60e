// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// small keeps tests from setting tens of megabytes aside.
var small = audit.Options{Instance: "gw-1", Reserve: 64 << 10, StopFree: 1, WarnFree: 1}

func open(t testing.TB, dir string, opts audit.Options) *audit.Trail {
	t.Helper()
	trail, err := audit.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trail.Close() })
	return trail
}

func decision() audit.Event {
	return audit.Event{
		Change: audit.NewID(), Stage: audit.StageDecision, Dialect: "elasticsearch", Operation: "change_password",
		Cluster: "prod-es", Mode: "enforce", Verdict: audit.Allow, Enforced: true,
		Secret: audit.SecretPassword, Actor: audit.Actor{Name: "alice", Scheme: "basic", Verified: true},
		Targets: []string{"bob"}, Policy: "staff", Digest: "5f3a",
		Client:  audit.Client{IP: "10.0.0.9", Port: 40022, UserAgent: "curl/8"},
		Request: audit.Request{Method: "PUT", Path: "/_security/user/bob/_password", Host: "es.example", Scheme: "https", Version: "1.1", MediaType: "application/json"},
	}
}

func outcomeOf(e audit.Event, o audit.Outcome) audit.Event {
	e.Stage, e.Outcome, e.Time = audit.StageOutcome, o, time.Time{}
	e.Upstream = audit.Upstream{Status: 200, Node: "es-2"}
	e.Duration = 120 * time.Millisecond
	return e
}

func refusal(ip string) audit.Event {
	e := decision()
	e.Verdict, e.Cause, e.Outcome, e.Status = audit.Deny, audit.CausePolicy, audit.Denied, 400
	e.Rules = []audit.Rule{{Code: "min_length", Clause: "NIST SP 800-63B-4 3.1.1.2"}}
	e.Client.IP = ip
	return e
}

func record(t testing.TB, trail *audit.Trail, events ...audit.Event) {
	t.Helper()
	for _, e := range events {
		if err := trail.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// changes records n changes, each with its outcome.
func changes(t testing.TB, trail *audit.Trail, n int) {
	t.Helper()
	for range n {
		e := decision()
		record(t, trail, e, outcomeOf(e, audit.Applied))
	}
}

func closeTrail(t testing.TB, trail *audit.Trail) {
	t.Helper()
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
}

func records(t testing.TB, dir string) []audit.Record {
	t.Helper()
	var all []audit.Record
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func codes(t testing.TB, dir string) []audit.Code {
	t.Helper()
	var all []audit.Code
	for _, r := range records(t, dir) {
		all = append(all, r.Code)
	}
	return all
}

func count(t testing.TB, dir string, code audit.Code) (n int) {
	t.Helper()
	for _, c := range codes(t, dir) {
		if c == code {
			n++
		}
	}
	return n
}

// verify expects the given exit code.
func verify(t testing.TB, dir string, want int, opts ...proof.Options) *proof.Report {
	t.Helper()
	var o proof.Options
	if len(opts) > 0 {
		o = opts[0]
	}
	report, err := proof.Verify(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := report.ExitCode(); got != want {
		text, _ := json.MarshalIndent(report, "", "  ")
		t.Fatalf("exit code %d, want %d: %s", got, want, text)
	}
	return report
}

func found(r *proof.Report, kind string) bool {
	for _, f := range r.Findings {
		if f.Kind == kind {
			return true
		}
	}
	return false
}

func TestTrailFromStartToStop(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	e := decision()
	record(t, trail, e, outcomeOf(e, audit.Applied), refusal("10.0.0.1"))
	if got := trail.Stats(); got.Records != 5 || got.Open != 0 || got.Size != 5 {
		t.Errorf("stats: %+v", got)
	}
	closeTrail(t, trail)
	want := []audit.Code{audit.CodeOpened, audit.CodeStart, audit.CodeForwarded, audit.CodeApplied, audit.CodePolicy, audit.CodeStop}
	if got := codes(t, dir); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	verify(t, dir, proof.ExitIntact)
	if err := trail.Record(t.Context(), decision()); err == nil {
		t.Error("recording on a closed trail succeeded")
	}
}

func TestRestartGoesOnWithTheChain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 3 {
		trail := open(t, dir, small)
		changes(t, trail, 5)
		closeTrail(t, trail)
	}
	r := verify(t, dir, proof.ExitIntact)
	if r.Size != 1+3*12 || r.Signed != r.Size {
		t.Errorf("got %d records, %d signed", r.Size, r.Signed)
	}
	for i, rec := range records(t, dir) {
		if rec.Seq != int64(i) {
			t.Fatalf("record %d has place %d", i, rec.Seq)
		}
	}
}

func TestConcurrentRecordsSurviveTheirRequests(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail := open(t, dir, small)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			e := decision()
			if err := errors.Join(trail.Record(gone, e), trail.Record(gone, outcomeOf(e, audit.Failed))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	closeTrail(t, trail)
	if n := count(t, dir, audit.CodeForwarded); n != 64 {
		t.Errorf("%d decisions, want 64", n)
	}
	verify(t, dir, proof.ExitIntact)
}

func TestOneWriterPerDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir, small)
	began := time.Now()
	_, err := audit.Open(dir, small)
	var locked *audit.LockedError
	if !errors.As(err, &locked) || locked.Holder != fmt.Sprintf("process %d (%s)", os.Getpid(), filepath.Base(os.Args[0])) {
		t.Errorf("got %v, want a LockedError that names this process", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s, want about one", took)
	}
}

func TestEventsThatCannotBeJoinedAreRefused(t *testing.T) {
	t.Parallel()
	trail := open(t, t.TempDir(), small)
	for name, spoil := range map[string]func(*audit.Event){
		"no stage":         func(e *audit.Event) { e.Stage = "" },
		"no id":            func(e *audit.Event) { e.Change = "" },
		"id with a quote":  func(e *audit.Event) { e.Change = `a"b` },
		"long id":          func(e *audit.Event) { e.Change = string(make([]byte, 300)) },
		"empty outcome":    func(e *audit.Event) { e.Stage = audit.StageOutcome },
		"too many targets": func(e *audit.Event) { e.Targets = make([]string, 1001) },
	} {
		t.Run(name, func(t *testing.T) {
			e := decision()
			spoil(&e)
			if err := trail.Record(t.Context(), e); err == nil {
				t.Error("recorded")
			}
		})
	}
}

func TestFilesAreNotForOthers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "trail")
	trail := open(t, dir, small)
	changes(t, trail, 1)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		secret := filepath.Base(path) == "signing.key" || filepath.Base(path) == audit.SocketFile
		mode := info.Mode().Perm()
		if mode&0o007 != 0 || secret && mode&0o077 != 0 {
			t.Errorf("%s has mode %04o", path, mode)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCopiesAreTheLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var copied [][]byte
	opts := small
	opts.OnRecord = func(line []byte) { copied = append(copied, line) }
	trail := open(t, dir, opts)
	changes(t, trail, 3)
	closeTrail(t, trail) // waits for the copies
	i := 0
	for l, err := range audit.Lines(dir, 0) {
		if err != nil || i >= len(copied) || string(copied[i]) != string(l.Text) {
			t.Fatalf("copy %d differs (%v)", i, err)
		}
		i++
	}
	if i != len(copied) {
		t.Errorf("%d lines, %d copies", i, len(copied))
	}
}

func TestASlowReceiverOfCopiesHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	opts := small
	opts.FloodLimit = -1
	opts.OnRecord = func([]byte) { <-release }
	trail := open(t, t.TempDir(), opts)
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			for range 100 {
				record(t, trail, refusal("10.0.0.1"))
			}
		})
	}
	wg.Wait()
	if trail.Stats().Dropped == 0 {
		t.Error("no copy was dropped although none was taken")
	}
	close(release)
}

func TestHeartbeatWhenNothingHappens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := newClock()
	trail := open(t, dir, c.options(small))
	trail.Tick()
	if n := count(t, dir, audit.CodeHeartbeat); n != 0 {
		t.Errorf("%d heartbeats at once", n)
	}
	c.pass(time.Minute)
	trail.Tick()
	trail.Tick()
	if n := count(t, dir, audit.CodeHeartbeat); n != 1 {
		t.Errorf("%d heartbeats after a minute, want 1", n)
	}
}

// clock is a wall clock and the machine's own, for tests.
type clock struct {
	mu   sync.Mutex
	wall time.Time
	mono time.Duration
}

func newClock() *clock { return &clock{wall: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) options(o audit.Options) audit.Options {
	o.Now = func() time.Time {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.wall
	}
	return o.WithMono(func() time.Duration {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.mono
	})
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall, c.mono = c.wall.Add(d), c.mono+d
}

func (c *clock) set(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall = c.wall.Add(d)
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wall
}
