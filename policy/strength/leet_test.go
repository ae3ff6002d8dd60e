// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// enumerate lists every reading of the password, the way the references do:
// letter by letter, stand-in by stand-in, keeping or replacing a meaning given
// before.
func enumerate(password string) []map[byte]uint16 {
	present := func(c byte) bool { return slices.Contains([]byte(password), c) }
	readings := map[string]map[byte]uint16{"": {}}
	for _, entry := range standIns {
		next := make(map[string]map[byte]uint16)
		for _, c := range []byte(entry.characters) {
			if !present(c) {
				continue
			}
			for key, reading := range readings {
				if reading[c] != 0 {
					next[key] = reading
				}
				changed := maps.Clone(reading)
				changed[c] = entry.letter
				next[fmt.Sprint(changed)] = changed
			}
		}
		if len(next) > 0 {
			readings = next
		}
	}
	return slices.Collect(maps.Values(readings))
}

// wordsByEnumeration searches every reading whole.
func wordsByEnumeration(password string) map[string]bool {
	found := make(map[string]bool)
	lists := embeddedLists()
	for _, reading := range enumerate(password) {
		text := unitsOf(password)
		for i, c := range []byte(password) {
			if letter := reading[c]; letter != 0 {
				text[i] = letter
			}
		}
		s := scan{units: text, lower: lowerOf(text), budget: &budget{1 << 30}}
		s.eachWord(lists, s.lower, func(i, j int, _ word) {
			if word := string(toRunes(s.lower[i : j+1])); j > i && word != password[i:j+1] {
				found[fmt.Sprint(i, j, word)] = true
			}
		})
	}
	return found
}

func toRunes(units []uint16) []rune {
	runes := make([]rune, len(units))
	for i, u := range units {
		runes[i] = rune(u)
	}
	return runes
}

func TestLeetFindsWhatEnumerationFinds(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	const alphabet = "4@8({[<369!1|70$5+%2aeioustlnrp"
	for range 1500 {
		text := make([]byte, 1+r.IntN(12))
		for i := range text {
			text[i] = alphabet[r.IntN(len(alphabet))]
		}
		password := string(text)
		want := wordsByEnumeration(password)
		units := unitsOf(password)
		s := scan{units: units, lower: units, lists: embeddedLists(), inputs: newInputTrie(nil, 0), budget: &budget{1 << 30}}
		s.findLeetWords()
		got := make(map[string]bool)
		for _, m := range s.matches {
			got[fmt.Sprint(m.i, m.j, spelling(m))] = true
		}
		if !maps.Equal(got, want) {
			t.Fatalf("%q: got %v, want %v", password, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
		if len(got) != len(s.matches) {
			t.Fatalf("%q: a word was found twice", password)
		}
	}
}

var allSpellings = sync.OnceValue(func() map[word]string {
	spellings, words := parseLists(mustUnzip())
	all := make(map[word]string, len(words))
	for i, w := range words {
		all[w] = string(spellings[i])
	}
	return all
})

func spelling(m match) string { return allSpellings()[word{m.list, int32(m.rank)}] }

func TestLeetFactor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		token   string
		guesses float64 // of the reference: rank 1, times the factor
	}{
		{"4b", 2},     // replaced everywhere
		{"4bab", 2},   // once of two: one way to choose it, one to choose none: C(2,1)
		{"44b", 2},    // everywhere again
		{"4@8({", 1},  // not an input below: nothing found
		{"a4a4", 10},  // two of four: C(4,1)+C(4,2)
		{"44aaa", 15}, // two of five: C(5,1)+C(5,2)
		{"4a0o", 4},   // two letters, 2 each
		{"A4a4", 20},  // and a capital
	}
	inputs := map[string]string{"4b": "ab", "4bab": "abab", "44b": "aab", "a4a4": "aaaa", "44aaa": "aaaaa", "4a0o": "aaoo", "A4a4": "aaaa"}
	for _, test := range tests {
		t.Run(test.token, func(t *testing.T) {
			t.Parallel()
			units := unitsOf(test.token)
			s := scan{units: units, lower: lowerOf(units), lists: embeddedLists(), budget: &budget{1 << 30},
				inputs: newInputTrie([]string{inputs[test.token]}, len(units))}
			s.findLeetWords()
			got := 1.0
			for _, m := range s.matches {
				if m.list == userInputs && m.j-m.i+1 == len(units) {
					got = m.guesses
				}
			}
			if got != test.guesses {
				t.Errorf("got %g, want %g", got, test.guesses)
			}
		})
	}
}
