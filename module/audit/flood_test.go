// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

func floods(t *testing.T, dir string) (notices, counted int64) {
	t.Helper()
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeFlood {
			notices++
			counted += r.Notice.Flood.Count
		}
	}
	return notices, counted
}

func flooded(t *testing.T, c *clock) (*audit.Trail, string) {
	t.Helper()
	dir := t.TempDir()
	opts := c.options(small)
	opts.FloodLimit, opts.FloodBurst = 60, 100
	return open(t, dir, opts), dir
}

// TestRefusalsOfOneSourceAreCounted: every refusal is on the trail, by itself
// or in a count, and the first to be counted announces it.
func TestRefusalsOfOneSourceAreCounted(t *testing.T) {
	t.Parallel()
	c := newClock()
	trail, dir := flooded(t, c)
	both := refusal("10.0.0.1")
	both.Cause = audit.CauseBothFields
	for range 150 {
		record(t, trail, refusal("10.0.0.1"), both)
	}
	if n := count(t, dir, audit.CodePolicy) + count(t, dir, audit.CodeBothFields); n != 100 {
		t.Errorf("%d refusals recorded, want 100", n)
	}
	if n, counted := floods(t, dir); n != 1 || counted != 1 {
		t.Errorf("%d announcements of %d, want one of one", n, counted)
	}
	if got := trail.Stats().Coalesced; got != 200 {
		t.Errorf("%d coalesced, want 200", got)
	}
	c.pass(11 * time.Second)
	trail.Tick()
	if _, counted := floods(t, dir); counted != 200 {
		t.Errorf("%d counted, want 200", counted)
	}
	for _, r := range records(t, dir) {
		if r.Code == audit.CodeFlood && r.Notice.Client.IP != "10.0.0.1" {
			t.Errorf("the source is %q", r.Notice.Client.IP)
		}
		if f := r.Notice; r.Code == audit.CodeFlood && f.Flood.Policy+f.Flood.BothFields != f.Flood.Count {
			t.Errorf("%d of policy and %d of both fields are not %d", f.Flood.Policy, f.Flood.BothFields, f.Flood.Count)
		}
	}
	// After eleven seconds the source may have eleven recorded again.
	for range 20 {
		record(t, trail, refusal("10.0.0.1"))
	}
	if n := count(t, dir, audit.CodePolicy) + count(t, dir, audit.CodeBothFields); n != 111 {
		t.Errorf("%d refusals recorded, want 111", n)
	}
	closeTrail(t, trail)
	if _, counted := floods(t, dir); counted != 209 {
		t.Errorf("%d counted when closed, want 209", counted)
	}
	verify(t, dir, proof.ExitIntact, proof.Options{Now: c.now()})
}

// TestChangesAreNeverCounted: only what ends at the gateway can flood it.
func TestChangesAreNeverCounted(t *testing.T) {
	t.Parallel()
	trail, dir := flooded(t, newClock())
	for range 300 {
		record(t, trail, refusal("10.0.0.1"))
	}
	monitored := decision()
	monitored.Client.IP = "10.0.0.1"
	monitored.Verdict, monitored.Cause, monitored.Enforced = audit.Deny, audit.CausePolicy, false
	for range 200 {
		e := monitored
		e.Change = audit.NewID()
		record(t, trail, e, outcomeOf(e, audit.Applied))
	}
	if n := count(t, dir, audit.CodeApplied); n != 200 {
		t.Errorf("%d outcomes recorded, want 200", n)
	}
	if n := count(t, dir, audit.CodeForwarded); n != 200 {
		t.Errorf("%d decisions recorded, want 200", n)
	}
}

func TestSourcesAreApart(t *testing.T) {
	t.Parallel()
	trail, dir := flooded(t, newClock())
	for i := range 90 {
		record(t, trail, refusal("10.0.0.1"), refusal("10.0.0.2"), refusal(fmt.Sprintf("2001:db8::%x", i)), refusal(fmt.Sprintf("2001:db8:0:1::%x", i)))
	}
	if n, _ := floods(t, dir); n != 0 {
		t.Errorf("%d counts below the limit", n)
	}
	// An IPv6 host has a whole /64 to choose addresses from.
	for i := range 20 {
		record(t, trail, refusal(fmt.Sprintf("2001:db8::1:%x", i)))
	}
	if n, _ := floods(t, dir); n != 1 {
		t.Errorf("%d counts, want 1", n)
	}
}

// TestManySourcesCannotFillTheMemory: beyond ten thousand, the others share.
func TestManySourcesCannotFillTheMemory(t *testing.T) {
	t.Parallel()
	c := newClock()
	opts := c.options(small)
	opts.FloodLimit, opts.FloodBurst = 1, 1
	dir := t.TempDir()
	trail := open(t, dir, opts)
	var wg sync.WaitGroup
	for n := range 100 {
		wg.Go(func() {
			for i := range 101 {
				record(t, trail, refusal(fmt.Sprintf("10.0.%d.%d", n, i)))
			}
		})
	}
	wg.Wait()
	if n := count(t, dir, audit.CodePolicy); n != 10_001 {
		t.Errorf("%d refusals recorded, want one of each of 10,000 sources and one of all others", n)
	}
	c.pass(2 * time.Minute)
	trail.Tick() // forgets them
	record(t, trail, refusal("192.0.2.1"), refusal("192.0.2.2"))
	if n := count(t, dir, audit.CodePolicy); n != 10_003 {
		t.Errorf("%d refusals recorded after a while, want 10,003", n)
	}
}

func TestNoLimit(t *testing.T) {
	t.Parallel()
	opts := small
	opts.FloodLimit, opts.FloodBurst = -1, 1
	dir := t.TempDir()
	trail := open(t, dir, opts)
	for range 50 {
		record(t, trail, refusal("10.0.0.1"))
	}
	if n := count(t, dir, audit.CodePolicy); n != 50 {
		t.Errorf("%d refusals recorded, want 50", n)
	}
}
