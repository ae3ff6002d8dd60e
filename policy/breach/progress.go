// SPDX-License-Identifier: Apache-2.0

package breach

// Progress is how far a long task has come.
type Progress struct {
	Phase       string // "sort" (words and unordered hashes), "merge" or "verify"
	Done, Total int64  // in the phase's own unit
}

// reporter tells progress to whoever wants to know.
type reporter struct {
	to    func(Progress)
	phase string
	total int64
}

func (r reporter) done(n int64) {
	if r.to != nil {
		r.to(Progress{r.phase, n, r.total})
	}
}
