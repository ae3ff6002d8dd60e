// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math"
	"math/rand/v2"
	"testing"
)

// naiveSearch is the references' search as they describe it: every brute-force
// start is tried for every unit, nothing is remembered.
func naiveSearch(s *scan) float64 {
	type entry struct {
		total, product float64
		bruteForce     bool
	}
	rows := make([]map[int]entry, len(s.units))
	put := func(k, parts int, product float64, bruteForce bool) {
		total := product
		for n := 2; n <= parts; n++ {
			total *= float64(n)
		}
		total += math.Pow10(4 * (parts - 1))
		for other, e := range rows[k] {
			if other <= parts && e.total <= total {
				return
			}
		}
		rows[k][parts] = entry{total, product, bruteForce}
	}
	order := s.byEnd()
	for k := range s.units {
		rows[k] = make(map[int]entry)
		for ; len(order) > 0 && order[0].end() == k; order = order[1:] {
			m := s.matches[order[0].index()]
			if m.i == 0 {
				put(k, 1, m.guesses, false)
				continue
			}
			for parts := 1; parts <= k+1; parts++ {
				if e, ok := rows[m.i-1][parts]; ok {
					put(k, parts+1, e.product*m.guesses, false)
				}
			}
		}
		put(k, 1, bruteForceGuesses(k+1), true)
		for i := 1; i <= k; i++ {
			for parts := 1; parts <= k+1; parts++ {
				if e, ok := rows[i-1][parts]; ok && !e.bruteForce {
					put(k, parts+1, e.product*bruteForceGuesses(k-i+1), true)
				}
			}
		}
	}
	best := math.Inf(1)
	for _, e := range rows[len(rows)-1] {
		best = min(best, e.total)
	}
	return best
}

// The search that remembers must find the same minimum.
func TestSearchFindsTheMinimum(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		s := &scan{units: make([]uint16, 1+r.IntN(24)), inputs: newInputTrie(nil, 0), budget: &budget{1 << 30}}
		for range r.IntN(12) {
			i := r.IntN(len(s.units))
			s.add(match{kind: dictionary, i: i, j: min(len(s.units)-1, i+r.IntN(8)), guesses: math.Trunc(math.Pow(10, 6*r.Float64()))})
		}
		want, got := naiveSearch(s), s.cheapest().guesses
		if math.Abs(got/want-1) > 1e-9 {
			t.Fatalf("%d units, %+v: got %g, want %g", len(s.units), s.matches, got, want)
		}
	}
}

// For passwords of more units than a float64 has powers of ten.
func TestSearchStaysFinite(t *testing.T) {
	t.Parallel()
	for name, password := range intricate(maxUnits) {
		if got := Estimate(password, nil).Guesses; math.IsInf(got, 0) || math.IsNaN(got) || got < 1 {
			t.Errorf("%s: got %g guesses", name, got)
		}
	}
}
