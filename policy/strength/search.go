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

// analyse collects the matches and searches for the sequence that needs the
// fewest guesses: the product of its parts' guesses, times the orders they may
// come in, plus the shorter sequences tried before.
func (s *scan) analyse() analysis {
	if len(s.units) == 0 {
		return analysis{guesses: 1, partly: 1}
	}
	s.collect()
	s.sortMatches()
	f := search{scan: s, rows: make([][]cell, len(s.units)), partly: math.MaxFloat64}
	next := 0
	for k := range s.units {
		for ; next < len(s.matches) && s.matches[next].j == k; next++ {
			f.extend(next)
		}
		f.extendByBruteForce(k)
		f.finish(k)
	}
	return f.result()
}

// sortMatches orders by end, then by start, then as they were found.
func (s *scan) sortMatches() {
	slices.SortStableFunc(s.matches, func(a, b match) int {
		if a.j != b.j {
			return a.j - b.j
		}
		return a.i - b.i
	})
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
		f.try(1, m.guesses, int32(index))
		return
	}
	before := f.rows[m.i-1]
	f.scan.budget.spend(len(before))
	for parts, c := range before {
		if c.product > 0 {
			f.try(parts+2, c.product*m.guesses, int32(index))
		}
	}
}

// try enters a sequence of so many parts if none of as many or fewer is as
// good.
func (f *search) try(parts int, product float64, last int32) {
	total := float64(factorial(parts)*product) + pow10(sequencePenalty*(parts-1))
	p, rival := parts-1, math.Inf(1)
	if len(f.lowest) > 0 {
		rival = f.lowest[min(p, len(f.lowest)-1)]
	}
	if total >= rival {
		return
	}
	for len(f.row) <= p {
		f.row = append(f.row, cell{})
		f.lowest = append(f.lowest, rival)
	}
	f.row[p] = cell{total, product, last}
	for ; p < len(f.lowest) && f.lowest[p] > total; p++ {
		f.lowest[p] = total
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
	f.try(1, bruteForceGuesses(k+1, len(f.scan.units)), ^int32(0))
	for f.expired < len(f.records) && k-f.records[f.expired].start >= maxExponent {
		f.expired++
	}
	f.scan.budget.spend(len(f.records) - f.expired)
	for _, r := range f.records[f.expired:] {
		f.try(r.parts+1, r.product*bruteForceGuesses(k-r.start+1, len(f.scan.units)), ^int32(r.start))
	}
	if k == 0 {
		return
	}
	for parts, c := range f.rows[k-1] {
		if c.product > 0 && !c.isBruteForce() {
			f.try(parts+2, c.product*bruteForceGuesses(1, len(f.scan.units)), ^int32(k))
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
	if r.product < best.product*pow10(r.start-best.start) {
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
		a.similar = a.similar || f.isSimilar(m)
		k = m.i - 1
	}
	slices.Reverse(a.sequence)
	return a
}

func (f *search) part(last int32, k int) match {
	if last >= 0 {
		return f.scan.matches[last]
	}
	return match{kind: bruteForce, i: int(^last), j: k}
}

// isSimilar reports whether a part is one of the inputs. A word of a list may
// be one too, at the same price.
func (f *search) isSimilar(m match) bool {
	if m.kind == repeated {
		return m.similar
	}
	return m.kind == dictionary && slices.ContainsFunc(f.scan.matches, func(other match) bool {
		return other.list == userInputs && other.i == m.i && other.j == m.j && other.guesses <= m.guesses
	})
}

// maxExponent is the largest power of ten a float64 holds.
const maxExponent = 308

// bruteForceGuesses is 10 for each unit. A part of a longer password costs a
// little more than the floor for matches, so that a match is preferred.
func bruteForceGuesses(length, whole int) float64 {
	switch {
	case length > maxExponent:
		return math.MaxFloat64
	case length == 1:
		return floorSingle + 1
	}
	return pow10(length)
}

func pow10(n int) float64 { return math.Pow10(n) }

func factorial(n int) float64 {
	if n >= len(factorials) {
		return math.Inf(1)
	}
	return factorials[n]
}

var factorials = func() (f [171]float64) {
	f[0] = 1
	for n := 1; n < len(f); n++ {
		f[n] = f[n-1] * float64(n)
	}
	return f
}()
