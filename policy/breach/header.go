// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
)

// A file is a header, the records and an index. All numbers are big-endian.
//
//	header   512 bytes, see encode
//	records  of all keys in ascending order: the suffix, and with counts a byte
//	index    for each bucket and for the end, uint32: records before it
//
// The index comes last so that a file is written from front to back.
const (
	magic      = "PGBREACH"
	version    = 1
	headerSize = 512
	sumOffset  = headerSize - sha256.Size // of the header's own checksum
	sourceAt   = 104
	sourceMax  = 255
	withCounts = 1 // flag
)

// Header describes a list.
type Header struct {
	Hashing     Hashing
	SuffixBytes int       // of a key kept for each record, after the bucket's bits
	BucketBits  int       // of a key that choose the bucket
	Counts      bool      // whether records tell how often a password was seen
	Keys        int64     // different passwords
	MinCount    uint32    // every one of them was seen at least so often
	Source      string    // where the keys come from, at most 255 bytes
	Built       time.Time // to the second

	body, index [sha256.Size]byte // checksums: of everything after the header, and of the index
}

// errNotAList is wrapped by every refusal of a file.
var errNotAList = errors.New("not a usable list of breached passwords")

func (h Header) shape() shape { return shape{h.BucketBits, h.SuffixBytes} }

// width is the size of a record.
func (h Header) width() int {
	if h.Counts {
		return h.SuffixBytes + 1
	}
	return h.SuffixBytes
}

func (h Header) indexOffset() int64 { return headerSize + h.Keys*int64(h.width()) }

// Size is the file's size in bytes.
func (h Header) Size() int64 { return h.indexOffset() + 4*int64(h.shape().buckets()+1) }

// FalsePositiveRate is the chance that a password that isn't listed is found.
func (h Header) FalsePositiveRate() float64 {
	return float64(h.Keys) / math.Pow(2, float64(h.shape().bits()))
}

func (h Header) encode() []byte {
	b := make([]byte, headerSize)
	copy(b, magic)
	binary.BigEndian.PutUint16(b[8:], version)
	b[10], b[11], b[12] = byte(h.Hashing), byte(h.BucketBits), byte(h.SuffixBytes)
	if h.Counts {
		b[13] = withCounts
	}
	binary.BigEndian.PutUint64(b[16:], uint64(h.Keys))
	binary.BigEndian.PutUint32(b[24:], h.MinCount)
	binary.BigEndian.PutUint64(b[32:], uint64(h.Built.Unix()))
	copy(b[40:], h.body[:])
	copy(b[72:], h.index[:])
	b[sourceAt] = byte(min(len(h.Source), sourceMax))
	copy(b[sourceAt+1:sourceAt+1+sourceMax], h.Source)
	sum := sha256.Sum256(b[:sumOffset])
	copy(b[sumOffset:], sum[:])
	return b
}

func decodeHeader(b []byte) (h Header, err error) {
	if len(b) < headerSize || string(b[:len(magic)]) != magic {
		return h, fmt.Errorf("%w: expected a file made by \"breach build\"", errNotAList)
	}
	if v := binary.BigEndian.Uint16(b[8:]); v != version {
		return h, fmt.Errorf("%w: expected format version %d, found %d; build it again", errNotAList, version, v)
	}
	if sum := sha256.Sum256(b[:sumOffset]); !bytes.Equal(sum[:], b[sumOffset:headerSize]) {
		return h, fmt.Errorf("%w: the header is damaged; build or fetch it again", errNotAList)
	}
	h = Header{
		Hashing: Hashing(b[10]), BucketBits: int(b[11]), SuffixBytes: int(b[12]), Counts: b[13]&withCounts != 0,
		Keys: int64(binary.BigEndian.Uint64(b[16:])), MinCount: binary.BigEndian.Uint32(b[24:]),
		Built:  time.Unix(int64(binary.BigEndian.Uint64(b[32:])), 0).UTC(),
		Source: string(b[sourceAt+1 : sourceAt+1+int(b[sourceAt])]),
	}
	copy(h.body[:], b[40:])
	copy(h.index[:], b[72:])
	if h.Hashing != Exact && h.Hashing != IgnoringCase || !h.shape().valid() || h.Keys < 0 || h.Keys > math.MaxUint32 {
		return h, fmt.Errorf("%w: the header describes what this version can't read; build it again", errNotAList)
	}
	return h, nil
}
