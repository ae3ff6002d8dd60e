// SPDX-License-Identifier: Apache-2.0

package strength

// A date is a day, a month and a year of two or four digits, the year first or
// last, with one separator twice or none. The calendar isn't checked further:
// people's passwords contain 31 February.
const (
	firstYear = 1000
	lastYear  = 2050
)

// dateSplits says, by the number of digits, where the second and the third
// number may start.
var dateSplits = map[int][][2]int{
	4: {{1, 2}, {2, 3}},
	5: {{1, 3}, {2, 3}},
	6: {{1, 2}, {2, 4}, {4, 5}},
	7: {{1, 3}, {2, 3}, {4, 5}, {4, 6}},
	8: {{2, 4}, {4, 6}},
}

// findDates finds dates that aren't part of a longer one: of those that start
// at a unit only the longest can be, and only if none before reaches as far.
func (s *scan) findDates() {
	reach := -1
	for i := range s.units {
		if !isDigit(s.units[i]) {
			continue
		}
		for j := min(i+9, len(s.units)-1); j >= i+3 && j > reach; j-- {
			if guesses := s.dateGuesses(s.units[i : j+1]); guesses > 0 {
				s.add(match{kind: date, i: i, j: j, guesses: guesses})
				reach = j
			}
		}
	}
}

// dateGuesses is 0 for what isn't a date.
func (s *scan) dateGuesses(token []uint16) float64 {
	s.budget.spend(1)
	if !isDigit(token[len(token)-1]) {
		return 0
	}
	if len(token) <= 8 && count(token, isDigit) == len(token) {
		return s.bareDateGuesses(token)
	}
	if year, ok := separatedYear(token); ok && len(token) >= 6 {
		return s.yearSpace(year) * 365 * 4 // one of about four separators
	}
	return 0
}

// bareDateGuesses takes the split whose year is nearest: 111504 is 15 November
// 2004, not 1 January 1504.
func (s *scan) bareDateGuesses(digits []uint16) float64 {
	best, found := 0, false
	for _, split := range dateSplits[len(digits)] {
		year, ok := yearOf(number(digits[:split[0]]), number(digits[split[0]:split[1]]), number(digits[split[1]:]))
		if ok && (!found || distance(year, s.year) < distance(best, s.year)) {
			best, found = year, true
		}
	}
	if !found {
		return 0
	}
	return s.yearSpace(best) * 365
}

func distance(a, b int) int { return max(a-b, b-a) }

// separatedYear reads 1 to 4 digits, a separator, 1 or 2 digits, the same
// separator, 1 to 4 digits.
func separatedYear(token []uint16) (year int, ok bool) {
	first := digitsAtStart(token)
	if first == 0 || first > 4 || first == len(token) || !isDateSeparator(token[first]) {
		return 0, false
	}
	rest := token[first+1:]
	second := digitsAtStart(rest)
	if second == 0 || second > 2 || second == len(rest) || rest[second] != token[first] {
		return 0, false
	}
	last := rest[second+1:]
	if third := digitsAtStart(last); third == 0 || third > 4 || third != len(last) {
		return 0, false
	}
	return yearOf(number(token[:first]), number(rest[:second]), number(last))
}

func digitsAtStart(token []uint16) (n int) {
	for n < len(token) && isDigit(token[n]) {
		n++
	}
	return n
}

func isDateSeparator(u uint16) bool {
	return u == '/' || u == '\\' || u == '_' || u == '.' || u == '-' || isSpace(u)
}

// yearOf is the year of a date written as these three numbers, if they are
// one. A year stands first or last, never in the middle.
func yearOf(first, middle, last int) (year int, ok bool) {
	if middle < 1 || middle > 31 || !plausible(first, middle, last) {
		return 0, false
	}
	if firstYear <= last {
		return last, dayAndMonth(first, middle)
	}
	if firstYear <= first {
		return first, dayAndMonth(middle, last)
	}
	if dayAndMonth(first, middle) {
		return fullYear(last), true
	}
	return fullYear(first), dayAndMonth(middle, last)
}

// plausible sorts out what can't be a date in any order.
func plausible(numbers ...int) bool {
	over12, over31, zero := 0, 0, 0
	for _, n := range numbers {
		if n > 99 && n < firstYear || n > lastYear {
			return false
		}
		if n > 12 {
			over12++
		}
		if n > 31 {
			over31++
		}
		if n == 0 {
			zero++
		}
	}
	return over12 < 3 && over31 < 2 && zero < 2
}

// dayAndMonth reports whether the two are a day and a month in either order.
func dayAndMonth(a, b int) bool {
	small, large := min(a, b), max(a, b)
	return 1 <= small && small <= 12 && large <= 31
}

func fullYear(year int) int {
	switch {
	case year > 99:
		return year
	case year > 50:
		return year + 1900
	}
	return year + 2000
}
