// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/seal"
)

// cursor is how far a trail was shipped. It is kept in a file of its own, so
// that a restart goes on where the last run ended.
type cursor struct {
	Origin string `json:"origin"` // of the trail
	Target string `json:"target"` // index or data stream
	Next   int64  `json:"next"`   // place of the first record not shipped

	path   string
	offset int64  // of that record, where it is known
	name   string // of its segment
}

func openCursor(path, origin, target string) (*cursor, error) {
	c := &cursor{Origin: origin, Target: target, path: path}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the cursor: %w", err)
	}
	var kept cursor
	if err := json.Unmarshal(text, &kept); err != nil {
		return nil, fmt.Errorf("reading the cursor %s: %w; remove it to ship from the beginning, which repeats nothing", path, err)
	}
	if kept.Origin != origin || kept.Target != target {
		return nil, fmt.Errorf("the cursor %s belongs to the trail %q and the target %q; give this one another with --cursor", path, kept.Origin, kept.Target)
	}
	c.Next = kept.Next
	return c, nil
}

// save makes the cursor durable. Losing it would only cost time.
func (c *cursor) save() error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(c.path), ".cursor-*")
	if err != nil {
		return fmt.Errorf("keeping the cursor: %w; name another place with --cursor", err)
	}
	_, err = f.Write(append(text, '\n'))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), c.path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("keeping the cursor: %w", err)
	}
	return nil
}

// record is one line on its way.
type record struct {
	seq    int64
	line   []byte
	oldest bool // of those that the trail still has
}

// lines yields the records from the cursor on, up to the end that is signed.
// It remembers where it is in the segment, so that following a live trail
// doesn't read the segment again and again.
func (c *cursor) lines(dir string, end int64) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		segments, err := audit.Segments(dir)
		if err != nil {
			yield(record{}, err)
			return
		}
		next := c.Next
		for i, s := range segments {
			if i+1 < len(segments) && segments[i+1].First <= next {
				continue
			}
			offset := int64(0)
			if s.Name() == c.name {
				offset = c.offset
			}
			for l, err := range s.LinesFrom(offset) {
				if err != nil {
					yield(record{}, err)
					return
				}
				link, ok := seal.ParseLink(l.Text)
				if !ok {
					yield(record{}, fmt.Errorf("shipping %s: byte %d begins no record; run passgate audit verify", s.Name(), l.Offset))
					return
				}
				if link.Seq < next {
					continue
				}
				if link.Seq >= end {
					return
				}
				next = link.Seq + 1
				c.name, c.offset = s.Name(), l.Offset+int64(len(l.Text))+1
				r := record{link.Seq, append([]byte(nil), l.Text...), i == 0 && l.Offset == 0}
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}
