// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"net/netip"
	"sync"
	"time"
)

// flood keeps a source that is refused again and again from burying the trail.
// Only refusals are counted, which change nothing at the cluster; what is
// forwarded always has records of its own. Each source has a bucket of tokens:
// a burst, say of a job gone wild for an hour, is recorded one by one; who goes
// on gets one record a second and a count.
type flood struct {
	perMinute, burst float64 // negative: no limit

	mu      sync.Mutex
	sources map[string]*stream
}

// stream is what one source is refused.
type stream struct {
	client    Client
	tokens    float64
	filled    time.Time
	announced time.Time
	counted   Flood // those without a record, since the last drain
}

const (
	floodAnnounce = time.Minute      // a count is announced at most this often
	floodDrain    = 10 * time.Second // how old a count may get before it is recorded
	floodSources  = 10_000           // beyond, all others count as one
)

func newFlood(perMinute, burst int) *flood {
	return &flood{perMinute: float64(perMinute), burst: float64(burst), sources: make(map[string]*stream)}
}

// refusal reports whether e is a request that ends here, unforwarded.
func (e *Event) refusal() bool { return e.Stage == StageDecision && e.Outcome != "" }

// coalesce counts e instead of recording it, if its source was refused often
// enough. The first to be counted announces the count, durably, so that even a
// crash leaves a trace of the flood.
func (t *Trail) coalesce(e *Event) (counted bool, _ error) {
	if t.Health().Err != nil {
		return false, nil // a count that can't be recorded is no record
	}
	announce, counted := t.flood.count(e)
	if counted {
		t.meters.update(func(s *Stats) { s.Coalesced++ })
	}
	if announce == nil {
		return counted, nil
	}
	return true, t.submit(newItem(t.source.encodeNotice(announce)), nil)
}

// count reports whether e is one too many, and returns the notice that
// announces the count.
func (f *flood) count(e *Event) (announce *Notice, counted bool) {
	if f.perMinute < 0 {
		return nil, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.stream(e)
	f.fill(s, e.Time)
	if s.tokens >= 1 {
		s.tokens--
		return nil, false
	}
	s.counted.add(e)
	if !s.announced.IsZero() && e.Time.Sub(s.announced) < floodAnnounce {
		return nil, true
	}
	s.announced = e.Time
	return s.drain(), true
}

func (f *flood) fill(s *stream, now time.Time) {
	if elapsed := now.Sub(s.filled); elapsed > 0 {
		s.tokens = min(f.burst, s.tokens+f.perMinute*elapsed.Minutes())
		s.filled = now
	}
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
		s = &stream{client: client, tokens: f.burst, filled: e.Time}
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
		f.fill(s, now)
		switch {
		case s.counted.Count > 0 && (all || now.Sub(s.counted.From) >= floodDrain):
			notices = append(notices, s.drain())
		case s.counted.Count == 0 && s.tokens >= f.burst:
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
