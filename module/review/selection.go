// SPDX-License-Identifier: Apache-2.0

package review

import (
	"math"
	"slices"
)

// selection is a filter made ready for a set of dictionaries.
type selection struct {
	filter   *Filter
	matchers []matcher
	allowed  [][]bool // by matcher and number
	since    int64
	until    int64
	from, to int64
	must     flags
	mustNot  flags
	notices  bool   // are welcome
	notice   uint32 // the stage's number
	never    bool   // no value of a column fits
	text     *candidates
}

func newSelection(f *Filter, dicts *[columnCount]*dict) *selection {
	s := &selection{filter: f, matchers: f.matchers(), from: f.From, to: f.To, notices: !f.Changes}
	s.since, s.until = f.micros()
	s.must, s.mustNot = f.masks()
	s.notice = dicts[Stage].numbers[StageNotice]
	if s.to == 0 {
		s.to = math.MaxInt64
	}
	for i := range s.matchers {
		m := &s.matchers[i]
		allowed, some := make([]bool, len(dicts[m.column].values)), false
		for n, value := range dicts[m.column].values {
			allowed[n] = m.fits(value)
			some = some || allowed[n]
		}
		s.allowed = append(s.allowed, allowed)
		s.never = s.never || !some
	}
	if s.text = newCandidates(f.Text); s.text != nil {
		s.text.learn(dicts)
	}
	return s
}

// learn takes in values that came into the dictionaries since.
func (s *selection) learn(dicts *[columnCount]*dict) {
	for i := range s.matchers {
		m := &s.matchers[i]
		for _, value := range dicts[m.column].values[len(s.allowed[i]):] {
			fits := m.fits(value)
			s.allowed[i] = append(s.allowed[i], fits)
		}
	}
	if s.text != nil {
		s.text.learn(dicts)
	}
}

// rows are the rows of c that the columns select. Those that the filter's text
// occurs in are among them; the lines decide. It fills and returns buf.
func (s *selection) rows(c *columns, buf []uint32) []uint32 {
	rows := buf[:0]
	if s.never || c.newest < s.since || c.oldest >= s.until || c.segment.First >= s.to || c.place(uint32(c.len())) <= s.from {
		return rows
	}
	first, last := uint32(max(0, s.from-c.segment.First)), uint32(min(int64(c.len()), s.to-c.segment.First))
	rows = slices.Grow(rows, int(last-first))
	whole := c.oldest >= s.since && c.newest < s.until
	for i := first; i < last; i++ {
		if f := c.flags[i]; f&s.must == s.must && f&s.mustNot == 0 && (whole || c.time[i] >= s.since && c.time[i] < s.until) {
			rows = append(rows, i)
		}
	}
	for i := range s.matchers {
		rows = c.codes[s.matchers[i].column].keep(s.allowed[i], rows)
	}
	if !s.notices && s.notice != 0 {
		rows = c.codes[Stage].drop(s.notice, rows)
	}
	if s.text != nil {
		rows = s.text.keep(c, rows)
	}
	return rows
}

// fits decides on one row by itself, without dictionaries.
func (s *selection) fits(r *row, place int64) bool {
	if r.flags&s.must != s.must || r.flags&s.mustNot != 0 || place < s.from || place >= s.to {
		return false
	}
	if r.flags&flagUnreadable == 0 && (r.time < s.since || r.time >= s.until) {
		return false
	}
	for i := range s.matchers {
		if m := &s.matchers[i]; !m.fits(string(r.value[m.column])) {
			return false
		}
	}
	return s.notices || string(r.value[Stage]) != StageNotice
}

// drop drops from rows those that have the number.
func (c *codes) drop(number uint32, rows []uint32) []uint32 {
	kept := rows[:0]
	for _, i := range rows {
		if c.at(i) != number {
			kept = append(kept, i)
		}
	}
	return kept
}
