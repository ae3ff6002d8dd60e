// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"hash"
	"sync/atomic"

	"github.com/passgate/passgate/module/audit/seal"
)

// item is a record on its way to the writer.
type item struct {
	body     []byte    // the line without its link
	begun    hash.Hash // the line's, so that its caller does this work
	opens    string    // the change that awaits an outcome from now on
	closes   string    // the change whose outcome this is
	ordinary bool      // may not use the reserve: nothing has happened yet

	// late is the outcome to be recorded if the caller gives up before a decision
	// is durable: what it decided never happens. The caller sets it before he does.
	late []byte

	state atomic.Int32
	done  chan error // buffered; nobody waits on a nil one
}

// The states of an item. Whoever moves it out of taken decides what the
// record means: the writer by finishing it, the caller by giving up.
const (
	stateQueued = iota
	stateTaken
	stateFinished
	stateGivenUp
)

func newItem(body []byte) *item {
	return &item{body: body, begun: seal.Begin(body), done: make(chan error, 1)}
}

func (it *item) take() bool { return it.state.CompareAndSwap(stateQueued, stateTaken) }

// giveUp reports whether the caller may leave: the record isn't durable, or
// the writer will say on the trail that it came too late.
func (it *item) giveUp() bool {
	return it.state.CompareAndSwap(stateQueued, stateGivenUp) || it.state.CompareAndSwap(stateTaken, stateGivenUp)
}

// finish tells the caller. It reports false if he has given up.
func (it *item) finish(err error) bool {
	if !it.state.CompareAndSwap(stateTaken, stateFinished) {
		return false
	}
	it.done <- err
	return true
}

var (
	errClosed = errors.New("the trail is closed")
	errSlow   = errors.New("the disk did not take the record in time")
)

// itemFor spells e and keeps what the writer has to know of it.
func (s *source) itemFor(e *Event) *item {
	it := newItem(s.encode(e))
	switch {
	case e.Stage == StageOutcome:
		it.closes = e.Change
	case e.Outcome == "":
		it.ordinary, it.opens = true, e.Change
	default:
		it.ordinary = true
	}
	return it
}

// notForwarded is the outcome of a change whose decision could not be
// recorded in time.
func (e *Event) notForwarded() *Event {
	o := *e
	o.Stage, o.Outcome, o.Reason, o.Rules = StageOutcome, Denied, "recorded_late", nil
	return &o
}
