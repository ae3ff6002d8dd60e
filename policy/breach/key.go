// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"crypto/sha1" // what such lists are keyed by; no security rests on it
	"fmt"
	"strings"
)

// Key is the SHA-1 of a password.
type Key [sha1.Size]byte

func compareKeys(a, b Key) int { return bytes.Compare(a[:], b[:]) }

// Hashing says what is hashed.
type Hashing uint8

const (
	// Exact hashes the password's bytes, as Have I Been Pwned does.
	Exact Hashing = 1
	// IgnoringCase hashes the password in lower case.
	IgnoringCase Hashing = 2
)

func (h Hashing) String() string {
	switch h {
	case Exact:
		return "SHA-1"
	case IgnoringCase:
		return "SHA-1 of lower case"
	}
	return fmt.Sprintf("unknown hashing %d", uint8(h))
}

// KeyOf is a password's key.
func (h Hashing) KeyOf(password string) Key {
	if h == IgnoringCase {
		password = strings.ToLower(password)
	}
	return sha1.Sum([]byte(password))
}

// shape says how a key is cut up: its first bits choose the bucket, the bytes
// after them are kept. Bits beyond those aren't compared.
type shape struct {
	bucketBits  int // 8, 12, 16 or 20; 20 is a range of Have I Been Pwned
	suffixBytes int // 4 to 18
}

func (s shape) valid() bool {
	return s.bucketBits >= 8 && s.bucketBits <= 20 && s.bucketBits%4 == 0 &&
		s.suffixBytes >= 4 && s.suffixBytes <= 18
}

func (s shape) buckets() int { return 1 << s.bucketBits }

func (s shape) bucket(k Key) int {
	return (int(k[0])<<16 | int(k[1])<<8 | int(k[2])) >> (24 - s.bucketBits)
}

// first is the smallest key of a bucket.
func (s shape) first(bucket int) (k Key) {
	prefix := bucket << (24 - s.bucketBits)
	k[0], k[1], k[2] = byte(prefix>>16), byte(prefix>>8), byte(prefix)
	return k
}

// appendSuffix appends what is kept of a key. A key may end in the middle of
// the last byte; the rest of it is zero then.
func (s shape) appendSuffix(to []byte, k Key) []byte {
	start := s.bucketBits / 8
	if s.bucketBits%8 == 0 {
		return append(to, k[start:start+s.suffixBytes]...)
	}
	for i := start; i < start+s.suffixBytes; i++ {
		b := k[i] << 4
		if i+1 < len(k) {
			b |= k[i+1] >> 4
		}
		to = append(to, b)
	}
	return to
}

// bits is how many bits of a key are compared.
func (s shape) bits() int { return min(s.bucketBits+8*s.suffixBytes, 8*sha1.Size) }

// keyBytes is how many bytes of a key matter.
func (s shape) keyBytes() int { return (s.bits() + 7) / 8 }
