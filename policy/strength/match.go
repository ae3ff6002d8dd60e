// SPDX-License-Identifier: Apache-2.0

package strength

// kind is the sort of pattern a match found.
type kind uint8

const (
	bruteForce kind = iota
	dictionary
	spatial
	repeated
	sequence
	recentYear
	date
)

// match is a part of the password that an attacker would guess as a whole.
type match struct {
	i, j    int     // first and last unit
	guesses float64 // never below the floor, see (*scan).add
	kind    kind

	// What feedback and SimilarToInput need to know beyond that.
	list     list // dictionary: which list has the word
	rank     int  // dictionary: the word's place there, from 1
	reversed bool // dictionary: the word is spelled backwards
	leet     bool // dictionary: some letters are replaced
	straight bool // spatial: no turn
	single   bool // repeated: one unit over and over
	similar  bool // repeated: an input is in what is repeated
}

// A part of a longer password costs at least this much: an attacker has to
// combine it with the rest.
const (
	floorSingle   = 10
	floorMultiple = 50
)

// scan collects the matches of one password.
type scan struct {
	units, lower []uint16
	year         int // the current one
	lists        *wordTrie
	inputs       *inputTrie
	budget       *budget
	matches      []match
}

// add records a match. The token may be all of the password; then nothing has
// to be combined and the floor doesn't apply.
func (s *scan) add(m match) {
	if length := m.j - m.i + 1; length < len(s.units) {
		if length == 1 {
			m.guesses = max(m.guesses, floorSingle)
		} else {
			m.guesses = max(m.guesses, floorMultiple)
		}
	}
	s.budget.spend(costOfMatch + (m.j-m.i)/2) // its token was looked at as a whole
	s.matches = append(s.matches, m)
}

// collect runs every matcher. Their order decides which of two equally cheap
// matches is kept, and so which feedback is given.
func (s *scan) collect() {
	s.findWords()
	s.findReversedWords()
	s.findLeetWords()
	s.findSpatial()
	s.findRepeats()
	s.findSequences()
	s.findYears()
	s.findDates()
}
