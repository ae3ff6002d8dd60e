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

// containsKey reads the key's bucket, about 6 kB at 1e9 keys, and searches it.
func (l *List) containsKey(k Key, least uint32) (bool, error) {
	shape, width := l.header.shape(), l.header.width()
	b := shape.bucket(k)
	from, to := int64(l.index[b]), int64(l.index[b+1])
	if from == to {
		return false, nil
	}
	buffer := l.bucket.Get().(*[]byte)
	defer l.bucket.Put(buffer)
	if length := int(to-from) * width; cap(*buffer) < length {
		*buffer = make([]byte, length)
	} else {
		*buffer = (*buffer)[:length]
	}
	if n, err := l.file.ReadAt(*buffer, headerSize+from*int64(width)); n < len(*buffer) {
		return false, fmt.Errorf("reading the list of breached passwords: %w", err)
	}
	var room [18]byte
	return l.search(*buffer, shape.appendSuffix(room[:0], k), least), nil
}

func (l *List) search(records, suffix []byte, least uint32) bool {
	width := l.header.width()
	at := func(i int) []byte { return records[i*width : i*width+len(suffix)] }
	n := len(records) / width
	i := sort.Search(n, func(i int) bool { return bytes.Compare(at(i), suffix) >= 0 })
	if i == n || !bytes.Equal(at(i), suffix) {
		return false
	}
	return !l.header.Counts || records[i*width+len(suffix)] >= countCode(least)
}
