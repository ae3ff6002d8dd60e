// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// followInterval is how often a followed trail is looked at.
const followInterval = 250 * time.Millisecond

// Last returns the newest n selected records, oldest first. It reads segments
// from the end and needs no view; f.Changes is not heeded.
func Last(ctx context.Context, dir string, f Filter, n int) ([]Found, error) {
	segments, err := audit.Segments(dir)
	if err != nil {
		return nil, err
	}
	var last []Found
	for i := len(segments) - 1; i >= 0 && len(last) < n; i-- {
		part := f
		part.From = max(f.From, segments[i].First)
		if i+1 < len(segments) {
			part.To = segments[i+1].First
		}
		if f.To > 0 && (part.To == 0 || part.To > f.To) {
			part.To = f.To
		}
		if part.To > 0 && part.From >= part.To {
			continue
		}
		var found []Found
		err := Scan(ctx, dir, "", part, func(r Found) bool {
			r.Raw = slices.Clone(r.Raw)
			found = append(found, r)
			if len(found) > 2*n {
				found = slices.Delete(found, 0, len(found)-n)
			}
			return true
		})
		if err != nil {
			return nil, err
		}
		last = append(found, last...)
	}
	return last[max(0, len(last)-n):], nil
}

// Follow hands the selected records from place f.From on to visit, as they are
// recorded, until the context ends or visit returns false.
func Follow(ctx context.Context, dir string, f Filter, visit func(Found) (goOn bool)) error {
	f.Changes = false
	w := &follower{dir: dir, next: f.From}
	w.scanner = scanner{filter: &f, text: newSearch(f.Text), visit: visit, reader: newReader(), bare: newSelection(&f, emptyDicts()), needles: f.needles()}
	ticker := time.NewTicker(followInterval)
	defer ticker.Stop()
	for {
		if err := w.catchUp(ctx); err != nil || w.stopped {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// End is the place that the next record of the trail in dir will have.
func End(ctx context.Context, dir string) (int64, error) {
	segments, err := audit.Segments(dir)
	if err != nil || len(segments) == 0 {
		return 0, err
	}
	last := segments[len(segments)-1]
	end := last.First
	for _, err := range last.Lines() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return 0, err
		}
		end++
	}
	return end, nil
}

// follower remembers where it has read to.
type follower struct {
	scanner
	dir    string
	next   int64  // place of the next record
	name   string // of the segment that is being read
	offset int64  // in it
	place  int64  // of the line at offset
}

func (w *follower) catchUp(ctx context.Context) error {
	segments, err := audit.Segments(w.dir)
	if err != nil {
		return err
	}
	for i, s := range segments {
		end := int64(1<<63 - 1)
		if i+1 < len(segments) {
			end = segments[i+1].First
		}
		if end <= w.next || s.Name() == w.name && s.Size <= w.offset {
			continue
		}
		if s.Name() != w.name {
			w.name, w.offset, w.place = s.Name(), 0, s.First
		}
		if err := w.segment(ctx, s, end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if w.stopped {
			return nil
		}
	}
	return nil
}

func (w *follower) segment(ctx context.Context, s audit.Segment, end int64) error {
	for l, err := range s.LinesFrom(w.offset) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if w.place >= end {
			return nil
		}
		w.offset, w.place = l.Offset+int64(len(l.Text))+1, w.place+1
		if w.place <= w.next {
			continue
		}
		w.next = w.place
		if !w.line(l.Text, w.place-1) {
			return nil
		}
	}
	return nil
}
