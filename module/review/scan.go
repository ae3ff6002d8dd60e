// SPDX-License-Identifier: Apache-2.0

package review

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"

	"github.com/passgate/passgate/module/audit"
)

// Scan hands the selected records of the trail in dir to visit, oldest first,
// until it returns false. It needs no view: lines that can't be meant are left
// out by a look at their bytes, which takes a third of a second per million.
// Where cache has columns of a segment, they say where to look. What
// f.Changes asks for takes a view, so Scan doesn't heed it.
func Scan(ctx context.Context, dir, cache string, f Filter, visit func(Found) (goOn bool)) error {
	f.Changes = false
	segments, err := audit.Segments(dir)
	if err != nil {
		return err
	}
	s := &scanner{filter: &f, store: store{cache}, text: newSearch(f.Text), visit: visit, reader: newReader()}
	s.bare = newSelection(&f, emptyDicts())
	s.needles = f.needles()
	for i, segment := range segments {
		end := int64(math.MaxInt64)
		if i+1 < len(segments) {
			end = segments[i+1].First
		}
		if f.To > 0 && segment.First >= f.To || end <= f.From {
			continue
		}
		if err := s.segment(ctx, segment, end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if s.stopped {
			return nil
		}
	}
	return nil
}

func emptyDicts() *[columnCount]*dict {
	var dicts [columnCount]*dict
	for i := range dicts {
		dicts[i] = newDict()
	}
	return &dicts
}

type scanner struct {
	filter  *Filter
	store   store
	bare    *selection // decides on single rows
	text    *search
	needles [][]byte
	visit   func(Found) bool
	reader  *reader
	stopped bool
}

func (s *scanner) segment(ctx context.Context, segment audit.Segment, end int64) error {
	if b := s.store.load(segment); b != nil {
		spans := b.spans(newSelection(s.filter, &b.dicts).rows(&b.columns, nil))
		return readLines(segment, spans, func(i int, line []byte) bool { return s.line(line, spans[i].place) })
	}
	place := segment.First
	for l, err := range segment.Lines() {
		if err == nil && place%1024 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if place >= end || !s.line(l.Text, place) {
			return nil
		}
		place++
	}
	return nil
}

// line decides on one line, from the cheapest question to the dearest.
func (s *scanner) line(line []byte, place int64) bool {
	for _, needle := range s.needles {
		if !bytes.Contains(line, needle) {
			return true
		}
	}
	if !s.bare.fits(s.reader.read(line), place) || !s.text.in(line) {
		return true
	}
	r, err := audit.Parse(line)
	s.stopped = !s.visit(Found{Place: place, Raw: line, Record: r, Err: err})
	return !s.stopped
}

// needles are texts that occur in every line the filter selects.
func (f *Filter) needles() [][]byte {
	var needles [][]byte
	for c, terms := range f.Terms {
		if len(terms) != 1 || terms[0] == noValue || terms[0][0] == '!' || c == Stage {
			continue
		}
		text, only := plain(terms[0])
		if spelling := spelled(audit.Name(text)); only && spelling != nil && (c != Address || !bytes.Contains(spelling, []byte("/"))) {
			needles = append(needles, append(append([]byte{'"'}, spelling...), '"'))
		}
	}
	if s := newSearch(f.Text); s != nil && s.needle != nil {
		needles = append(needles, s.needle)
	}
	return needles
}
