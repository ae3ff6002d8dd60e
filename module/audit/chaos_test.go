// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// TestNoChangeWithoutItsRecords lets a disk fail, hang, tear lines and lose files at
// random under requests that go on as the gateway does, which crashes now and then.
// Whatever was forwarded has a decision, whatever was refused says so or isn't
// there, and in the end every decision has one outcome and the trail verifies.
func TestNoChangeWithoutItsRecords(t *testing.T) {
	t.Parallel()
	for round := range 3 {
		rng := rand.New(rand.NewPCG(7, uint64(round)))
		dir := t.TempDir()
		forwarded, refused, crashed := make(map[string]bool), make(map[string]bool), false
		for range 3 {
			disk := &audit.FaultyDisk{}
			opts := small
			opts.Timeout, opts.SegmentSize = 5*time.Millisecond, 60_000
			trail := open(t, dir, opts.With(disk))
			disk.Set(chaos(rng))
			requests(t, trail, forwarded, refused)
			disk.Set(nil)
			for trail.Tick(); trail.Health().Err != nil; trail.Tick() {
				time.Sleep(time.Millisecond)
			}
			if rng.IntN(3) == 0 {
				crashed = true
				trail.Abandon()
			} else {
				closeTrail(t, trail)
			}
		}
		closeTrail(t, open(t, dir, small))
		stages := make(map[string]string)
		for _, r := range records(t, dir) {
			if r.Change != "" {
				stages[r.Change] += " " + string(r.Code)
			}
		}
		t.Logf("round %d: %d forwarded, %d refused, crashed %v", round, len(forwarded), len(refused), crashed)
		for change := range forwarded {
			if said := stages[change]; said != " CRED-1000 CRED-1001" && !(crashed && said == " CRED-1000 CRED-1004") {
				t.Errorf("a change was forwarded, of which the trail says%s", said)
			}
		}
		for change := range refused {
			if said := stages[change]; said != "" && said != " CRED-1000 CRED-1008" && !(crashed && said == " CRED-1000 CRED-1004") {
				t.Errorf("a change was refused, of which the trail says%s", said)
			}
		}
		verify(t, dir, proof.ExitIntact)
	}
}

// requests sends changes from four clients at once, as the gateway handles them.
func requests(t *testing.T, trail *audit.Trail, forwarded, refused map[string]bool) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				e := decision()
				err := trail.Record(t.Context(), e)
				mu.Lock()
				if err != nil {
					refused[e.Change] = true
				} else {
					forwarded[e.Change] = true
				}
				mu.Unlock()
				if err == nil {
					_ = trail.Record(t.Context(), outcomeOf(e, audit.Applied)) // the answer is handed on either way
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case <-done:
			return
		case <-time.After(time.Millisecond): // seconds go by
			trail.Tick()
		}
	}
}

// chaos is a disk on which one operation in twenty or so goes wrong, in some way.
func chaos(rng *rand.Rand) audit.Fault {
	var mu sync.Mutex
	return func(op, path string) error {
		if op == "stat" || op == "free" || !strings.HasSuffix(path, ".jsonl") {
			return nil
		}
		mu.Lock()
		n, at := rng.IntN(60), rng.IntN(4000)
		mu.Unlock()
		switch {
		case n == 0 && op == "write":
			return &audit.Torn{N: at, Err: syscall.ENOSPC}
		case n == 1 && op == "write":
			return &audit.Torn{N: at, Err: errIO}
		case n == 2 && op == "sync":
			return os.Remove(path) // and the sync itself goes well
		case n < 4:
			return errIO
		case n == 4 && op == "sync":
			time.Sleep(8 * time.Millisecond)
		}
		return nil
	}
}
