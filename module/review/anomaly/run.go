// SPDX-License-Identifier: Apache-2.0

package anomaly

import "time"

// run is a series of records close enough together. What it costs to add one
// doesn't grow with the series.
type run struct {
	all     []item
	head    int            // items before it are forgotten
	targets map[uint32]int // how many of the items name each
	finding *Finding       // once the threshold is passed: it grows as long as the series goes on
}

type item struct {
	place  int64
	at     time.Time
	target uint32 // its number in the view
}

func (r *run) items() []item { return r.all[r.head:] }

func (r *run) add(it item, within time.Duration) {
	r.trim(it.at, within)
	if r.targets == nil {
		r.targets = make(map[uint32]int)
	}
	r.targets[it.target]++
	r.all = append(r.all, it)
}

// trim forgets what lies too far back.
func (r *run) trim(at time.Time, within time.Duration) {
	for r.head < len(r.all) && at.Sub(r.all[r.head].at) > within {
		target := r.all[r.head].target
		if r.targets[target]--; r.targets[target] == 0 {
			delete(r.targets, target)
		}
		r.head++
	}
	if r.head > 64 && r.head > len(r.all)/2 {
		r.all = append(r.all[:0], r.all[r.head:]...)
		r.head = 0
	}
}
