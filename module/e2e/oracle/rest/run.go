// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/passgate/passgate/module/e2e/oracle"
	"github.com/passgate/passgate/policy"
)

// roundSize is how many requests a gateway gets before a new one, with a trail
// of its own, takes its place.
const roundSize = 5000

// senders is how many connections are busy at once: more than there are cores,
// since odd requests wait for answers that never come.
const senders = 64

// Run sends so many requests from a seed.
type Run struct {
	Seed     uint64
	Requests int
	Limit    time.Duration // no new round after it; 0: no limit
	Layers   []*Layer
	Dir      string // for trails; they are removed as the run goes on
}

// Report is what a run came to.
type Report struct {
	Total    oracle.Counts
	ByLayer  map[string]*oracle.Counts
	ByMade   map[string]*oracle.Counts
	Findings []string
}

// sent is one request and what was sent of it.
type sent struct {
	id    string
	layer int
	raw   []byte
	made  []string
	odd   bool
}

// Do sends everything, once through the gateway and once straight to the layer.
func (r Run) Do() (*Report, error) {
	report := &Report{ByLayer: make(map[string]*oracle.Counts), ByMade: make(map[string]*oracle.Counts)}
	p, err := judge()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	for done := 0; done < r.Requests; done += roundSize {
		if r.Limit > 0 && time.Since(began) > r.Limit {
			break
		}
		if err := r.round(report, p, uint64(done), min(roundSize, r.Requests-done)); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// round is some requests through one gateway.
func (r Run) round(report *Report, p *policy.Policy, first uint64, n int) error {
	dir, err := os.MkdirTemp(r.Dir, "round-")
	if err != nil {
		return fmt.Errorf("preparing a trail: %w", err)
	}
	defer os.RemoveAll(dir)
	all := make([]sent, n)
	for i := range all {
		all[i] = r.make(first + uint64(i))
	}
	inParallel(all, func(s *sent) {
		// By another id: what a layer reads late must not be taken for the gateway's.
		send(r.Layers[s.layer].Addr, bytes.ReplaceAll(s.raw, []byte(s.id), []byte(directID(s.id))), s.odd)
	})
	direct, err := r.take()
	if err != nil {
		return err
	}
	g, err := startGateway(dir, r.Layers)
	if err != nil {
		return err
	}
	inParallel(all, func(s *sent) { send(g.sites[s.layer], s.raw, s.odd) })
	if err := g.stop(); err != nil {
		return fmt.Errorf("stopping the gateway: %w", err)
	}
	through, err := r.take()
	if err != nil {
		return err
	}
	decisions, err := g.decisions()
	if err != nil {
		return err
	}
	report.count(p, r.Layers, all, direct, through, decisions)
	return nil
}

// plainID is a request's id without a line that was folded into it.
func plainID(id string) string {
	id, _, _ = strings.Cut(id, " ")
	return id
}

// directID is the id of a request when it is sent without the gateway: as long
// as the other, so that lengths stay right.
func directID(id string) string { return "d" + id[1:] }

// make makes one request.
func (r Run) make(n uint64) sent {
	id := fmt.Sprintf("r%d-%d", r.Seed, n)
	w := newWire(r.Seed, n, id)
	raw := w.bytes()
	return sent{id: id, layer: int(n) % len(r.Layers), raw: raw, made: w.made, odd: w.odd || len(w.made) > 0 && w.eol != "\r\n"}
}

func inParallel(all []sent, do func(*sent)) {
	next := make(chan *sent)
	var working sync.WaitGroup
	for range senders {
		working.Go(func() {
			for s := range next {
				do(s)
			}
		})
	}
	for i := range all {
		next <- &all[i]
	}
	close(next)
	working.Wait()
}

// take returns what each layer has read, by the request's own id.
func (r Run) take() ([]map[string][]oracle.Reading, error) {
	found := make([]map[string][]oracle.Reading, len(r.Layers))
	for i, layer := range r.Layers {
		events, err := layer.Take()
		if err != nil {
			return nil, err
		}
		found[i] = make(map[string][]oracle.Reading)
		for _, event := range events {
			event.ID = plainID(event.ID)
			id, _, _ := strings.Cut(event.ID, ".")
			found[i][id] = append(found[i][id], event)
		}
	}
	return found, nil
}

// count compares a round and counts it.
func (r *Report) count(p *policy.Policy, layers []*Layer, all []sent, direct, through []map[string][]oracle.Reading, decisions map[string][]*record) {
	known := make([]map[string]bool, len(layers))
	for i := range known {
		known[i] = make(map[string]bool)
	}
	for i := range all {
		s := &all[i]
		known[s.layer][s.id] = true
		var wrong []string
		seen := make(map[string]bool)
		found := expect(s.raw)
		for _, event := range through[s.layer][s.id] {
			if seen[event.ID] {
				wrong = append(wrong, "the layer read it twice")
			} else if w := check(p, event, decisions[event.ID], found); w != "" {
				wrong = append(wrong, w)
			}
			seen[event.ID] = true
		}
		r.note(layers[s.layer].Name, s, effective(direct[s.layer][directID(s.id)]), len(seen) > 0, wrong)
	}
	for i, events := range through {
		for id, of := range events {
			if !known[i][id] && !strings.HasPrefix(id, "d") {
				r.Total.Bypasses++
				r.Findings = append(r.Findings, fmt.Sprintf("%s: read a change that nobody sent: id %q, %+v", layers[i].Name, id, of))
			}
		}
	}
}

// effective tells whether a layer without a gateway read a secret.
func effective(events []oracle.Reading) bool {
	for _, event := range events {
		for _, s := range event.Settings {
			if s.HasSecret {
				return true
			}
		}
	}
	return false
}

func (r *Report) note(layer string, s *sent, effective, passed bool, wrong []string) {
	one := oracle.Counts{Tried: 1}
	if effective {
		one.Effective = 1
	}
	switch {
	case len(wrong) > 0:
		one.Bypasses = 1
		r.Findings = append(r.Findings, fmt.Sprintf("%s, %s: %s\n\t%q", layer, strings.Join(s.made, " + "), strings.Join(wrong, "; "), s.raw))
	case passed:
		one.Passed = 1
	case effective:
		one.Refused = 1
	}
	r.Total.Add(one)
	oracle.Entry(r.ByLayer, layer).Add(one)
	for _, made := range s.made {
		oracle.Entry(r.ByMade, made).Add(one)
	}
}
