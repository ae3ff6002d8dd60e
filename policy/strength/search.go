// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math"
	"slices"
)

// sequencePenalty: an attacker tries sequences of fewer parts first; each part
// more costs a factor of this.
const sequencePenalty = 4 // powers of ten

// analysis is the cheapest way of putting a password together.
type analysis struct {
	guesses  float64
	sequence []match
	similar  bool
	// partly is the least guesses of a prefix of at least half the length.
	partly float64
}

// analyse collects the matches and puts the password together from them.
func (s *scan) analyse() analysis {
	if len(s.units) == 0 {
		return analysis{guesses: 1, partly: 1}
	}
	s.collect()
	return s.cheapest()
}

// cheapest is the sequence that needs the fewest guesses: the product of its
// parts' guesses, times the orders they may come in, plus the shorter sequences
// tried before.
func (s *scan) cheapest() analysis {
	f := search{scan: s, rows: make([][]cell, len(s.units)), partly: math.MaxFloat64}
	order := s.byEnd()
	for k := range s.units {
		for ; len(order) > 0 && order[0].end() == k; order = order[1:] {
			f.extend(order[0].index())
		}
		if s.budget.exhausted() {
			return analysis{guesses: 1, partly: 1} // the caller tries again with less
		}
		f.extendByBruteForce(k)
		f.finish(k)
	}
	return f.result()
}

// sortKey packs a match's end, its start and its index.
type sortKey uint64

func (k sortKey) end() int   { return int(k >> 48) }
func (k sortKey) index() int { return int(k & (1<<32 - 1)) }

// byEnd orders the matches by end, then by start, then as they were found.
func (s *scan) byEnd() []sortKey {
	keys := make([]sortKey, len(s.matches))
	for index, m := range s.matches {
		keys[index] = sortKey(m.j)<<48 | sortKey(m.i)<<32 | sortKey(index)
	}
	slices.Sort(keys)
	return keys
}

// search fills a table: the best sequence of each number of parts for each
// prefix. Entries that a shorter sequence has beaten later are kept, as in the
// references, since the order of arrival decides about some estimates.
type search struct {
	scan    *scan
	rows    [][]cell  // by last unit; each row by number of parts - 1
	row     []cell    // the row in work
	lowest  []float64 // by number of parts - 1: least total of so many or fewer
	records []record
	best    []record // by number of parts - 1, the last record
	expired int      // records before this one reach too far back
	partly  float64
}

// cell is the best sequence for a prefix. The zero cell is none.
type cell struct {
	total   float64 // what is minimised
	product float64 // of the parts' guesses; 0 for none
	last    int32   // the last part: a match's index, or ^start for brute force
}

func (c cell) isBruteForce() bool { return c.last < 0 }

// extend tries a match after every sequence that ends before it.
func (f *search) extend(index int) {
	m := &f.scan.matches[index]
	if m.i == 0 {
		f.try(0, m.guesses, int32(index))
		return
	}
	before := f.rows[m.i-1]
	f.scan.budget.spend(len(before))
	for parts, c := range before {
		if c.product > 0 {
			f.try(parts+1, c.product*m.guesses, int32(index))
		}
	}
}

// try enters a sequence with so many parts before its last one, unless one of
// as many or fewer is as good.
func (f *search) try(before int, product float64, last int32) {
	total := math.Inf(1)
	if before < len(orders) {
		total = float64(orders[before]*product) + penalties[before]
	}
	rival := math.Inf(1)
	if len(f.lowest) > 0 {
		rival = f.lowest[min(before, len(f.lowest)-1)]
	}
	if total < rival {
		f.enter(before, cell{total, product, last}, rival)
	}
}

func (f *search) enter(p int, c cell, rival float64) {
	for len(f.row) <= p {
		f.row = append(f.row, cell{})
		f.lowest = append(f.lowest, rival)
	}
	f.row[p] = c
	for ; p < len(f.lowest) && f.lowest[p] > c.total; p++ {
		f.lowest[p] = c.total
	}
}

