// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Stats are the trail's counters since it was opened, and where it stands.
type Stats struct {
	Records   uint64 // made durable
	Bytes     uint64 // of their lines
	Commits   uint64 // writes and syncs, each for all records waiting
	Failures  uint64 // commits that failed
	Refused   uint64 // records that could not be taken
	Coalesced uint64 // refusals counted instead of recorded one by one
	Dropped   uint64 // copies that OnRecord was too slow for
	InDoubt   uint64 // changes found without an outcome at the start
	Repairs   uint64 // damaged files mended

	CommitSeconds Histogram // from the first record of a commit to its durability

	Size           int64     // records in the trail, ever
	Open           int       // decisions whose outcome is awaited
	FreeBytes      int64     // on the disk
	CheckpointSize int64     // records under the newest checkpoint
	CheckpointTime time.Time // when it was signed
}

// Histogram counts durations. Counts[i] are those up to Bounds[i]; Counts has
// one more, for the rest.
type Histogram struct {
	Bounds []float64 // seconds
	Counts []uint64  // not cumulative
	Sum    float64   // seconds
}

var commitBounds = []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .5, 1, 5}

func (h *Histogram) observe(d time.Duration) {
	i, _ := slices.BinarySearch(commitBounds, d.Seconds())
	h.Counts[i]++
	h.Sum += d.Seconds()
}

// Health says whether the trail records.
type Health struct {
	Err      error    // why nothing can be recorded now; nil: it can
	Warnings []string // what needs attention although records are being kept
}

// meters are the counters behind one lock.
type meters struct {
	mu     sync.Mutex
	stats  Stats
	health Health

	since atomic.Pointer[time.Time] // when the writer began what it is at
}

// busy does the writer's work in sight of Health: a disk that hangs fails nothing.
func (m *meters) busy(work func()) {
	now := time.Now()
	m.since.Store(&now)
	defer m.since.Store(nil)
	work()
}

func newMeters() *meters {
	m := &meters{}
	m.stats.CommitSeconds = Histogram{Bounds: commitBounds, Counts: make([]uint64, len(commitBounds)+1)}
	return m
}

func (m *meters) update(f func(*Stats)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.stats)
}

// Stats returns a snapshot of the counters.
func (t *Trail) Stats() Stats {
	t.meters.mu.Lock()
	defer t.meters.mu.Unlock()
	s := t.meters.stats
	s.CommitSeconds.Counts = slices.Clone(s.CommitSeconds.Counts)
	return s
}

// Health reports whether the trail can record, and what needs attention. It
// answers from memory and never waits for the disk.
func (t *Trail) Health() Health {
	t.meters.mu.Lock()
	defer t.meters.mu.Unlock()
	h := t.meters.health
	if since := t.meters.since.Load(); h.Err == nil && since != nil && time.Since(*since) > t.opts.Timeout {
		h.Err = errSlow
	}
	return h
}
