// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"context"
	"sync"
	"time"

	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review"
)

// keeper holds the view of the trail and the verdict on it, and renews both.
type keeper struct {
	o      Options
	cancel context.CancelFunc
	closed <-chan struct{}
	done   sync.WaitGroup

	mu       sync.Mutex
	view     *review.View
	progress progress
	verdict  verdict
}

// progress of reading the trail for the first time.
type progress struct {
	done, total int64
	err         error
}

func (p progress) percent() int {
	if p.total == 0 {
		return 0
	}
	return int(100 * p.done / p.total)
}

// verdict is the newest full check of the trail.
type verdict struct {
	report *proof.Report // nil: none yet
	err    error         // why it could not be checked
	at     time.Time
	took   time.Duration
}

const (
	retryAfter = 3 * time.Second
	// A full check is made this often, or less often on a long trail, so that it
	// takes no more than a sixtieth of one core.
	checkEvery = 5 * time.Minute
	checkShare = 60
)

func newKeeper(o Options) *keeper {
	ctx, cancel := context.WithCancel(context.Background())
	k := &keeper{o: o, cancel: cancel, closed: ctx.Done()}
	k.done.Go(func() {
		if k.open(ctx) {
			k.check(ctx)
		}
	})
	return k
}

func (k *keeper) close() {
	k.cancel()
	k.done.Wait()
}

// open tries until the trail can be read, and reports whether it could.
func (k *keeper) open(ctx context.Context) bool {
	for {
		v, err := review.Open(ctx, k.o.Dir, review.Options{Progress: func(done, total int64) {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.progress = progress{done: done, total: total}
		}})
		k.mu.Lock()
		k.view, k.progress.err = v, err
		k.mu.Unlock()
		if err == nil {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(retryAfter):
		}
	}
}

// check verifies the whole trail now and then.
func (k *keeper) check(ctx context.Context) {
	for {
		began := time.Now()
		report, err := proof.Verify(k.o.Dir, proof.Options{Keys: k.o.Keys, Now: k.o.Now()})
		took := time.Since(began)
		k.mu.Lock()
		k.verdict = verdict{report, err, k.o.Now().UTC(), took}
		k.mu.Unlock()
		if err != nil {
			k.o.Fail(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(checkEvery, checkShare*took)):
		}
	}
}

// current is the view with the newest records in it, or how far it is.
func (k *keeper) current(ctx context.Context) (*review.View, progress) {
	k.mu.Lock()
	v, p := k.view, k.progress
	k.mu.Unlock()
	if v == nil {
		return nil, p
	}
	if err := v.Refresh(ctx); err != nil && ctx.Err() == nil {
		k.o.Fail(err) // what is in view is still true
	}
	return v, p
}

func (k *keeper) checked() verdict {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.verdict
}
