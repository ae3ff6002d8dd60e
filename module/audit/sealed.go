// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"time"
)

// sealed watches the segments that are complete. The trail needs none of them to
// go on, so it would miss none; only retiring may take them away.
type sealed struct {
	sizes   map[string]int64 // by name
	changed time.Time        // when their directory last was, and they were there
}

func newSealed(segments []Segment) sealed {
	s := sealed{sizes: make(map[string]int64)}
	for _, one := range segments {
		s.add(one)
	}
	return s
}

func (s *sealed) add(one Segment) { s.sizes[one.Name()] = one.Size }

// retire expects segments up to a record no more.
func (s *sealed) retire(last int64) {
	for name := range s.sizes {
		if first, _, ok := parseSegment(name); ok && first <= last {
			delete(s.sizes, name)
		}
	}
}

// settling is how long a directory's time can't tell two changes apart, at most.
const settling = 2 * time.Second

// watchSealed records which segments are gone, or have another size. It looks
// only when their directory has changed.
func (w *writer) watchSealed() {
	s := &w.sealed
	info, err := w.opts.disk.stat(w.path(segmentsDir))
	if err != nil || info.ModTime().Equal(s.changed) {
		return
	}
	there, err := listSegments(w.dir)
	if err != nil {
		return
	}
	sizes := make(map[string]int64)
	for _, one := range there {
		sizes[one.Name()] = one.Size
	}
	for name, size := range s.sizes {
		now, is := sizes[name]
		if is && now == size {
			continue
		}
		damage := &Damage{Kind: damageMissing, File: name, Bytes: size}
		if is {
			damage.Kind, damage.Bytes = damageReplaced, now
		}
		w.warn(warnSealed, fmt.Sprintf("%s is %s: put it back, and find out who did it; passgate audit verify tells more", name, damage.Kind))
		if w.put(w.notice(Notice{Code: CodeDamage, Damage: damage})) != nil {
			return
		}
		delete(s.sizes, name) // it is said once
	}
	if time.Since(info.ModTime()) > settling {
		s.changed = info.ModTime()
	}
}
