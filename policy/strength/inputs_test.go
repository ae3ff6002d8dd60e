// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"strings"
	"testing"
)

func TestInputTrie(t *testing.T) {
	t.Parallel()
	trie := newInputTrie([]string{"Alice", "", "alicia", "ALICE", strings.Repeat("x", 40), "Élodie"}, 8)
	tests := []struct {
		text string
		rank int32
	}{
		{"alice", 4}, // the last of equal ones
		{"alicia", 3}, {"élodie", 6}, {"ali", 0}, {"", 0}, {strings.Repeat("x", 40), 0},
	}
	for _, test := range tests {
		if got := look(trie, test.text); got.rank != test.rank {
			t.Errorf("%q: got rank %d, want %d", test.text, got.rank, test.rank)
		}
	}
}

func TestInputsAreBounded(t *testing.T) {
	t.Parallel()
	many := make([]string, 10_000)
	for i := range many {
		many[i] = strings.Repeat(string(rune('a'+i%26)), 1+i)
	}
	if nodes := len(newInputTrie(many, 1000).nodes); nodes > maxInputs*1000 {
		t.Errorf("%d nodes", nodes)
	}
}
