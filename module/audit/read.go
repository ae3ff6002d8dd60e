// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"time"

	"github.com/passgate/passgate/module/audit/seal"
)

// Line is the raw text of one record and where it stands.
type Line struct {
	Text    []byte // without the newline; valid until the next step only
	Offset  int64  // in the segment
	Segment Segment
}

// Query selects records. The zero value selects all.
type Query struct {
	From, To     int64     // places in the trail, To exclusive; To 0: to the end
	Since, Until time.Time // by @timestamp, Until exclusive; zero: no bound

	// Match, if set, sees the raw line first, and drops it by returning
	// false: a bytes.Contains here is far cheaper than reading the record.
	Match func(line []byte) bool
}

// Read yields the records of the trail in dir that q selects, oldest first. It
// takes no lock, stops each file at its last newline, and may run while a
// gateway writes. A line that is no record yields an error, and reading goes on.
func Read(dir string, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for l, err := range Lines(dir, q.From) {
			if err != nil {
				if !yield(Record{}, err) {
					return
				}
				continue
			}
			seq, keep := q.selects(l.Text)
			if q.To > 0 && seq >= q.To {
				return
			}
			if !keep {
				continue
			}
			r, err := Parse(l.Text)
			if err != nil {
				err = fmt.Errorf("%s at byte %d: %w", l.Segment.Name(), l.Offset, err)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// selects decides on the raw bytes. What has no readable place or time is
// kept: Parse will say what is wrong with it.
func (q *Query) selects(line []byte) (seq int64, keep bool) {
	link, ok := seal.ParseLink(line)
	if ok && link.Seq < q.From {
		return link.Seq, false
	}
	if at, ok := TimeOf(line); ok {
		if !q.Since.IsZero() && at.Before(q.Since) || !q.Until.IsZero() && !at.Before(q.Until) {
			return link.Seq, false
		}
	}
	return link.Seq, q.Match == nil || q.Match(line)
}

// Lines yields the raw lines of the trail in dir, starting with the segment
// that holds record from. A segment ends where the next begins.
func Lines(dir string, from int64) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		segments, err := Segments(dir)
		if err != nil {
			yield(Line{}, err)
			return
		}
		for i, s := range segments {
			if i+1 < len(segments) && segments[i+1].First <= from {
				continue
			}
			for l, err := range s.Lines() {
				if errors.Is(err, fs.ErrNotExist) {
					break // retired since it was listed
				}
				if !yield(l, err) {
					return
				}
			}
		}
	}
}

// maxLine bounds a line when reading: a thousand targets of 256 bytes, each
// twice and escaped at the worst, fit.
const maxLine = 8 << 20

// Lines yields the lines of one segment up to its last newline.
func (s Segment) Lines() iter.Seq2[Line, error] { return s.LinesFrom(0) }

// LinesFrom is Lines from a byte on, which must be where a line begins.
func (s Segment) LinesFrom(offset int64) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		f, err := os.Open(s.Path)
		if err != nil {
			yield(Line{Segment: s}, fmt.Errorf("reading a segment: %w", err))
			return
		}
		defer f.Close()
		if _, err := f.Seek(offset, io.SeekStart); err != nil {
			yield(Line{Segment: s}, fmt.Errorf("reading %s: %w", s.Name(), err))
			return
		}
		s.lines(f, offset, yield)
	}
}

// lines reads from offset on. Its buffer grows with the longest line.
func (s Segment) lines(f io.Reader, offset int64, yield func(Line, error) bool) {
	buf, filled := make([]byte, 1<<20), 0
	for {
		n, err := f.Read(buf[filled:])
		filled += n
		start := 0
		for {
			end := bytes.IndexByte(buf[start:filled], '\n')
			if end < 0 {
				break
			}
			if !yield(Line{Text: buf[start : start+end : start+end], Offset: offset, Segment: s}, nil) {
				return
			}
			start += end + 1
			offset += int64(end) + 1
		}
		filled = copy(buf, buf[start:filled])
		switch {
		case err == io.EOF:
			return
		case err != nil:
			yield(Line{Offset: offset, Segment: s}, fmt.Errorf("reading %s: %w", s.Name(), err))
			return
		case filled == len(buf) && len(buf) >= maxLine:
			yield(Line{Offset: offset, Segment: s}, fmt.Errorf("reading %s: no newline within %d bytes from byte %d on", s.Name(), maxLine, offset))
			return
		case filled == len(buf):
			buf = append(buf, make([]byte, len(buf))...)
		}
	}
}
