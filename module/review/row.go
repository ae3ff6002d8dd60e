// SPDX-License-Identifier: Apache-2.0

package review

import (
	"hash/fnv"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review/walk"
)

// flags are a record's yes-or-no properties.
type flags uint8

const (
	flagSelf       flags = 1 << iota // the actor changed his own
	flagEnforced                     // the verdict counted
	flagVerified                     // the cluster has named the actor
	flagUnreadable                   // the line is no record; nothing else is known of it
	flagMisplaced                    // the line doesn't say the place it stands at
	flagReview                       // severity 4 or 5: somebody should look at it
	flagSuperseded                   // a decision whose outcome is on the trail too
)

// StageNotice is the stage of records about the gateway or the trail itself,
// which name none.
const StageNotice = "notice"

// row is what the columns hold of one line.
type row struct {
	time   int64  // microseconds since 1970
	change uint64 // hash of the change's id, 0 without one
	seq    int64  // as the line says; -1 unless it does
	flags  flags
	ids    grams // of all that identifies something
	value  [columnCount][]byte

	extra [3][]byte // initiator, digest, reason: joined to actor, policy and exemption at the end
}

// reader reads rows from lines, again and again into the same memory.
type reader struct {
	walk.Walker
	row row
	bad bool
}

func newReader() *reader {
	r := new(reader)
	r.Take = r.set
	return r
}

// read reads a line. The row is valid until the next call.
func (r *reader) read(line []byte) *row {
	r.row.time, r.row.change, r.row.seq, r.row.flags, r.row.ids, r.bad = 0, 0, -1, 0, grams{}, false
	for i := range r.row.value {
		r.row.value[i] = r.row.value[i][:0]
	}
	for i := range r.row.extra {
		r.row.extra[i] = r.row.extra[i][:0]
	}
	if err := r.Walk(line, wanted); err != nil || r.bad || r.row.time == 0 || len(r.row.value[Code]) == 0 {
		return r.unreadable(line)
	}
	if len(r.row.value[Stage]) == 0 {
		r.row.value[Stage] = append(r.row.value[Stage], StageNotice...)
	}
	r.join(Actor, r.row.extra[0])
	r.join(Policy, r.row.extra[1])
	r.join(Exemption, r.row.extra[2])
	return &r.row
}

// unreadable keeps the time, if there is one, so that the damage has a date.
func (r *reader) unreadable(line []byte) *row {
	at, _ := audit.TimeOf(line)
	r.row = row{time: at.UnixMicro(), seq: -1, flags: flagUnreadable}
	if at.IsZero() {
		r.row.time = 0
	}
	return &r.row
}

func (r *reader) join(c Column, second []byte) {
	if len(second) > 0 {
		r.row.value[c] = append(append(r.row.value[c], partEnd...), second...)
	}
}

func (r *reader) set(n *walk.Node, value []byte) {
	switch n.ID {
	case fieldTime:
		at, err := time.Parse(time.RFC3339Nano, string(value))
		r.bad = r.bad || err != nil
		r.row.time = at.UnixMicro()
	case fieldChange:
		r.row.change = changeHash(value)
		r.row.ids.add(value)
	case fieldSeq:
		seq, err := strconv.ParseInt(string(value), 10, 64)
		if err == nil {
			r.row.seq = seq
		}
	case fieldID:
		r.row.ids.add(value)
	case fieldSeverity:
		r.flag(flagReview, len(value) == 1 && value[0] >= '4')
	case fieldEnforced:
		r.flag(flagEnforced, string(value) == "true")
	case fieldSelf:
		r.flag(flagSelf, string(value) == "true")
	case fieldVerified:
		r.flag(flagVerified, string(value) == "true")
	case fieldInitiator:
		r.row.extra[0] = append(r.row.extra[0][:0], value...)
	case fieldDigest:
		r.row.extra[1] = append(r.row.extra[1][:0], value...)
	case fieldExemption:
		r.row.extra[2] = append(r.row.extra[2][:0], value...)
	default:
		r.text(Column(n.ID-columnBase), value)
	}
}

func (r *reader) flag(f flags, on bool) {
	if on {
		r.row.flags |= f
	}
}

// text appends to the column's value: arrays come item by item.
func (r *reader) text(c Column, value []byte) {
	if !utf8.Valid(value) {
		r.bad = true // the trail is UTF-8
		return
	}
	if len(r.row.value[c]) > 0 {
		r.row.value[c] = append(r.row.value[c], partEnd...)
	}
	r.row.value[c] = append(r.row.value[c], value...)
}

// changeHash makes the id of a change small enough for a column. Two ids may
// share one; what is found by it is compared in full.
func changeHash[T string | []byte](id T) uint64 {
	if len(id) == 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(id))
	return max(h.Sum64(), 1)
}
