// SPDX-License-Identifier: Apache-2.0

package policy

import "fmt"

// largestDistance bounds min_distance, and with it the work of one comparison:
// twice this for each character.
const largestDistance = 100

// buildMinDistance asks for a number of edits (characters inserted, deleted or
// replaced) between the password in force and the new one, where the request
// carries both. Case doesn't count.
func buildMinDistance(b *builder, args []string) error {
	if len(args) != 1 {
		return expected("one number", args, b.usage)
	}
	n, err := number(args[0], b.usage, largestDistance)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Change at least %s of the current password, not counting upper and lower case.", plural(n, "character")),
		amount("min", n), func(c *candidate) bool {
			current, known := c.foldedCurrent()
			return known && closerThan([]rune(current), []rune(c.folded()), n)
		})
	return nil
}

// closerThan reports whether fewer than n edits lead from a to b. It looks only
// at the band of the table in which that is possible (Ukkonen 1985), so its
// time is the length times n.
func closerThan(a, b []rune, n int) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	if len(a)-len(b) >= n || len(b)-len(a) >= n {
		return false
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = min(j, n)
	}
	for i, x := range a {
		from, to := max(0, i+1-n), min(len(b), i+1+n)
		diagonal, least := row[from], n
		if row[from] = n; from == 0 {
			row[0] = min(i+1, n)
			least = row[0]
		}
		for j := from; j < to; j++ {
			cost := diagonal
			if x != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1, n)
			least = min(least, row[j+1])
		}
		if least >= n {
			return false
		}
	}
	return row[len(b)] < n
}

// longestCompared bounds similarity, whose time is the product of the lengths.
const longestCompared = 128

// similarity is twice the length of the longest common subsequence over the
// sum of the lengths: 1 for equal texts, 0 for texts without a common
// character. Texts too long to compare are similar only if equal.
func similarity(a, b []rune) float64 {
	if len(a) > longestCompared || len(b) > longestCompared || len(a)+len(b) == 0 {
		return 0
	}
	var row [longestCompared + 1]int
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return 2 * float64(row[len(b)]) / float64(len(a)+len(b))
}
