// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
)

// closest lists the known names an unknown one may have been meant for: at
// most three, nearest first. When none is near it lists them all.
func closest(unknown string, known []string) string {
	type scored struct {
		name string
		far  int
	}
	var near []scored
	for _, name := range known {
		far := editDistance([]rune(unknown), []rune(name))
		if far <= 1+len(name)/3 || strings.HasPrefix(name, unknown) {
			near = append(near, scored{name, far})
		}
	}
	if len(near) == 0 {
		return "one of " + strings.Join(known, ", ")
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.far - b.far })
	var names []string
	for _, n := range near[:min(3, len(near))] {
		names = append(names, n.name)
	}
	return strings.Join(names, " or ")
}

// editDistance is Levenshtein's: insertions, deletions and substitutions.
// Its time is the product of the lengths; callers bound them.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			substituted := diagonal
			if x != y {
				substituted++
			}
			diagonal = row[j+1]
			row[j+1] = min(substituted, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
