// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// unsorted reads words or hashes in any order.
type unsorted struct {
	file    *os.File
	lines   *bufio.Reader
	offset  int64
	words   bool
	hashing Hashing
}

func openUnsorted(in input, hashing Hashing, offset int64) (*unsorted, error) {
	file, err := os.Open(in.Path)
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		file.Close()
		return nil, err
	}
	return &unsorted{
		file: file, lines: bufio.NewReaderSize(file, lineBuffer), offset: offset,
		words: in.Format == Words, hashing: hashing,
	}, nil
}

// next gives the entry of the next line that isn't empty. A word too long to
// be a password (lineBuffer) is left out; a hash of that length is an error.
func (u *unsorted) next() (entry, error) {
	for {
		start := u.offset
		line, whole, err := u.line()
		if err != nil {
			return entry{}, err
		}
		if len(line) == 0 || u.words && !whole {
			continue
		}
		if u.words {
			return entry{u.hashing.KeyOf(string(line)), Uncounted}, nil
		}
		e, err := parseHashLine("", line)
		if err != nil {
			return e, fmt.Errorf("%s, byte %d: %w", u.file.Name(), start, err)
		}
		return e, nil
	}
}

// line reads to the end of the line, but returns no more than the buffer.
func (u *unsorted) line() (line []byte, whole bool, err error) {
	line, err = u.lines.ReadSlice('\n')
	u.offset += int64(len(line))
	whole = true
	for errors.Is(err, bufio.ErrBufferFull) {
		whole = false
		line, err = u.lines.ReadSlice('\n')
		u.offset += int64(len(line))
	}
	if err != nil && !(errors.Is(err, io.EOF) && len(line) > 0) {
		return nil, false, err
	}
	return trimLineEnd(line), whole, nil
}

func (u *unsorted) close() error { return u.file.Close() }
