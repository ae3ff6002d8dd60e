// SPDX-License-Identifier: Apache-2.0

package review

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/passgate/passgate/module/audit"
)

// span is where a line stands in a segment.
type span struct {
	place  int64
	offset int64
	length int64
}

func (c *columns) spans(rows []uint32) []span {
	spans := make([]span, len(rows))
	for i, row := range rows {
		offset, length := c.extent(row)
		spans[i] = span{c.place(row), offset, length}
	}
	return spans
}

const (
	windowSize = 1 << 20  // lines close together are read at once
	windowGap  = 32 << 10 // closer than this, what lies between is read along
)

// readLines reads the lines at spans, in their order, and hands them to visit
// until it returns false. Lines are valid until the next call. A segment that
// was retired meanwhile has no lines.
func readLines(s audit.Segment, spans []span, visit func(i int, line []byte) (goOn bool)) error {
	if len(spans) == 0 {
		return nil
	}
	f, err := os.Open(s.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading records: %w", err)
	}
	defer f.Close()
	var buf []byte
	for i := 0; i < len(spans); {
		n, start, size := window(spans[i:])
		if int64(cap(buf)) < size {
			buf = make([]byte, max(size, min(windowSize, s.Size)))
		}
		buf = buf[:size]
		if _, err := f.ReadAt(buf, start); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading %s at byte %d: %w", s.Name(), start, err)
		}
		for ; n > 0; n-- {
			at := spans[i].offset - start
			if !visit(i, buf[at:at+spans[i].length]) {
				return nil
			}
			i++
		}
	}
	return nil
}

// window is how many of the spans are read at once, and from where to where.
// They are in ascending or descending order.
func window(spans []span) (n int, start, size int64) {
	start, end := spans[0].offset, spans[0].offset+spans[0].length
	for n = 1; n < len(spans); n++ {
		s := spans[n]
		gap := max(s.offset-end, start-s.offset-s.length)
		low, high := min(start, s.offset), max(end, s.offset+s.length)
		if gap > windowGap || high-low > windowSize {
			break
		}
		start, end = low, high
	}
	return n, start, end - start
}
