// SPDX-License-Identifier: Apache-2.0

package strength

import "math/bits"

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
	t := &wordTrie{nodes: make([]wordNode, 1, 1<<18)}
	t.assignBits(spellings)
	order := make([]int32, len(spellings))
	for i := range order {
		order[i] = int32(i)
	}
	b := trieBuilder{t: t, spellings: spellings, words: words, sorted: make([]int32, len(spellings))}
	b.queue = append(b.queue, span{members: order})
	for next := 0; next < len(b.queue); next++ {
		b.expand(b.queue[next])
	}
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

type trieBuilder struct {
	t         *wordTrie
	spellings [][]byte
	words     []word
	sorted    []int32
	queue     []span
}

// span is a node to be filled and the words that pass through it.
type span struct {
	node    int32
	depth   int
	members []int32
}

// expand sorts a node's words by their next unit and creates its children.
func (b *trieBuilder) expand(s span) {
	var counts [65]int
	for _, m := range s.members {
		if spelling := b.spellings[m]; len(spelling) > s.depth {
			counts[b.t.bit[spelling[s.depth]]]++
		} else {
			w := b.words[m]
			b.t.nodes[s.node].word = uint32(w.rank)<<3 | uint32(w.list)
		}
	}
	first := int32(len(b.t.nodes))
	b.t.nodes[s.node].first = first
	groups := b.partition(s, &counts)
	for bit := 1; bit <= 64; bit++ {
		if counts[bit] == 0 {
			continue
		}
		b.t.nodes[s.node].children |= 1 << (bit - 1)
		b.queue = append(b.queue, span{int32(len(b.t.nodes)), s.depth + 1, groups[bit]})
		b.t.nodes = append(b.t.nodes, wordNode{})
	}
}

// partition orders the members that go on by their next unit, in place.
func (b *trieBuilder) partition(s span, counts *[65]int) (groups [65][]int32) {
	var next [65]int
	total := 0
	for bit := 1; bit <= 64; bit++ {
		next[bit] = total
		total += counts[bit]
	}
	sorted := b.sorted[:total]
	for _, m := range s.members {
		if spelling := b.spellings[m]; len(spelling) > s.depth {
			bit := b.t.bit[spelling[s.depth]]
			sorted[next[bit]] = m
			next[bit]++
		}
	}
	copy(s.members, sorted)
	for bit := 1; bit <= 64; bit++ {
		groups[bit] = s.members[next[bit]-counts[bit] : next[bit]]
	}
	return groups
}
