// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// batchSize is how many inputs travel together; a few batches are under way at
// once so that no process waits for another.
const (
	batchSize = 2000
	underWay  = 6
)

// Run is a run of so many inputs from a seed.
type Run struct {
	Seed    uint64
	First   uint64 // number of the first input
	Inputs  int
	Limit   time.Duration // ends the run earlier; 0: no limit
	Oracles []*Oracle
	Keep    func(*Input, Ours, []Reading) // sees every effective input, one at a time; may be nil
}

// batch is some inputs on their way through the readers.
type batch struct {
	inputs   []*Input
	ours     []Ours
	readings [][]Reading // by oracle, then by input; the rest of a row is empty
	asked    [][]int     // by oracle: which inputs it was asked about
}

// Do makes the inputs, asks everybody about them and counts.
func (r Run) Do(ctx context.Context) (*Report, error) {
	if r.Limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.Limit)
		defer cancel()
	}
	report := newReport(r.Seed)
	var mu sync.Mutex
	var failed error
	slots := make(chan struct{}, underWay)
	var running sync.WaitGroup
	for done := 0; done < r.Inputs && ctx.Err() == nil; done += batchSize {
		slots <- struct{}{}
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			break
		}
		first, n := r.First+uint64(done), min(batchSize, r.Inputs-done)
		running.Go(func() {
			defer func() { <-slots }()
			b, err := r.ask(first, n)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
				return
			}
			r.count(report, b)
		})
	}
	running.Wait()
	return report, failed
}

// ask makes a batch and puts it to every oracle it concerns.
func (r Run) ask(first uint64, n int) (*batch, error) {
	b := &batch{
		inputs: make([]*Input, n), ours: make([]Ours, n),
		readings: make([][]Reading, len(r.Oracles)), asked: make([][]int, len(r.Oracles)),
	}
	for i := range b.inputs {
		b.inputs[i] = Make(r.Seed, first+uint64(i))
		b.ours[i] = Read(b.inputs[i])
	}
	errs := make([]error, len(r.Oracles))
	var asking sync.WaitGroup
	for k, o := range r.Oracles {
		asking.Go(func() {
			var frames []byte
			for i, in := range b.inputs {
				if o.concerns(in) {
					frames = in.appendFrame(frames, b.ours[i].Sent)
					b.asked[k] = append(b.asked[k], i)
				}
			}
			b.readings[k], errs[k] = o.Ask(frames, len(b.asked[k]))
		})
	}
	asking.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("inputs %d to %d: %w", first, first+uint64(n)-1, err)
		}
	}
	return b, nil
}

// count compares a batch and counts it.
func (r Run) count(report *Report, b *batch) {
	at := make([]int, len(r.Oracles)) // how far each oracle's answers are used
	for i, in := range b.inputs {
		effective := false
		var findings []Finding
		all := make([]Reading, len(r.Oracles))
		for k, o := range r.Oracles {
			if at[k] >= len(b.asked[k]) || b.asked[k][at[k]] != i {
				all[k].Refused = true
				continue
			}
			all[k] = b.readings[k][at[k]]
			at[k]++
			effective = effective || all[k].effective(in.Question)
			if wrong := Check(in, b.ours[i], all[k]); wrong != "" {
				findings = append(findings, Finding{*in, o.Name, wrong})
			}
		}
		report.note(in, b.ours[i], effective, findings)
		if effective && r.Keep != nil {
			r.Keep(in, b.ours[i], all)
		}
	}
}
