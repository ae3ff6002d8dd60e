// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
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
	counts := make(map[[2]int64]int64)
	err := v.each(ctx, &f, func(c *columns, rows []uint32) {
		for _, i := range rows {
			counts[[2]int64{floorDiv(c.time[i], width), int64(c.codes[by].at(i))}]++
		}
	})
	if err != nil {
		return nil, err
	}
	v.mu.RLock()
	values := v.dicts[by].values
	v.mu.RUnlock()
	buckets := make(map[int64]*Bucket)
	for key, count := range counts {
		b := buckets[key[0]]
		if b == nil {
			b = &Bucket{Start: time.UnixMicro(key[0] * width).UTC(), Counts: make(map[string]int64)}
			buckets[key[0]] = b
		}
		for _, t := range split(by, values[key[1]]) {
			b.Counts[t.Value] += count
		}
	}
	all := make([]Bucket, 0, len(buckets))
	for _, b := range buckets {
		all = append(all, *b)
	}
	slices.SortFunc(all, func(a, b Bucket) int { return a.Start.Compare(b.Start) })
	return all, nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
