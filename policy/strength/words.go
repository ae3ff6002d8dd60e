// SPDX-License-Identifier: Apache-2.0

package strength

// lexicons are walked in this order, the caller's words last.
func (s *scan) lexicons() []lexicon {
	if s.inputs.empty() {
		return []lexicon{s.lists}
	}
	return []lexicon{s.lists, s.inputs}
}

// findWords finds every word of a list, ignoring case.
func (s *scan) findWords() {
	for _, lex := range s.lexicons() {
		s.eachWord(lex, s.lower, func(i, j int, w word) {
			s.addWord(i, j, w, match{})
		})
	}
}

// findReversedWords finds words spelled backwards. Trying both directions
// doubles the guesses.
func (s *scan) findReversedWords() {
	backwards := make([]uint16, len(s.lower))
	last := len(s.lower) - 1
	for i, u := range s.lower {
		backwards[last-i] = u
	}
	for _, lex := range s.lexicons() {
		s.eachWord(lex, backwards, func(i, j int, w word) {
			s.addWord(last-j, last-i, w, match{reversed: true, guesses: 2})
		})
	}
}

// eachWord walks from every position as far as a word may go on.
func (s *scan) eachWord(lex lexicon, units []uint16, found func(i, j int, w word)) {
	for i := range units {
		node := int32(0)
		for j := i; j < len(units); j++ {
			next, ok := lex.step(node, units[j])
			if !s.budget.spend(1) {
				return
			}
			if !ok {
				break
			}
			node = next
			if w := lex.at(node); w.list != noList {
				found(i, j, w)
			}
		}
	}
}

// addWord completes a dictionary match. m.guesses is the factor of what else
// was done to the word; 0 stands for 1.
func (s *scan) addWord(i, j int, w word, m match) {
	m.i, m.j, m.kind, m.list, m.rank = i, j, dictionary, w.list, int(w.rank)
	m.guesses = float64(w.rank) * capitalisations(s.units[i:j+1]) * max(m.guesses, 1)
	s.add(m)
}

// capitalisations is how many ways of capitalising an attacker tries to get to
// this one. The three common ones are cheap; else it is every choice of up to
// as many capitals as there are, or of small letters if those are fewer.
func capitalisations(token []uint16) float64 {
	upper, small := count(token, isUpper), count(token, isLower)
	last := len(token) - 1
	switch {
	case upper == 0:
		return 1
	case upper == 1 && last > 0 && (isUpper(token[0]) || isUpper(token[last])), small == 0:
		return 2
	}
	return choices(upper, small)
}

func count(token []uint16, is func(uint16) bool) (n int) {
	for _, u := range token {
		if is(u) {
			n++
		}
	}
	return n
}

// choices is the number of ways to pick 1, 2, … up to min(a, b) of a+b things.
func choices(a, b int) (sum float64) {
	n, ways := float64(a+b), 1.0
	for k := 1.0; k <= float64(min(a, b)); k++ {
		ways = ways * (n - k + 1) / k
		sum += ways
	}
	return sum
}
