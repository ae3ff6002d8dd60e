// SPDX-License-Identifier: Apache-2.0

package strength

// findRepeats finds a part that is repeated at once: aaa, abcabc. What is
// repeated is estimated like a password of its own.
//
// The references search with the regular expressions (.+)\1+ and (.+?)\1+,
// whose engines backtrack, and take the longer find.
func (s *scan) findRepeats() {
	shortest, longest := s.squares()
	for i := 0; i < len(s.units); {
		period := int(shortest[i])
		if period == 0 {
			i++
			continue
		}
		length := s.repetition(i, period)
		if other := s.repetition(i, int(longest[i])); other > length {
			length = other
			period = smallestPeriod(s.units[i : i+length])
		}
		s.addRepeat(i, period, length)
		i += length
	}
}

// squares finds for every position the shortest and the longest part that
// comes twice there; 0 for none. One pass for each length does it.
func (s *scan) squares() (shortest, longest []uint16) {
	n := len(s.units)
	shortest, longest = make([]uint16, n), make([]uint16, n)
	for period := 1; period <= n/2; period++ {
		if !s.budget.spend((n - period) / 4) {
			break
		}
		equal := 0 // units from i on that come again one period later
		for i := n - period - 1; i >= 0; i-- {
			if s.units[i] != s.units[i+period] || isLineEnd(s.units[i]) {
				equal = 0
			} else if equal++; equal >= period {
				if shortest[i] == 0 {
					shortest[i] = uint16(period)
				}
				longest[i] = uint16(period)
			}
		}
	}
	return shortest, longest
}

// repetition is the length of the part at i that consists of as many whole
// periods as there are.
func (s *scan) repetition(i, period int) int {
	end := i + period
	for end < len(s.units) && s.units[end] == s.units[end-period] {
		end++
	}
	return (end - i) / period * period
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

func (s *scan) addRepeat(i, period, length int) {
	base := *s
	base.units, base.lower, base.matches = s.units[i:i+period], s.lower[i:i+period], nil
	found := base.analyse()
	s.add(match{
		kind: repeated, i: i, j: i + length - 1,
		guesses: found.guesses * float64(length/period),
		single:  period == 1, similar: found.similar,
	})
}
