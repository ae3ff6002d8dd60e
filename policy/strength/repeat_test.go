// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math/rand/v2"
	"testing"
)

// naiveRepeat is what the references' regular expressions find first from a
// position on: the leftmost part that comes twice, with the shortest or with
// the longest part, whichever covers more; then its smallest period.
func naiveRepeat(text []uint16, from int) (start, period, length int, ok bool) {
	twice := func(i, p int) bool {
		for k := range p {
			if i+p+k >= len(text) || text[i+k] != text[i+p+k] || isLineEnd(text[i+k]) {
				return false
			}
		}
		return true
	}
	cover := func(i, p int) int {
		n := 2 * p
		for twice(i+n-p, p) {
			n += p
		}
		return n
	}
	for i := from; i < len(text); i++ {
		shortest, longest := 0, 0
		for p := 1; p <= (len(text)-i)/2; p++ {
			if twice(i, p) {
				if shortest == 0 {
					shortest = p
				}
				longest = p
			}
		}
		if shortest == 0 {
			continue
		}
		if lazy, greedy := cover(i, shortest), cover(i, longest); lazy >= greedy {
			return i, shortest, lazy, true
		} else {
			return i, smallestPeriod(text[i : i+greedy]), greedy, true
		}
	}
	return 0, 0, 0, false
}

func TestRepeatsAreTheLeftmost(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		text := make([]uint16, r.IntN(24))
		for i := range text {
			text[i] = uint16("ab\nc"[r.IntN(3+r.IntN(2))])
		}
		s := scan{units: text, lower: text, lists: embeddedLists(), inputs: newInputTrie(nil, 0), budget: &budget{1 << 30}}
		s.findRepeats()
		from := 0
		for _, m := range s.matches {
			start, _, length, ok := naiveRepeat(text, from)
			if !ok || m.i != start || m.j != start+length-1 {
				t.Fatalf("%q from %d: got %d to %d, want %d to %d", string(toRunes(text)), from, m.i, m.j, start, start+length-1)
			}
			from = m.j + 1
		}
		if start, _, _, ok := naiveRepeat(text, from); ok {
			t.Fatalf("%q: missed one at %d", string(toRunes(text)), start)
		}
	}
}

func TestSmallestPeriod(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want int
	}{{"aaaa", 1}, {"abab", 2}, {"aabaab", 3}, {"ababa", 5}, {"abcabcabcabc", 3}}
	for _, test := range tests {
		if got := smallestPeriod(unitsOf(test.text)); got != test.want {
			t.Errorf("%s: got %d, want %d", test.text, got, test.want)
		}
	}
}
