// SPDX-License-Identifier: Apache-2.0

package strength

// inputTrie holds the caller's words: user name, full name and the like.
type inputTrie struct{ nodes []inputNode }

type inputNode struct {
	edges []inputEdge
	rank  int32 // 0: no word ends here
}

type inputEdge struct {
	unit uint16
	node int32
}

// newInputTrie ranks the inputs by their order; of two equal ones the last
// counts, as in the references. Inputs longer than the password can't be in it
// and are left out, which also bounds the size.
func newInputTrie(inputs []string, longest int) *inputTrie {
	t := &inputTrie{nodes: make([]inputNode, 1)}
	for i, input := range inputs[:min(len(inputs), maxInputs)] {
		if len(input) > 3*longest { // at most 3 bytes of UTF-8 for a unit of UTF-16
			continue
		}
		if units := lowerOf(unitsOf(input)); len(units) > 0 && len(units) <= longest {
			t.insert(units, int32(i+1))
		}
	}
	return t
}

func (t *inputTrie) insert(units []uint16, rank int32) {
	node := int32(0)
	for _, unit := range units {
		next, ok := t.step(node, unit)
		if !ok {
			next = int32(len(t.nodes))
			t.nodes = append(t.nodes, inputNode{})
			t.nodes[node].edges = append(t.nodes[node].edges, inputEdge{unit, next})
		}
		node = next
	}
	t.nodes[node].rank = rank
}

func (t *inputTrie) empty() bool { return len(t.nodes) == 1 }

func (t *inputTrie) step(node int32, unit uint16) (int32, bool) {
	for _, edge := range t.nodes[node].edges {
		if edge.unit == unit {
			return edge.node, true
		}
	}
	return 0, false
}

func (t *inputTrie) at(node int32) word {
	if rank := t.nodes[node].rank; rank > 0 {
		return word{list: userInputs, rank: rank}
	}
	return word{}
}
