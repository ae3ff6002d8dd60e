// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"net/netip"
	"sync"
	"time"
)

// flood keeps a source that is refused again and again from burying the trail.
// Only refusals are counted, which change nothing at the cluster; what is
// forwarded always has records of its own.
type flood struct {
	limit int // recorded one by one, per source and window; negative: all

	mu      sync.Mutex
	sources map[string]*stream
}

// stream is what one source was refused in the running window.
type stream struct {
	client   Client
	began    time.Time
	recorded int
	counted  Flood // those without a record, since the last drain
}

const (
	floodWindow  = time.Minute
	floodDrain   = 10 * time.Second // how old a count may get before it is recorded
	floodSources = 10_000           // beyond, all others count as one
)

func newFlood(limit int) *flood {
	return &flood{limit: limit, sources: make(map[string]*stream)}
}

// refusal reports whether e is a request that ends here, unforwarded.
func (e *Event) refusal() bool { return e.Stage == StageDecision && e.Outcome != "" }

// coalesce counts e instead of recording it, if its source was refused often
// enough. The first to be counted announces the count, durably, so that even a
// crash leaves a trace of the flood.
func (t *Trail) coalesce(e *Event) (counted bool, _ error) {
	announce, counted := t.flood.count(e)
	if counted {
		t.meters.update(func(s *Stats) { s.Coalesced++ })
	}
	if announce == nil {
		return counted, nil
	}
	return true, t.submit(newItem(t.source.encodeNotice(announce)))
}

// count reports whether e is one too many, and returns the notice that
// announces it for the first.
func (f *flood) count(e *Event) (announce *Notice, counted bool) {
	if f.limit < 0 {
		return nil, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.stream(e)
	if e.Time.Sub(s.began) >= floodWindow && s.counted.Count == 0 {
		s.began, s.recorded = e.Time, 0
	}
	if s.recorded < f.limit {
		s.recorded++
		return nil, false
	}
	s.counted.add(e)
	if s.recorded > f.limit {
		return nil, true
	}
	s.recorded++ // announced
	return s.drain(), true
}

// stream finds the source's entry. IPv6 hosts own a /64 at least, so that
// counts as one source.
func (f *flood) stream(e *Event) *stream {
	key, client := e.Client.IP, Client{IP: e.Client.IP, PeerIP: e.Client.PeerIP}
	if ip, err := netip.ParseAddr(key); err == nil && ip.Is6() && !ip.Is4In6() {
		if prefix, err := ip.Prefix(64); err == nil {
			key = prefix.String()
		}
	}
	if f.sources[key] == nil && len(f.sources) >= floodSources {
		key, client = "", Client{}
	}
	s := f.sources[key]
	if s == nil {
		s = &stream{client: client, began: e.Time}
		f.sources[key] = s
	}
	return s
}

func (f *Flood) add(e *Event) {
	if f.Count == 0 {
		f.From = e.Time
	}
	f.Count++
	f.Until = e.Time
	switch {
	case e.Outcome == Unauthenticated:
		f.Unauthenticated++
	case e.Cause == CausePolicy:
		f.Policy++
	case e.Cause == CauseBothFields:
		f.BothFields++
	case e.Cause == CauseHash:
		f.Hash++
	case e.Cause == CauseUnreadable:
		f.Unreadable++
	case e.Cause == CauseForbidden:
		f.Forbidden++
	case e.Cause == CauseUnavailable:
		f.Unavailable++
	}
}

// drain returns the count as a notice, and starts over.
func (s *stream) drain() *Notice {
	counted := s.counted
	s.counted = Flood{}
	return &Notice{Code: CodeFlood, Time: counted.Until, Client: s.client, Flood: &counted}
}

// due returns the counts to be recorded now, and forgets quiet sources.
func (f *flood) due(now time.Time, all bool) []*Notice {
	f.mu.Lock()
	defer f.mu.Unlock()
	var notices []*Notice
	for key, s := range f.sources {
		switch {
		case s.counted.Count > 0 && (all || now.Sub(s.counted.From) >= floodDrain):
			notices = append(notices, s.drain())
		case s.counted.Count == 0 && now.Sub(s.began) >= floodWindow:
			delete(f.sources, key)
		}
	}
	return notices
}

func (w *writer) drainFlood(all bool) {
	for _, n := range w.flood.due(w.now(), all) {
		if w.put(newItem(w.source.encodeNotice(n))) != nil {
			w.miss(int(n.Flood.Count))
		}
	}
}
