// SPDX-License-Identifier: Apache-2.0

package strength

// Leet: digits and symbols that stand for letters.
//
// The references list every way to read the password as a whole and search
// each reading for words; there can be thousands. What one word sees of a
// reading is only the characters it covers, and which combinations of those
// occur in some reading can be told locally, so one walk finds the same words:
//
//   - A reading chooses, for every letter that has stand-ins in the password,
//     exactly one stand-in. (With both 4 and @ present, a is one of them.)
//   - A character chosen by two letters stands for either; one that no letter
//     chose stands for itself; a character means the same thing everywhere.
//
// So a word's characters are compatible with some reading if no letter has two
// of them as stand-ins, and every letter is left with a stand-in that the word
// doesn't take for itself. TestLeetFindsWhatEnumerationFinds checks this
// against the enumeration.

// standIns says which characters may stand for a letter.
var standIns = [...]struct {
	letter     uint16
	characters string
}{
	{'a', "4@"}, {'b', "8"}, {'c', "({[<"}, {'e', "3"}, {'g', "69"}, {'i', "1!|"},
	{'l', "1|7"}, {'o', "0"}, {'s', "$5"}, {'t', "+7"}, {'x', "%"}, {'z', "2"},
}

// leetCharacter is a character that may stand for letters.
type leetCharacter struct {
	number  uint8   // from 1; 0: not a stand-in
	letters []uint8 // indices into standIns
}

// characterSet has a bit for each leet character's number.
type characterSet uint32

var (
	leetCharacters [128]leetCharacter
	standInSets    [len(standIns)]characterSet // by letter
)

func init() {
	numbers := uint8(0)
	for letter, entry := range standIns {
		for _, c := range entry.characters {
			known := &leetCharacters[c]
			if known.number == 0 {
				numbers++
				known.number = numbers
			}
			known.letters = append(known.letters, uint8(letter))
			standInSets[letter] |= 1 << known.number
		}
	}
}

// findLeetWords finds words of two characters and more with at least one
// character replaced. (Single ones are noise: every 1 would be an i.)
func (s *scan) findLeetWords() {
	var present characterSet
	for _, u := range s.units {
		if u < 128 && leetCharacters[u].number > 0 {
			present |= 1 << leetCharacters[u].number
		}
	}
	if present == 0 {
		return
	}
	for _, lex := range s.lexicons() {
		w := leetWalk{s: s, lex: lex, present: present}
		for w.start = range s.lower {
			w.walk(w.start, 0)
		}
	}
}

// leetWalk is a depth-first search for words from one position.
type leetWalk struct {
	s       *scan
	lex     lexicon
	start   int
	present characterSet         // the password's leet characters
	plain   characterSet         // those that stand for themselves in the word so far
	meaning [32]uint8            // by number, the letter it stands for in the word so far, plus one
	standIn [len(standIns)]uint8 // by letter, the character that stands for it there, or 0
}

// walk continues the word at unit j.
func (w *leetWalk) walk(j int, node int32) {
	if j == len(w.s.lower) || !w.s.budget.spend(1) {
		return
	}
	unit := w.s.lower[j]
	if unit >= 128 || leetCharacters[unit].number == 0 {
		w.take(j, node, unit)
		return
	}
	c := leetCharacters[unit]
	switch mask := characterSet(1) << c.number; {
	case w.meaning[c.number] > 0:
		w.take(j, node, standIns[w.meaning[c.number]-1].letter)
	case w.plain&mask != 0:
		w.take(j, node, unit)
	default:
		w.branch(j, node, c, unit)
	}
}

// branch tries every meaning of a character the word hasn't had before.
func (w *leetWalk) branch(j int, node int32, c leetCharacter, unit uint16) {
	for _, letter := range c.letters {
		if w.standIn[letter] != 0 {
			continue
		}
		w.meaning[c.number], w.standIn[letter] = letter+1, c.number
		w.take(j, node, standIns[letter].letter)
		w.meaning[c.number], w.standIn[letter] = 0, 0
	}
	before := w.plain
	w.plain |= 1 << c.number
	if w.everyLetterHasAChoice(c.letters) {
		w.take(j, node, unit)
	}
	w.plain = before
}

func (w *leetWalk) everyLetterHasAChoice(letters []uint8) bool {
	for _, letter := range letters {
		if standInSets[letter]&w.present&^w.plain == 0 {
			return false
		}
	}
	return true
}

// take reads unit j as the given one.
func (w *leetWalk) take(j int, node int32, as uint16) {
	next, ok := w.lex.step(node, as)
	if !ok {
		return
	}
	if found := w.lex.at(next); found.list != noList && j > w.start {
		if factor := w.readings(j); factor > 0 {
			w.s.addWord(w.start, j, found, match{leet: true, guesses: factor})
		}
	}
	w.walk(j+1, next)
}

// readings is how many mixes of letter and stand-in an attacker tries to get to
// this one; 0 if nothing is replaced. A letter replaced everywhere doubles the
// guesses; one replaced here and there costs like capitals do.
func (w *leetWalk) readings(j int) float64 {
	factor := 0.0
	for letter, number := range w.standIn {
		if number == 0 {
			continue
		}
		replaced, kept := 0, 0
		for _, u := range w.s.lower[w.start : j+1] {
			switch {
			case u == standIns[letter].letter:
				kept++
			case u < 128 && leetCharacters[u].number == number:
				replaced++
			}
		}
		factor = max(factor, 1) * spread(replaced, kept)
	}
	return factor
}

func spread(replaced, kept int) float64 {
	if kept == 0 {
		return 2
	}
	return choices(replaced, kept)
}