// record is a sequence worth going on by brute force: no earlier end of a
// sequence of as many parts gives a smaller product by then. The comparison is
// the same for every later unit, so it is made once; the references repeat it,
// which makes them quadratic.
type record struct {
	start   int // the first unit guessed by brute force
	parts   int
	product float64
}

// extendByBruteForce tries to guess the units up to k one by one: all of them,
// or those after a sequence that ends with another kind of match.
func (f *search) extendByBruteForce(k int) {
	f.try(0, bruteForceGuesses(k+1), ^int32(0))
	for f.expired < len(f.records) && k-f.records[f.expired].start >= maxExponent {
		f.expired++
	}
	f.scan.budget.spend(len(f.records) - f.expired)
	for _, r := range f.records[f.expired:] {
		f.try(r.parts, r.product*bruteForceGuesses(k-r.start+1), ^int32(r.start))
	}
	if k == 0 {
		return
	}
	for parts, c := range f.rows[k-1] {
		if c.product > 0 && !c.isBruteForce() {
			f.try(parts+1, c.product*bruteForceGuesses(1), ^int32(k))
			f.keep(record{start: k, parts: parts + 1, product: c.product})
		}
	}
}

// keep adds a record if it is one.
func (f *search) keep(r record) {
	for len(f.best) < r.parts {
		f.best = append(f.best, record{product: math.Inf(1)})
	}
	best := &f.best[r.parts-1]
	if r.product < best.product*math.Pow10(r.start-best.start) {
		*best = r
		f.records = append(f.records, r)
	}
}

// finish stores the row.
func (f *search) finish(k int) {
	f.rows[k] = slices.Clone(f.row)
	if k+1 >= (len(f.scan.units)+1)/2 {
		f.partly = min(f.partly, f.lowest[len(f.lowest)-1])
	}
	f.row, f.lowest = f.row[:0], f.lowest[:0]
	f.scan.budget.spend(1)
}

// result goes back through the table from the cheapest entry for the whole.
func (f *search) result() analysis {
	k := len(f.rows) - 1
	parts := 0
	for p, c := range f.rows[k] {
		if c.product > 0 && c.total < f.rows[k][parts].total {
			parts = p
		}
	}
	a := analysis{guesses: f.rows[k][parts].total, partly: f.partly}
	for ; k >= 0; parts-- {
		m := f.part(f.rows[k][parts].last, k)
		a.sequence = append(a.sequence, m)
		a.similar = a.similar || m.similar
		k = m.i - 1
	}
	slices.Reverse(a.sequence)
	a.similar = a.similar || f.scan.findsInput(a.sequence)
	return a
}

func (f *search) part(last int32, k int) match {
	if last >= 0 {
		return f.scan.matches[last]
	}
	return match{kind: bruteForce, i: int(^last), j: k}
}

// findsInput reports whether a part of the sequence is one of the inputs. A
// word of a list may be one too, at the same price.
func (s *scan) findsInput(sequence []match) bool {
	if s.inputs.empty() {
		return false
	}
	parts := make(map[int]match, len(sequence)) // by start
	for _, m := range sequence {
		if m.kind == dictionary {
			parts[m.i] = m
		}
	}
	return slices.ContainsFunc(s.matches, func(m match) bool {
		part, ok := parts[m.i]
		return m.list == userInputs && ok && part.j == m.j && m.guesses <= part.guesses
	})
}

// maxExponent is the largest power of ten a float64 holds.
const maxExponent = 308

// bruteForceGuesses is 10 for each unit. A single one costs a little more than
// the floor for matches, so that a match is preferred.
func bruteForceGuesses(length int) float64 {
	switch {
	case length > maxExponent:
		return math.MaxFloat64
	case length == 1:
		return floorSingle + 1
	}
	return math.Pow10(length)
}

// By the number of parts before the last: how many orders the parts may come
// in, and what the shorter sequences cost that are tried before.
var orders, penalties = func() (orders, penalties [170]float64) {
	orders[0], penalties[0] = 1, 1
	for n := 1; n < len(orders); n++ {
		orders[n] = orders[n-1] * float64(n+1)
		penalties[n] = math.Pow10(sequencePenalty * n)
	}
	return orders, penalties
}()
