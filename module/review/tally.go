// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"context"
	"slices"
)

// Tally is how often a value occurs among the selected records.
type Tally struct {
	Value string // the actor, the policy's name, the exemption's owner, or what the column holds
	Extra string // who is behind the actor, the policy's digest, the exemption's reason
	Count int64
}

// Tally counts the selected records by a column, the most frequent first.
// A record with several targets or rules counts once for each.
func (v *View) Tally(ctx context.Context, f Filter, by Column) ([]Tally, error) {
	var counts []int64
	err := v.each(ctx, &f, func(c *columns, rows []uint32) {
		if n := len(v.dicts[by].values) - len(counts); n > 0 {
			counts = append(counts, make([]int64, n)...)
		}
		c.codes[by].count(counts, rows)
	})
	if err != nil {
		return nil, err
	}
	v.mu.RLock()
	values := v.dicts[by].values
	v.mu.RUnlock()
	sums := make(map[Tally]int64)
	for n, count := range counts {
		if count == 0 {
			continue
		}
		for _, value := range split(by, values[n]) {
			sums[value] += count
		}
	}
	return ranked(sums), nil
}

// split takes a column's value apart: an actor and his initiator, a policy and
// its digest stay together; targets and rules don't.
func split(c Column, value string) []Tally {
	all := parts(value)
	if c == Actor || c == Policy || c == Exemption {
		t := Tally{Value: all[0]}
		if len(all) > 1 {
			t.Extra = all[1]
		}
		return []Tally{t}
	}
	tallies := make([]Tally, len(all))
	for i, part := range all {
		tallies[i].Value = part
	}
	return tallies
}

func ranked(sums map[Tally]int64) []Tally {
	all := make([]Tally, 0, len(sums))
	for t, count := range sums {
		t.Count = count
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Extra, b.Extra))
	})
	return all
}

// Pair is how often two values occur together.
type Pair struct {
	A, B  Tally
	Count int64
}

// Cross counts the selected records by two columns, the most frequent first.
func (v *View) Cross(ctx context.Context, f Filter, a, b Column) ([]Pair, error) {
	counts := make(map[[2]uint32]int64)
	err := v.each(ctx, &f, func(c *columns, rows []uint32) {
		for _, i := range rows {
			counts[[2]uint32{c.codes[a].at(i), c.codes[b].at(i)}]++
		}
	})
	if err != nil {
		return nil, err
	}
	v.mu.RLock()
	as, bs := v.dicts[a].values, v.dicts[b].values
	v.mu.RUnlock()
	sums := make(map[[2]Tally]int64)
	for key, count := range counts {
		for _, x := range split(a, as[key[0]]) {
			for _, y := range split(b, bs[key[1]]) {
				sums[[2]Tally{x, y}] += count
			}
		}
	}
	pairs := make([]Pair, 0, len(sums))
	for key, count := range sums {
		pairs = append(pairs, Pair{key[0], key[1], count})
	}
	slices.SortFunc(pairs, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.A.Value, y.A.Value), cmp.Compare(x.B.Value, y.B.Value), cmp.Compare(x.A.Extra, y.A.Extra))
	})
	return pairs, nil
}

// Count counts the selected records.
func (v *View) Count(ctx context.Context, f Filter) (int64, error) {
	var n int64
	err := v.each(ctx, &f, func(_ *columns, rows []uint32) { n += int64(len(rows)) })
	return n, err
}

// each hands the selected rows of every segment to visit, oldest segment
// first. The view is locked for reading meanwhile.
func (v *View) each(ctx context.Context, f *Filter, visit func(c *columns, rows []uint32)) error {
	text := newSearch(f.Text)
	sel, segments := v.prepare(f)
	var buf []uint32
	for _, c := range segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		buf = v.rows(sel, c, buf)
		rows := buf
		if text != nil {
			var err error
			if rows, err = v.containing(c, buf, text); err != nil {
				return err
			}
		}
		v.mu.RLock()
		visit(c, rows)
		v.mu.RUnlock()
	}
	return nil
}

// containing are the rows whose line has the text, read without the lock.
func (v *View) containing(c *columns, rows []uint32, text *search) ([]uint32, error) {
	v.mu.RLock()
	segment, spans := c.segment, c.spans(rows)
	v.mu.RUnlock()
	kept := rows[:0]
	err := readLines(segment, spans, func(i int, line []byte) bool {
		if text.in(line) {
			kept = append(kept, rows[i])
		}
		return true
	})
	return kept, err
}
