// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// clockTolerance is how far the wall clock may drift from the machine's own
// between two ticks before it counts as having been set.
const clockTolerance = 5 * time.Second

// tick is done once a second, whether or not anything is recorded: damage is
// to be noticed within a second, and silence is to be told from absence.
func (w *writer) tick() {
	w.takeStrays()
	if w.fault != nil {
		w.revive()
	} else if err := w.heal(); err != nil {
		w.fail(err)
	}
	if w.fault == nil {
		w.space()
		w.keepHashes()
		w.watchSealed()
		w.watchClock()
		w.drainFlood(false)
		w.pay()
		if w.rotationDue() {
			w.rotate()
		}
		if w.now().Sub(w.last) >= w.opts.Heartbeat {
			w.put(w.notice(Notice{Code: CodeHeartbeat}))
		}
		w.points.request(w.edge.Size(), w.edge.Root())
		w.watchCheckpoints()
	}
	w.report()
}

// space sets the disk levels: below StopFree, or without the reserve, new
// changes are refused; nothing is ever deleted to make room.
func (w *writer) space() {
	free, err := w.opts.disk.free(w.dir)
	if err != nil {
		w.warn(warnSpace, "free space is unknown: "+err.Error())
		return
	}
	w.meters.update(func(s *Stats) { s.FreeBytes = free })
	reserved := w.seg.prepare(0, w.opts.Reserve)
	w.stop = free < w.opts.StopFree || !reserved
	if free < w.opts.WarnFree {
		w.warn(warnSpace, fmt.Sprintf("less than %d MiB are free on the trail's disk; below %d MiB changes are refused", w.opts.WarnFree>>20, w.opts.StopFree>>20))
	} else {
		w.calm(warnSpace)
	}
	if !w.stop {
		w.recovered()
	}
}

// watchClock compares the wall clock with one that nobody can set.
func (w *writer) watchClock() {
	now := reading{w.now(), w.opts.mono()}
	step := now.wall.Round(0).Sub(w.ticked.wall.Round(0)) - (now.mono - w.ticked.mono)
	w.ticked = now
	if step.Abs() > clockTolerance {
		w.put(w.notice(Notice{Code: CodeClock, Clock: &Clock{Step: step.Milliseconds()}}))
	}
}

// warnings are texts by topic.
type warnings map[string]string

// The topics of warnings.
const (
	warnSpace      = "space"
	warnRotation   = "rotation"
	warnHashes     = "hashes"
	warnCheckpoint = "checkpoint"
	warnSocket     = "socket"
	warnDamage     = "damage"
	warnSealed     = "sealed"
)

func (w *writer) warn(topic, text string) {
	if w.warning[topic] != text {
		w.warning[topic] = text
		w.warned = true
	}
}

func (w *writer) calm(topic string) {
	if w.warning[topic] != "" {
		delete(w.warning, topic)
		w.warned = true
	}
}

// report publishes the writer's health if it has changed, and tells whoever
// asked to be told. It is called after every commit, so it does nothing else.
func (w *writer) report() {
	err := w.fault
	if err == nil && w.stop {
		err = errFull
	}
	if (err == nil) == (w.told.Err == nil) && !w.warned {
		return
	}
	h := Health{Err: err}
	for _, topic := range slices.Sorted(maps.Keys(w.warning)) {
		h.Warnings = append(h.Warnings, w.warning[topic])
	}
	w.warned = false
	w.told = h
	w.meters.mu.Lock()
	w.meters.health = h
	w.meters.mu.Unlock()
	w.health.add(h)
	w.health.send()
}

// watchCheckpoints turns the checkpointer's last error into a warning.
func (w *writer) watchCheckpoints() {
	if err := w.points.failure(); err != nil {
		w.warn(warnCheckpoint, err.Error())
	} else {
		w.calm(warnCheckpoint)
	}
}
