// SPDX-License-Identifier: Apache-2.0

package strength

// budget bounds the work of one estimate. A step is a few nanoseconds: one
// node of a trie visited, one sequence considered. 10 ms on one core of a
// small server is the aim for the worst password; ordinary ones need a few
// thousand steps.
type budget struct{ left int }

const (
	fullBudget  = 250_000
	costOfMatch = 8
)

// spend reports whether there was enough left.
func (b *budget) spend(steps int) bool {
	b.left -= steps
	return b.left >= 0
}

func (b *budget) exhausted() bool { return b.left < 0 }
