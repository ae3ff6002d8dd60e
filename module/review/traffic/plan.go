// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"cmp"
	"container/heap"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// Plan says how much traffic there is and when.
type Plan struct {
	Seed    uint64
	From    time.Time
	Until   time.Time // exclusive
	Changes int       // ordinary changes asked for; each is one or two records, incidents come on top
	People  int       // default 400

	heartbeat time.Duration // of the gateway that Write pretends to be
}

// Entries yields the records in order of time.
func (p Plan) Entries() iter.Seq[audit.Past] {
	return func(yield func(audit.Past) bool) {
		s := p.stage()
		incidents := s.incidents()
		for at := range p.times(s.rng) {
			for len(incidents) > 0 && incidents[0].Time().Before(at) {
				s.add(incidents[0])
				incidents = incidents[1:]
			}
			s.ordinary(at)
			if !s.emit(at, yield) {
				return
			}
		}
		for _, e := range incidents {
			s.add(e)
		}
		s.emit(p.Until.AddDate(1, 0, 0), yield)
	}
}

// stage holds the company while its traffic is being made up.
type stage struct {
	Plan
	rng     *rand.Rand
	cast    cast
	rules   []rulebook
	waiting queue // made up, not yet due
	count   int
}

func (p Plan) stage() *stage {
	if p.People == 0 {
		p.People = 400
	}
	rng := rand.New(rand.NewPCG(p.Seed, 0x7061737367617465))
	return &stage{Plan: p, rng: rng, cast: newCast(rng, p.People), rules: rulebooks()}
}

func (s *stage) add(e audit.Past) {
	s.count++
	heap.Push(&s.waiting, due{e, s.count})
}

// emit yields what is due before at.
func (s *stage) emit(at time.Time, yield func(audit.Past) bool) bool {
	for len(s.waiting) > 0 && !s.waiting[0].Time().After(at) {
		if !yield(heap.Pop(&s.waiting).(due).Past) {
			return false
		}
	}
	return true
}

// due orders entries by time, and by when they were made up where that is equal.
type due struct {
	audit.Past
	number int
}

type queue []due

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(q[i].Time().Compare(q[j].Time()), cmp.Compare(q[i].number, q[j].number)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(due)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// hourWeight is how busy an hour of a working day (UTC) is; at night only
// automation is awake.
var hourWeight = [24]float64{.3, .3, 2.4, .4, .3, .6, 2, 6, 10, 9, 8, 6, 4, 7, 8, 7, 5, 3, 1.5, 1, .7, .5, .4, .3}

func weight(hour time.Time) float64 {
	w := hourWeight[hour.Hour()]
	if d := hour.Weekday(); d == time.Saturday || d == time.Sunday {
		if hour.Hour() != 2 { // the nightly run knows no weekend
			w *= .12
		}
	}
	return w
}

// times yields when changes are asked for, oldest first.
func (p Plan) times(rng *rand.Rand) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		var total float64
		for h := p.From; h.Before(p.Until); h = h.Add(time.Hour) {
			total += weight(h)
		}
		sum, done := 0.0, 0
		for h := p.From; h.Before(p.Until); h = h.Add(time.Hour) {
			sum += weight(h)
			n := int(sum/total*float64(p.Changes)+.5) - done
			done += n
			for _, at := range within(rng, h, min(time.Hour, p.Until.Sub(h)), n) {
				if !yield(at) {
					return
				}
			}
		}
	}
}

func within(rng *rand.Rand, from time.Time, d time.Duration, n int) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		times[i] = from.Add(time.Duration(rng.Int64N(int64(d)))).Truncate(time.Microsecond)
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}
