// SPDX-License-Identifier: Apache-2.0

package policy

import "hash/maphash"

// wordSet is a set of words for one lookup a form: exact, without allocation,
// and a fifth of the memory of a Go map of strings. Words are in plain form.
type wordSet struct {
	text    string   // all words, one after the other
	slots   []uint32 // open addressing: 1 + index into starts, 0 is empty
	starts  []uint32 // where each word begins; one more for the end
	seed    maphash.Seed
	longest int

	// What words begin with: most texts are refused by these without a lookup.
	first [256]bool
	three [prefixes / 64]uint64 // by prefixOf, for words of three bytes or more
}

const prefixes = 1 << 15

// prefixOf tells the first three bytes of a text apart, not quite always.
func prefixOf(text []byte) uint32 {
	return (uint32(text[0]) ^ uint32(text[1])<<5 ^ uint32(text[2])<<10) % prefixes
}

// newWordSet makes a set; doubles and empty words are left out.
func newWordSet(words []string) *wordSet {
	size := 8
	for size < 2*len(words) {
		size *= 2
	}
	s := &wordSet{slots: make([]uint32, size), seed: maphash.MakeSeed(), starts: []uint32{0}}
	text := make([]byte, 0, 12*len(words))
	for _, word := range words {
		at, found := s.find([]byte(word), text)
		if found || word == "" {
			continue
		}
		text = append(text, word...)
		s.starts = append(s.starts, uint32(len(text)))
		s.slots[at] = uint32(len(s.starts) - 1)
		s.longest = max(s.longest, len(word))
		s.first[word[0]] = true
		if len(word) >= 3 {
			prefix := prefixOf([]byte(word))
			s.three[prefix/64] |= 1 << (prefix % 64)
		}
	}
	s.text = string(text)
	return s
}

// find returns the slot of a word, or the empty slot where it would go.
func (s *wordSet) find(word, text []byte) (slot int, found bool) {
	mask := len(s.slots) - 1
	for slot = int(maphash.Bytes(s.seed, word)) & mask; ; slot = (slot + 1) & mask {
		n := s.slots[slot]
		if n == 0 {
			return slot, false
		}
		if string(text[s.starts[n-1]:s.starts[n]]) == string(word) {
			return slot, true
		}
	}
}

// has reports whether the set contains the word.
func (s *wordSet) has(word []byte) bool {
	if len(word) > s.longest {
		return false
	}
	mask := len(s.slots) - 1
	for slot := int(maphash.Bytes(s.seed, word)) & mask; ; slot = (slot + 1) & mask {
		n := s.slots[slot]
		if n == 0 {
			return false
		}
		if s.text[s.starts[n-1]:s.starts[n]] == string(word) {
			return true
		}
	}
}

// knows implements lexicon.
func (s *wordSet) knows(form []byte) bool { return s.has(form) }

// longestForm implements lexicon.
func (s *wordSet) longestForm() int { return s.longest }

// within reports whether the text contains a word of at least that many bytes,
// which are three or more.
func (s *wordSet) within(text []byte, least int) bool {
	for from := 0; from+least <= len(text); from++ {
		if prefix := prefixOf(text[from:]); s.three[prefix/64]&(1<<(prefix%64)) == 0 {
			continue
		}
		for to := from + least; to <= min(len(text), from+s.longest); to++ {
			if s.has(text[from:to]) {
				return true
			}
		}
	}
	return false
}

// longestJoined bounds the search for words that were joined. What is longer
// and still only words of the set repeats itself, and is found so.
const longestJoined = 96

// joinedWords is the lexicon of a set's words and of those joined.
type joinedWords wordSet

func (j *joinedWords) knows(form []byte) bool { return (*wordSet)(j).joined(form) }

func (j *joinedWords) longestForm() int { return longestJoined }

// joined reports whether the text is nothing but words of the set, one or
// several, in any order.
func (s *wordSet) joined(text []byte) bool {
	if len(text) == 0 || len(text) > longestJoined || !s.first[text[0]] {
		return false
	}
	var reachable [longestJoined + 1]bool // by joining words from the start
	reachable[0] = true
	for from := range text {
		if !reachable[from] || !s.first[text[from]] {
			continue
		}
		for to := from + 1; to <= min(len(text), from+s.longest); to++ {
			reachable[to] = reachable[to] || s.has(text[from:to])
		}
	}
	return reachable[len(text)]
}
