// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"sync"

	"github.com/passgate/passgate/module/audit/seal"
)

// What a change is owed is an outcome on the trail. One that could not be
// recorded, because the disk failed, was full or too slow, is recorded once it
// can be; the answer to the client doesn't wait for that, the change has happened.

// strays are what has found no place in the queue.
type strays struct {
	mu       sync.Mutex
	outcomes []*item
	missed   int
}

func (s *strays) add(it *item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if it.closes != "" {
		s.outcomes = append(s.outcomes, it)
	} else {
		s.missed++
	}
}

func (w *writer) takeStrays() {
	s := w.strays
	s.mu.Lock()
	defer s.mu.Unlock()
	w.owed = append(w.owed, s.outcomes...)
	if s.missed > 0 {
		w.miss(s.missed)
	}
	s.outcomes, s.missed = nil, 0
}

// owe keeps the outcome of a decision that is durable although its caller was
// told otherwise: nothing was forwarded.
func (w *writer) owe(it *item) {
	r, err := Parse(append(bytes.Clone(it.body), '}'))
	if err != nil {
		return // it stays open, and ends in doubt when the gateway stops
	}
	o := newItem(w.source.encode(r.notForwarded()))
	o.closes = it.opens
	w.owed = append(w.owed, o)
}

// pay records outcomes that are owed, unless they have been meanwhile.
func (w *writer) pay() {
	for len(w.owed) > 0 {
		var due []*item
		rest := w.owed
		for len(rest) > 0 && len(due) < maxBatch {
			if _, open := w.open[rest[0].closes]; open {
				due = append(due, rest[0])
			}
			rest = rest[1:]
		}
		if len(due) > 0 && w.put(due...) != nil {
			return
		}
		w.owed = rest
	}
	w.owed = nil
}

// settleDebts leaves no decision open when the trail is closed: what hasn't got
// its outcome by then never will.
func (w *writer) settleDebts() {
	w.takeStrays()
	w.pay()
	if len(w.open) == 0 {
		return
	}
	open := make(map[string]undecided)
	for l, err := range Lines(w.dir, w.openSince(w.edge.Size())) {
		if err != nil {
			return // the next start will find them
		}
		f := FactsOf(l.Text)
		link, ok := seal.ParseLink(l.Text)
		if seq, is := w.open[string(f.Change)]; ok && is && seq == link.Seq {
			open[string(f.Change)] = undecided{seq, bytes.Clone(l.Text)}
		}
	}
	if items, err := w.inDoubt(open); err == nil && len(items) > 0 {
		w.put(items...)
	}
}
