// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Edge is the right edge of the tree: the roots of its complete subtrees, from
// large to small. It is all that is needed to append and to state the root.
type Edge struct {
	size int64
	tops []tlog.Hash
}

// Size is the number of leaves.
func (e *Edge) Size() int64 { return e.size }

// Clone returns a copy that shares nothing.
func (e *Edge) Clone() Edge {
	return Edge{size: e.size, tops: append(make([]tlog.Hash, 0, len(e.tops)+8), e.tops...)}
}

// CopyFrom makes e equal to o without a new allocation where e has the room.
func (e *Edge) CopyFrom(o *Edge) {
	e.size = o.size
	e.tops = append(e.tops[:0], o.tops...)
}

// Append adds a leaf. It appends to stored the hashes that the leaf completes,
// in tlog's storage order: the leaf, then each subtree it closes.
func (e *Edge) Append(leaf tlog.Hash, stored []tlog.Hash) []tlog.Hash {
	stored = append(stored, leaf)
	top := leaf
	for range bits.TrailingZeros64(^uint64(e.size)) {
		last := len(e.tops) - 1
		top = tlog.NodeHash(e.tops[last], top)
		e.tops = e.tops[:last]
		stored = append(stored, top)
	}
	e.tops = append(e.tops, top)
	e.size++
	return stored
}

// Root is the tree's root; that of the empty tree is the hash of nothing.
func (e *Edge) Root() tlog.Hash {
	if e.size == 0 {
		root, _ := tlog.TreeHash(0, nil)
		return root
	}
	root := e.tops[len(e.tops)-1]
	for i := len(e.tops) - 2; i >= 0; i-- {
		root = tlog.NodeHash(e.tops[i], root)
	}
	return root
}

// EdgeAt reads the edge of the first size leaves from stored hashes.
func EdgeAt(size int64, hashes tlog.HashReader) (Edge, error) {
	e := Edge{size: size}
	var indexes []int64
	start := int64(0)
	for level := 62; level >= 0; level-- {
		if size&(1<<level) != 0 {
			indexes = append(indexes, tlog.StoredHashIndex(level, start>>level))
			start += 1 << level
		}
	}
	if len(indexes) == 0 {
		return e, nil
	}
	tops, err := hashes.ReadHashes(indexes)
	if err != nil {
		return e, fmt.Errorf("reading the tree's edge at %d records: %w", size, err)
	}
	e.tops = tops
	return e, nil
}

// Skip is an edge of the right size whose hashes are unknown: records can be
// counted on it, but its root means nothing.
func Skip(size int64) Edge {
	e := Edge{size: size}
	for range bits.OnesCount64(uint64(size)) {
		e.tops = append(e.tops, tlog.Hash{})
	}
	return e
}
