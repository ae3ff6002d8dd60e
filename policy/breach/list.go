// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"sync"
)

// List looks passwords up in a file. It may be used by any number of
// goroutines.
type List struct {
	header Header
	file   io.ReaderAt
	index  []uint32  // 4 MB for the usual 2^20 buckets
	bucket sync.Pool // *[]byte, for the records of a bucket
}

// Open checks a file's header and index, which takes some 10 ms; size is the
// file's. The records are read when they are needed. Verify checks them too.
func Open(file io.ReaderAt, size int64) (*List, error) {
	head := make([]byte, min(headerSize, max(size, 0)))
	if _, err := io.ReadFull(io.NewSectionReader(file, 0, size), head); err != nil {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	header, err := decodeHeader(head)
	if err != nil {
		return nil, err
	}
	if size != header.Size() {
		return nil, fmt.Errorf("%w: expected %d bytes, found %d; the file is incomplete, copy or build it again",
			errNotAList, header.Size(), size)
	}
	l := &List{header: header, file: file}
	l.bucket.New = func() any { return new([]byte) }
	return l, l.readIndex()
}

func (l *List) readIndex() error {
	raw := make([]byte, 4*(l.header.shape().buckets()+1))
	if _, err := l.file.ReadAt(raw, l.header.indexOffset()); err != nil && err != io.EOF {
		return fmt.Errorf("reading the index: %w", err)
	}
	if sha256.Sum256(raw) != l.header.index {
		return fmt.Errorf("%w: the index is damaged; copy or build it again", errNotAList)
	}
	l.index = make([]uint32, len(raw)/4)
	for i := range l.index {
		l.index[i] = binary.BigEndian.Uint32(raw[4*i:])
		if i > 0 && l.index[i] < l.index[i-1] {
			return fmt.Errorf("%w: the index isn't ascending; build it again", errNotAList)
		}
	}
	if l.index[0] != 0 || int64(l.index[len(l.index)-1]) != l.header.Keys {
		return fmt.Errorf("%w: the index doesn't fit the number of keys; build it again", errNotAList)
	}
	return nil
}

// Header describes the list.
func (l *List) Header() Header { return l.header }

// Counts reports whether the list can tell which passwords were seen at least
// so often: because it has counts, or because all of its were. If it can't,
// the error says how to build one that can.
func (l *List) Counts(least uint32) error {
	if l.header.Counts || least <= max(l.header.MinCount, 1) {
		return nil
	}
	return fmt.Errorf("expected a list that can tell passwords seen %d times, found one without counts; build it with --counts or --min-count %d",
		least, least)
}

// Contains reports whether a password is listed and was seen at least so
// often; 0 and 1 mean however often.
func (l *List) Contains(password string, least uint32) (bool, error) {
	if err := l.Counts(least); err != nil {
		return false, err
	}
	return l.containsKey(l.header.Hashing.KeyOf(password), least)
}

// containsKey reads the page in which the key's record must nearly be, since hashes
// are spread evenly, and the whole bucket, about 6 kB at 1e9 keys, only if that
// page doesn't settle it.
func (l *List) containsKey(k Key, least uint32) (bool, error) {
	shape, width := l.header.shape(), l.header.width()
	b := shape.bucket(k)
	start, length := headerSize+int64(l.index[b])*int64(width), int(l.index[b+1]-l.index[b])*width
	if length == 0 {
		return false, nil
	}
	buffer := l.bucket.Get().(*[]byte)
	defer l.bucket.Put(buffer)
	var room [18]byte
	suffix := shape.appendSuffix(room[:0], k)
	from, to := window(suffix, start, length, width)
	records, err := l.read(buffer, start+int64(from), to-from)
	if err != nil {
		return false, err
	}
	at, found := l.search(records, suffix)
	if !found && (at == 0 && from > 0 || at == len(records) && to < length) {
		if records, err = l.read(buffer, start, length); err != nil {
			return false, err
		}
		at, found = l.search(records, suffix)
	}
	return found && (!l.header.Counts || records[at+len(suffix)] >= countCode(least)), nil
}

const (
	page  = 4096 // bytes that a disk and its cache give at once
	slack = 256  // bytes by which a record is seldom off: three deviations at 1e9 keys
)

// window is the part of a bucket to look at first: the pages of the file, seldom
// more than one, in which a suffix is expected. It begins and ends with a record.
func window(suffix []byte, start int64, length, width int) (from, to int) {
	guess := int(float64(binary.BigEndian.Uint32(suffix)) / (1 << 32) * float64(length))
	from = int((start+int64(guess)-slack)&^(page-1) - start)
	to = int((start+int64(guess)+slack+page)&^(page-1) - start)
	from = (max(from, 0) + width - 1) / width * width
	if to = to / width * width; to > length || to <= from {
		to = length
	}
	return from, to
}

// read fills the buffer from the file.
func (l *List) read(buffer *[]byte, at int64, length int) ([]byte, error) {
	if cap(*buffer) < length {
		*buffer = make([]byte, length)
	}
	records := (*buffer)[:length]
	if n, err := l.file.ReadAt(records, at); n < length {
		return nil, fmt.Errorf("reading the list of breached passwords: %w", err)
	}
	return records, nil
}

// search finds the first record that isn't below a suffix, as an offset, and
// whether it is that suffix's.
func (l *List) search(records, suffix []byte) (at int, found bool) {
	width := l.header.width()
	i, found := sort.Find(len(records)/width, func(i int) int {
		return bytes.Compare(suffix, records[i*width:i*width+len(suffix)])
	})
	return i * width, found
}
