// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// NewID returns a UUID of version 7 (RFC 9562 §5.7): milliseconds since 1970,
// then 74 random bits. Ids made later sort later, to the millisecond.
func NewID() string { return idAt(time.Now()) }

func idAt(t time.Time) string {
	var id [16]byte
	rand.Read(id[6:]) // never fails since Go 1.24
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(t.UnixMilli()))
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | 0x70 // version 7
	id[8] = id[8]&0x3f | 0x80 // variant of RFC 9562 §4.1

	var text [36]byte
	at := 0
	for i, group := range [5][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if i > 0 {
			text[at] = '-'
			at++
		}
		at += hex.Encode(text[at:], id[group[0]:group[1]])
	}
	return string(text[:])
}
