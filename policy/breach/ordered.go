// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// lineBuffer also bounds a line; hashes are far shorter.
const lineBuffer = 256 << 10

// ordered reads Have I Been Pwned's single file, ordered by hash.
type ordered struct {
	file   *os.File
	lines  *bufio.Reader
	offset int64 // of the next line
	last   Key
}

// openOrdered starts at the first hash that isn't below the given one, which
// it finds by bisection: a build that goes on needn't read what is done.
func openOrdered(path string, from Key) (*ordered, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	o := &ordered{file: file, lines: bufio.NewReaderSize(nil, lineBuffer), last: from}
	if err := o.seek(from); err != nil {
		file.Close()
		return nil, err
	}
	return o, nil
}

func (o *ordered) seek(from Key) error {
	info, err := o.file.Stat()
	if err != nil {
		return err
	}
	low, high := int64(0), info.Size() // the line wanted starts in between
	if from == (Key{}) {
		high = 0
	}
	for low < high {
		middle := low + (high-low)/2
		if err := o.startAfter(middle); err != nil {
			return err
		}
		start := o.offset
		e, err := o.read()
		switch {
		case errors.Is(err, io.EOF), err == nil && start >= high, err == nil && compareKeys(e.key, from) >= 0:
			high = middle
		case err != nil:
			return err
		default:
			low = o.offset
		}
	}
	return o.startAt(low)
}

func (o *ordered) startAt(offset int64) error {
	_, err := o.file.Seek(offset, io.SeekStart)
	o.lines.Reset(o.file)
	o.offset = offset
	return err
}

// startAfter starts at the first line that starts at or after an offset.
func (o *ordered) startAfter(offset int64) error {
	if offset == 0 {
		return o.startAt(0)
	}
	if err := o.startAt(offset - 1); err != nil {
		return err
	}
	rest, err := o.lines.ReadSlice('\n')
	o.offset += int64(len(rest))
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (o *ordered) next() (entry, error) {
	start := o.offset
	e, err := o.read()
	if err != nil {
		return e, err
	}
	if compareKeys(e.key, o.last) < 0 {
		return e, o.failed(start, errors.New("expected ascending hashes, found one out of order; sort the file (LC_ALL=C sort) or pass it as unordered"))
	}
	o.last = e.key
	return e, nil
}

func (o *ordered) read() (entry, error) {
	for {
		line, err := o.lines.ReadSlice('\n')
		start := o.offset
		o.offset += int64(len(line))
		if err != nil && !(errors.Is(err, io.EOF) && len(line) > 0) {
			if errors.Is(err, io.EOF) {
				return entry{}, io.EOF
			}
			return entry{}, o.failed(start, err)
		}
		if line = trimLineEnd(line); len(line) == 0 {
			continue
		}
		e, err := parseHashLine("", line)
		if err != nil {
			return e, o.failed(start, err)
		}
		return e, nil
	}
}

func (o *ordered) failed(offset int64, err error) error {
	return fmt.Errorf("%s, byte %d: %w", o.file.Name(), offset, err)
}

func (o *ordered) close() error { return o.file.Close() }
