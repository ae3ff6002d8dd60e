// SPDX-License-Identifier: Apache-2.0

package strength

// findRepeats finds a part that is repeated at once: aaa, abcabc. What is
// repeated is estimated like a password of its own.
//
// The references search with the regular expressions (.+)\1+ and (.+?)\1+;
// their engines backtrack. squares finds the same in one pass per period.
func (s *scan) findRepeats() {
	shortest, longest := s.squares()
	for i := 0; i < len(s.units); {
		if shortest[i].period == 0 {
			i++
			continue
		}
		r := shortest[i]
		if longest[i].length > r.length {
			r = longest[i]
			r.period = smallestPeriod(s.units[i : i+r.length])
		}
		s.addRepeat(i, r)
		i += r.length
	}
}

// run is a part that is one unit sequence over and over.
type run struct{ period, length int }

// squares finds for every position the shortest and the longest period that is
// repeated there, each with as many repetitions as there are.
func (s *scan) squares() (shortest, longest []run) {
	n := len(s.units)
	shortest, longest = make([]run, n), make([]run, n)
	for period := 1; period <= n/2; period++ {
		if !s.budget.spend((n - period) / 4) {
			break
		}
		equal := 0 // units from i on that come again one period later
		for i := n - period - 1; i >= 0; i-- {
			if s.units[i] != s.units[i+period] || isLineEnd(s.units[i]) {
				equal = 0
				continue
			}
			if equal++; equal < period {
				continue
			}
			found := run{period, period + equal/period*period}
			if shortest[i].period == 0 {
				shortest[i] = found
			}
			longest[i] = found
		}
	}
	return shortest, longest
}

// smallestPeriod is the length of the shortest part that gives the whole when
// repeated.
func smallestPeriod(token []uint16) int {
	for period := 1; period <= len(token)/2; period++ {
		if len(token)%period == 0 && hasPeriod(token, period) {
			return period
		}
	}
	return len(token)
}

func hasPeriod(token []uint16, period int) bool {
	for i := period; i < len(token); i++ {
		if token[i] != token[i-period] {
			return false
		}
	}
	return true
}

func (s *scan) addRepeat(i int, r run) {
	base := *s
	base.units, base.lower, base.matches = s.units[i:i+r.period], s.lower[i:i+r.period], nil
	found := base.analyse()
	s.add(match{
		kind: repeated, i: i, j: i + r.length - 1,
		guesses: found.guesses * float64(r.length/r.period),
		single:  r.period == 1, similar: found.similar,
	})
}
