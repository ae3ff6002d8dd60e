// SPDX-License-Identifier: Apache-2.0

package strength

import "math"

// findSpatial finds three keys and more in a row, with any number of turns.
func (s *scan) findSpatial() {
	for _, board := range keyboards {
		for i := 0; i < len(s.units)-1; {
			i = s.findPathFrom(i, board.layout, board.price)
		}
	}
}

// findPathFrom follows the keys from unit i and returns where to go on.
func (s *scan) findPathFrom(i int, layout, price *keyboard) int {
	p := path{price: price}
	if layout.startsShifted(s.units[i]) {
		p.shifted++
	}
	last, j := int8(0), i+1
	for ; j < len(s.units); j++ {
		direction := layout.toward(s.units[j-1], s.units[j])
		if direction == 0 {
			break
		}
		if direction != last {
			p.turns++
			last = direction
		}
		if layout.needsShift(s.units[j]) {
			p.shifted++
		}
	}
	s.budget.spend(j - i)
	if p.length = j - i; p.length > 2 {
		s.add(match{kind: spatial, i: i, j: j - 1, straight: p.turns == 1, guesses: p.guesses(s.budget)})
	}
	return j
}

// path is a way over a keyboard. The first step counts as a turn.
type path struct {
	price                  *keyboard
	length, turns, shifted int
}

// guesses counts the paths that are no longer and have no more turns.
func (p path) guesses(b *budget) float64 {
	powers := make([]float64, p.turns+1) // of the average number of neighbours
	for j := range powers {
		powers[j] = math.Pow(p.price.degree, float64(j))
	}
	sum := 0.0
	for i := 2; i <= p.length && !math.IsInf(sum, 1); i++ {
		possible := min(p.turns, i-1)
		ways := 1.0 // to place j-1 turns on i-1 steps
		for j := 1; j <= possible; j++ {
			sum += float64(ways * p.price.starts * powers[j])
			ways = ways * float64(i-j) / float64(j)
		}
		if !b.spend(possible) {
			break
		}
	}
	return sum * p.shiftings()
}

// shiftings is how many ways of holding the shift key an attacker tries.
func (p path) shiftings() float64 {
	switch p.shifted {
	case 0:
		return 1
	case p.length:
		return 2
	}
	return choices(p.shifted, p.length-p.shifted)
}
