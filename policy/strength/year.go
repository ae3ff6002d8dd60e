// SPDX-License-Identifier: Apache-2.0

package strength

// narrowestYears: so many years around the current one are equally likely.
const narrowestYears = 20

// findYears finds years from 1900 to the end of the current decade. zxcvbn
// stops at 2019, zxcvbn4j 1.9.0 at 2029; this goes on with the calendar.
func (s *scan) findYears() {
	lastDecade := min(max(s.year, 2029), 2099) / 10 % 10
	for i := 0; i+3 < len(s.units); i++ {
		y := s.units[i : i+4]
		if count(y, isDigit) < 4 {
			continue
		}
		if y[0] == '1' && y[1] == '9' || y[0] == '2' && y[1] == '0' && int(y[2]-'0') <= lastDecade {
			s.add(match{kind: recentYear, i: i, j: i + 3, guesses: s.yearSpace(number(y))})
			i += 3
		}
	}
}

// yearSpace is how many years an attacker tries before this one.
func (s *scan) yearSpace(year int) float64 {
	return float64(max(year-s.year, s.year-year, narrowestYears))
}

// number reads a few digits.
func number(digits []uint16) (n int) {
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	return n
}
