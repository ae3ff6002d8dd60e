// SPDX-License-Identifier: Apache-2.0

package strength

import "testing"

// look walks a whole word.
func look(lex lexicon, text string) word {
	node, ok := int32(0), true
	for _, unit := range unitsOf(text) {
		if node, ok = lex.step(node, unit); !ok {
			return word{}
		}
	}
	return lex.at(node)
}

func TestTrieHoldsEveryWordOnce(t *testing.T) {
	t.Parallel()
	spellings, words := parseLists(mustUnzip())
	lists := embeddedLists()
	for i, spelling := range spellings {
		if got := look(lists, string(spelling)); got != words[i] {
			t.Fatalf("%s: got %+v, want %+v", spelling, got, words[i])
		}
	}
	ends := 0
	for _, n := range lists.nodes {
		if n.word != 0 {
			ends++
		}
	}
	if ends != len(words) {
		t.Errorf("%d words end in the trie, want %d", ends, len(words))
	}
}

func TestTrieHoldsNothingElse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "passwordq", "passwordd", "Password", "\x00", "é", "password\x7f", "日本"} {
		if got := look(embeddedLists(), text); got.list != noList {
			t.Errorf("%q: found %+v", text, got)
		}
	}
}
