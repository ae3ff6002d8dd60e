// SPDX-License-Identifier: Apache-2.0

package audit

import "time"

// rotationRetry is how long a failed rotation rests; the old segment goes on.
const rotationRetry = 10 * time.Second

func (w *writer) rotationDue() bool {
	now := w.now()
	if w.seg.Size == 0 || now.Before(w.retry) {
		return false
	}
	// A clock set back must not open segments of days gone by.
	return w.seg.Size >= w.opts.SegmentSize || dayOf(now) > w.seg.Day
}

// rotate seals the segment and opens the next. The new file is there before
// the old is sealed, so that a full disk can't leave the trail without one.
// The chain runs through.
func (w *writer) rotate() {
	if w.heal() != nil {
		return // what isn't there can't be sealed
	}
	// The sealing record is the last of the old segment, so the new one
	// begins one later than the tree stands now.
	next, err := createSegment(w.opts.disk, w.dir, w.edge.Size()+1, dayOf(w.now()))
	if err != nil {
		w.retry = w.now().Add(rotationRetry)
		w.warn(warnRotation, err.Error())
		return
	}
	w.calm(warnRotation)
	if err := w.put(w.notice(Notice{Code: CodeSealed, Segment: w.mark(w.seg)})); err != nil || w.edge.Size() != next.First {
		// Sealing moved the trail to another segment, or failed: what was
		// created is empty and not needed.
		w.discard(next)
		return
	}
	if !w.complete() {
		w.discard(next)
		w.heal()
		return
	}
	w.sealed.add(w.seg.Segment)
	w.seg = next
	w.put(w.openedNotice())
}

// complete signs the end of a full segment and gives the file back. It reports
// false, and keeps it, if the path doesn't lead to it any more: the handle is all
// that is left of its records then.
func (w *writer) complete() bool {
	if err := w.seg.settle(); err != nil {
		w.warn(warnRotation, "closing a segment: "+err.Error())
	}
	if w.seg.unlinked() != "" {
		return false
	}
	w.seg.file.Close()
	if err := w.hashes.sync(); err != nil {
		w.warn(warnHashes, err.Error())
	}
	w.sign(true) // its failure shows in the health
	return true
}

func (w *writer) openedNotice() *item {
	return w.notice(Notice{Code: CodeOpened, Segment: w.mark(w.seg)})
}

// mark describes a segment. The oldest decision without outcome goes with it,
// so that after a crash it can be found without reading the whole trail.
func (w *writer) mark(s *active) *SegmentMark {
	return &SegmentMark{Name: s.Name(), First: s.First, OpenSince: w.openSince(s.First), Heartbeat: int64(w.opts.Heartbeat / time.Second)}
}

// openSince is the oldest decision without outcome, or the record given if none is
// older.
func (w *writer) openSince(oldest int64) int64 {
	for _, seq := range w.open {
		oldest = min(oldest, seq)
	}
	return oldest
}
