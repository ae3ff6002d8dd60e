// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math/bits"
	"slices"
)

// lexicon is a set of words that is walked one unit at a time: it finds every
// word that starts at a position without looking any substring up twice.
type lexicon interface {
	// step is the node one unit further from a node; false where no word
	// goes on like that. The root is node 0.
	step(node int32, unit uint16) (int32, bool)
	// at is the word that ends at a node; its list is noList if none does.
	at(node int32) word
}

// wordTrie holds the embedded lists: 16 bytes a node, a step is a bit test and
// a population count.
type wordTrie struct {
	bit   [128]uint8 // the bit of a unit plus one; 0: in no word
	nodes []wordNode
}

// wordNode's children lie side by side in the order of their bits.
type wordNode struct {
	children uint64 // which units may follow
	first    int32  // the first child
	word     uint32 // rank<<3 | list
}

func (t *wordTrie) step(node int32, unit uint16) (int32, bool) {
	if unit >= 128 || t.bit[unit] == 0 {
		return 0, false
	}
	n := &t.nodes[node]
	mask := uint64(1) << (t.bit[unit] - 1)
	if n.children&mask == 0 {
		return 0, false
	}
	return n.first + int32(bits.OnesCount64(n.children&(mask-1))), true
}

func (t *wordTrie) at(node int32) word {
	packed := t.nodes[node].word
	return word{list: list(packed & 7), rank: int32(packed >> 3)}
}

// newWordTrie lays the nodes out breadth first. Words must be ASCII, use at
// most 64 different characters and be in one list only; the embedded ones are.
func newWordTrie(spellings [][]byte, words []word) *wordTrie {
	t := &wordTrie{nodes: make([]wordNode, 1, 3*len(words))}
	t.assignBits(spellings)
	b := trieBuilder{
		t: t, spellings: spellings, words: words,
		order: make([]int32, len(words)), sorted: make([]int32, len(words)),
	}
	for i := range b.order {
		b.order[i] = int32(i)
	}
	level := []span{{to: int32(len(words))}}
	for depth := 0; len(level) > 0; depth++ {
		b.next = make([]span, 0, 2*len(level))
		for _, s := range level {
			b.expand(s, depth)
		}
		level = b.next
	}
	t.nodes = slices.Clip(t.nodes)
	return t
}

func (t *wordTrie) assignBits(spellings [][]byte) {
	for _, spelling := range spellings {
		for _, c := range spelling {
			t.bit[c] = 1
		}
	}
	next := uint8(0)
	for c, used := range t.bit {
		if used == 1 {
			next++
			t.bit[c] = next
		}
	}
}

// trieBuilder sorts the words by one unit more at each level.
type trieBuilder struct {
	t             *wordTrie
	spellings     [][]byte
	words         []word
	order, sorted []int32   // of words
	ends          [64]int32 // by bit, where its words end in sorted; zero between calls
	next          []span    // the next level
}

// span is a node to be filled, and which words of the order pass through it.
type span struct{ node, from, to int32 }

// expand sorts a node's words by their next unit and creates its children.
func (b *trieBuilder) expand(s span, depth int) {
	node := &b.t.nodes[s.node]
	for _, m := range b.order[s.from:s.to] {
		if spelling := b.spellings[m]; len(spelling) > depth {
			bit := b.t.bit[spelling[depth]] - 1
			node.children |= 1 << bit
			b.ends[bit]++
		} else {
			node.word = uint32(b.words[m].rank)<<3 | uint32(b.words[m].list)
		}
	}
	node.first = int32(len(b.t.nodes))
	from := s.from
	for rest := node.children; rest != 0; rest &= rest - 1 {
		size := &b.ends[bits.TrailingZeros64(rest)]
		b.next = append(b.next, span{int32(len(b.t.nodes)), from, from + *size})
		b.t.nodes = append(b.t.nodes, wordNode{})
		from, *size = from+*size, from
	}
	b.sortBy(depth, s)
}

// sortBy moves a span's words to where expand has put their groups.
func (b *trieBuilder) sortBy(depth int, s span) {
	to := s.from
	for _, m := range b.order[s.from:s.to] {
		if spelling := b.spellings[m]; len(spelling) > depth {
			place := &b.ends[b.t.bit[spelling[depth]]-1]
			b.sorted[*place] = m
			*place++
			to++
		}
	}
	copy(b.order[s.from:to], b.sorted[s.from:to])
	for _, m := range b.order[s.from:to] {
		b.ends[b.t.bit[b.spellings[m][depth]]-1] = 0
	}
}
