// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"math"
	"slices"
	"time"
)

// Bucket is a stretch of time and how often each value occurs in it.
type Bucket struct {
	Start  time.Time
	Counts map[string]int64 // by value
}

// Timeline counts the selected records by time and a column. Buckets without
// records are left out; step is a whole number of hours, up to a day.
func (v *View) Timeline(ctx context.Context, f Filter, by Column, step time.Duration) ([]Bucket, error) {
	width := step.Microseconds()
	counts := make(map[int64][]int64) // by bucket and number
	last, row := int64(math.MinInt64), []int64(nil)
	err := v.each(ctx, &f, func(c *columns, rows []uint32) {
		for _, i := range rows {
			if at := floorDiv(c.time[i], width); at != last || int(c.codes[by].at(i)) >= len(row) {
				row = grown(counts[at], len(v.dicts[by].values))
				counts[at], last = row, at
			}
			row[c.codes[by].at(i)]++
		}
	})
	if err != nil {
		return nil, err
	}
	v.mu.RLock()
	values := v.dicts[by].values
	v.mu.RUnlock()
	all := make([]Bucket, 0, len(counts))
	for at, row := range counts {
		b := Bucket{Start: time.UnixMicro(at * width).UTC(), Counts: make(map[string]int64)}
		for n, count := range row {
			if count == 0 {
				continue
			}
			for _, t := range split(by, values[n]) {
				b.Counts[t.Value] += count
			}
		}
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b Bucket) int { return a.Start.Compare(b.Start) })
	return all, nil
}

// grown is counts with room for n numbers.
func grown(counts []int64, n int) []int64 {
	if len(counts) >= n {
		return counts
	}
	return append(counts, make([]int64, n-len(counts))...)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
