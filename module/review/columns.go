// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"

	"github.com/passgate/passgate/module/audit"
)

// columns are one segment's records, or the first of them while it grows.
type columns struct {
	segment audit.Segment
	bytes   int64 // of the segment that have been read
	oldest  int64 // time of a record; records are only nearly in order of time
	newest  int64

	time   []int64
	offset []uint32 // where each line begins
	change []uint64
	flags  []flags
	ids    []grams
	codes  [columnCount]codes
}

func (c *columns) len() int { return len(c.time) }

// place is the row's place in the trail.
func (c *columns) place(i uint32) int64 { return c.segment.First + int64(i) }

// extent is where the line of row i stands in the file, without its newline.
func (c *columns) extent(i uint32) (offset, length int64) {
	offset = int64(c.offset[i])
	end := c.bytes
	if int(i)+1 < len(c.offset) {
		end = int64(c.offset[i+1])
	}
	return offset, end - offset - 1
}

// builder fills columns, with dictionaries of its own.
type builder struct {
	columns
	first  int64 // place of the first record to be read
	dicts  [columnCount]*dict
	reader *reader
}

func newBuilder(s audit.Segment, first int64) *builder {
	b := &builder{columns: columns{segment: s, oldest: math.MaxInt64, newest: math.MinInt64}, first: first, reader: newReader()}
	for i := range b.dicts {
		b.dicts[i] = newDict()
	}
	return b
}

// errLarge: offsets are 32 bits wide; a segment is 64 MiB by default.
var errLarge = errors.New("expected a segment below 4 GiB")

// read takes in the segment's lines from byte from on, up to its last newline,
// but no record that the next segment, which begins at end, has taken over.
func (b *builder) read(ctx context.Context, from, end int64, progress func(int64)) error {
	b.bytes = from
	told := from
	for l, err := range b.segment.LinesFrom(from) {
		if errors.Is(err, fs.ErrNotExist) {
			return err // retired meanwhile
		}
		if err == nil && l.Offset > math.MaxUint32 {
			err = errLarge
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("reading %s at byte %d: %w", b.segment.Name(), l.Offset, err)
		}
		if b.first+int64(b.len()) >= end {
			break
		}
		b.add(l)
		if b.bytes-told >= 1<<20 {
			progress(b.bytes - told)
			told = b.bytes
		}
	}
	progress(b.bytes - told)
	return nil
}

func (b *builder) stretch(at int64) { b.oldest, b.newest = min(b.oldest, at), max(b.newest, at) }

func (b *builder) add(l audit.Line) {
	r := b.reader.read(l.Text)
	if r.seq != b.first+int64(b.len()) {
		r.flags |= flagMisplaced
	}
	b.offset = append(b.offset, uint32(l.Offset))
	b.bytes = l.Offset + int64(len(l.Text)) + 1
	if r.time == 0 && b.len() > 0 {
		r.time = b.time[b.len()-1] // no record, but it must turn up where it stands
	}
	b.stretch(r.time)
	b.time = append(b.time, r.time)
	b.change = append(b.change, r.change)
	b.flags = append(b.flags, r.flags)
	b.ids = append(b.ids, r.ids)
	for i := range b.codes {
		b.codes[i].append(b.dicts[i].number(r.value[i]))
	}
}
