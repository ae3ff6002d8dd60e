// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"path/filepath"
	"time"
)

// newWriter brings the trail in order and records that the gateway starts.
func newWriter(t *Trail) (w *writer, err error) {
	id, key, err := identify(t.dir, &t.opts)
	if err != nil {
		return nil, err
	}
	t.id = id
	if err := publishKey(t.dir, key); err != nil {
		return nil, err
	}
	hashes, err := openHashes(t.opts.disk, filepath.Join(t.dir, hashesFile))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			hashes.file.Close()
		}
	}()
	found, err := recoverTrail(t.dir, id.Origin, hashes)
	if err != nil {
		return nil, err
	}
	w = &writer{
		dir: t.dir, opts: &t.opts, source: t.source, origin: id.Origin, lock: t.lock,
		meters: t.meters, flood: t.flood, hashes: hashes,
		edge: found.edge, prev: found.prev, open: make(map[string]int64), warning: make(warnings),
	}
	for change, u := range found.open {
		w.open[change] = u.seq
	}
	if w.seg, err = w.resume(found); err != nil {
		return nil, err
	}
	w.sealed = newSealed(found.segments[:max(0, len(found.segments)-1)])
	if err := hashes.start(found.from, found.stored); err != nil {
		w.warn(warnHashes, err.Error())
	}
	w.ticked = reading{w.now(), t.opts.mono()}
	w.strays = &t.strays
	w.copies = newCopies(t, t.opts.OnRecord)
	w.health = newCopies(t, t.opts.OnHealth)
	w.points = newCheckpointer(t, key, found.point.Size)
	if err = w.begin(found); err != nil {
		w.points.stop()
		w.health.stop()
		w.copies.stop()
		w.seg.file.Close()
		return nil, err
	}
	return w, nil
}

// resume opens the last segment for writing, or the first of a new trail.
func (w *writer) resume(found *recovery) (*active, error) {
	if len(found.segments) == 0 {
		return createSegment(w.opts.disk, w.dir, w.edge.Size(), dayOf(w.now()))
	}
	last := found.segments[len(found.segments)-1]
	f, err := w.opts.disk.open(last.Path)
	if err != nil {
		return nil, fmt.Errorf("opening the last segment: %w", err)
	}
	return &active{Segment: last, disk: w.opts.disk, file: f}, nil
}

// begin writes the first records of this run, in one commit, and signs them.
func (w *writer) begin(found *recovery) error {
	doubtful, err := w.inDoubt(found.open)
	if err != nil {
		return err
	}
	var items []*item
	if w.seg.Size == 0 {
		items = append(items, w.openedNotice())
	}
	items = append(items, w.notice(Notice{Code: CodeStart, Start: &Start{
		Clean: found.clean(), Heartbeat: int64(w.opts.Heartbeat / time.Second),
		InDoubt: int64(len(doubtful)), Key: w.points.key.Verifier(), Purpose: w.opts.purpose,
	}}))
	if found.torn != nil {
		items = append(items, w.notice(Notice{Code: CodeTorn, Damage: found.torn}))
	}
	if behind := found.last.Sub(w.now()); behind > clockTolerance {
		items = append(items, w.notice(Notice{Code: CodeClock, Clock: &Clock{Step: -behind.Milliseconds()}}))
	}
	if old := w.formerKey(found); old != "" {
		items = append(items, w.notice(Notice{Code: CodeKey, Key: &KeyChange{Old: old, New: w.points.key.Verifier()}}))
	}
	w.space()
	if err := w.write(append(items, doubtful...)); err != nil {
		return err
	}
	w.meters.update(func(s *Stats) { s.InDoubt = uint64(len(doubtful)) })
	if err := w.sign(true); err != nil {
		return err
	}
	return w.resumeKeyChange()
}
