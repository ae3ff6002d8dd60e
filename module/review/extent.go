// SPDX-License-Identifier: Apache-2.0

package review

import (
	"time"
)

// Extent is what of the trail is in view.
type Extent struct {
	First, Size    int64 // places: the oldest there is, and the one after the newest
	Oldest, Newest time.Time
	Segments       int
	Bytes          int64
	Unreadable     int64 // lines that are no records
	Misplaced      int64 // lines that don't say the place they stand at
	Open           int   // decisions whose outcome isn't on the trail
}

// Extent tells what is in view.
func (v *View) Extent() Extent {
	v.mu.RLock()
	defer v.mu.RUnlock()
	e := Extent{Segments: len(v.segments), Open: len(v.open)}
	for i, c := range v.segments {
		if i == 0 {
			e.First = c.segment.First
		}
		e.Bytes += c.bytes
		e.Size = c.place(uint32(c.len()))
		for _, f := range c.flags {
			if f&flagUnreadable != 0 {
				e.Unreadable++
			}
			if f&flagMisplaced != 0 {
				e.Misplaced++
			}
		}
		e.Oldest, e.Newest = widest(e.Oldest, e.Newest, c)
	}
	return e
}

func widest(oldest, newest time.Time, c *columns) (time.Time, time.Time) {
	if c.len() == 0 {
		return oldest, newest
	}
	low, high := time.UnixMicro(c.oldest).UTC(), time.UnixMicro(c.newest).UTC()
	if oldest.IsZero() || low.Before(oldest) {
		oldest = low
	}
	if high.After(newest) {
		newest = high
	}
	return oldest, newest
}
