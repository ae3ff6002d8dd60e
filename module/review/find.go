// SPDX-License-Identifier: Apache-2.0

package review

import (
	"bytes"
	"context"
	"slices"

	"github.com/passgate/passgate/module/audit"
)

// Found is a record as it stands on the trail.
type Found struct {
	Place      int64 // in the trail, from 0
	Raw        []byte
	Record     audit.Record
	Err        error // why the line can't be read as a record
	Superseded bool  // a decision whose outcome is on the trail too
}

// Page says which of the selected records are wanted.
type Page struct {
	Limit  int   // at most so many; 0: all
	Before int64 // only places before this one, newest first; 0: the newest
	After  int64 // only places after this one, oldest first; used if Oldest
	Oldest bool  // oldest first
}

// Answer is one page of records.
type Answer struct {
	Found []Found
	Total int  // selected by the filter; -1: not counted, because that would take reading them all
	More  bool // there are more in this direction
}

// Find returns a page of the selected records, as they stand on disk.
func (v *View) Find(ctx context.Context, f Filter, p Page) (Answer, error) {
	var a Answer
	text := newSearch(f.Text)
	if text != nil {
		a.Total = -1
	}
	sel, segments := v.prepare(&f)
	if !p.Oldest {
		slices.Reverse(segments)
	}
	var buf []uint32
	for _, c := range segments {
		if err := ctx.Err(); err != nil {
			return a, err
		}
		buf = v.rows(sel, c, buf)
		if text == nil {
			a.Total += len(buf)
		}
		if a.More {
			if text != nil {
				break
			}
			continue
		}
		rows := p.part(c, buf)
		if err := v.collect(c, rows, sel, text, p.Limit, &a); err != nil {
			return a, err
		}
	}
	return a, nil
}

// prepare compiles a filter and lists the segments there are now.
func (v *View) prepare(f *Filter) (*selection, []*columns) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return newSelection(f, &v.dicts), slices.Clone(v.segments)
}

// rows selects under the lock: the newest segment may be growing. Values that
// came in after the selection was prepared are not in it.
func (v *View) rows(sel *selection, c *columns, buf []uint32) []uint32 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	sel.learn(&v.dicts)
	return sel.rows(c, buf)
}

// part are the rows beyond the page's beginning, in its order.
func (p Page) part(c *columns, rows []uint32) []uint32 {
	rows = slices.Clone(rows)
	if p.Oldest {
		return slices.DeleteFunc(rows, func(i uint32) bool { return p.After > 0 && c.place(i) <= p.After })
	}
	slices.Reverse(rows)
	return slices.DeleteFunc(rows, func(i uint32) bool { return p.Before > 0 && c.place(i) >= p.Before })
}

// collect adds rows to the answer until its limit is passed.
func (v *View) collect(c *columns, rows []uint32, sel *selection, text *search, limit int, a *Answer) error {
	v.mu.RLock()
	segment, superseded := c.segment, make([]bool, len(rows))
	for i, row := range rows {
		superseded[i] = c.flags[row]&flagSuperseded != 0
	}
	if text == nil && limit > 0 && len(rows) > limit-len(a.Found)+1 {
		rows = rows[:limit-len(a.Found)+1]
	}
	spans := c.spans(rows)
	v.mu.RUnlock()
	check := newReader()
	return readLines(segment, spans, func(i int, line []byte) bool {
		if !text.in(line) || !sel.confirms(check.read(line), spans[i].place) {
			return true
		}
		if limit > 0 && len(a.Found) == limit {
			a.More = true
			return false
		}
		r, err := audit.Parse(line)
		a.Found = append(a.Found, Found{spans[i].place, bytes.Clone(line), r, err, superseded[i]})
		return true
	})
}

// confirms looks at the line itself: columns may come from a cache, and what
// they say is not to be trusted. Whether a decision is superseded is not in
// its line.
func (s *selection) confirms(r *row, place int64) bool {
	return s.fits(r, place)
}

// At returns the record at a place of the trail.
func (v *View) At(ctx context.Context, place int64) (Found, bool, error) {
	a, err := v.Find(ctx, Filter{From: place, To: place + 1}, Page{Limit: 1})
	if err != nil || len(a.Found) == 0 {
		return Found{}, false, err
	}
	return a.Found[0], true, nil
}

// OfChange returns all records of one change, oldest first.
func (v *View) OfChange(ctx context.Context, id string) ([]Found, error) {
	hash := changeHash(id)
	var found []Found
	_, segments := v.prepare(&Filter{})
	for _, c := range segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v.mu.RLock()
		var rows []uint32
		for i, h := range c.change {
			if h == hash {
				rows = append(rows, uint32(i))
			}
		}
		segment, spans := c.segment, c.spans(rows)
		v.mu.RUnlock()
		err := readLines(segment, spans, func(i int, line []byte) bool {
			if r, err := audit.Parse(line); err == nil && r.Change == id {
				found = append(found, Found{Place: spans[i].place, Raw: bytes.Clone(line), Record: r})
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
