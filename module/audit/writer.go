// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit/seal"
)

// writer owns the files of the trail. All its methods run in one goroutine.
type writer struct {
	dir    string
	opts   *Options
	source source
	origin string
	lock   *os.File
	meters *meters
	flood  *flood
	strays *strays

	seg    *active
	sealed sealed
	hashes *hashFile
	points *checkpointer
	copies *copies[[]byte]
	health *copies[Health]
	owed   []*item // outcomes that could not be recorded yet

	edge seal.Edge // of the durable records
	prev tlog.Hash // leaf hash of the last
	open map[string]int64

	fault   error    // why nothing can be written
	stop    bool     // the disk is too full for new changes
	missed  Refused  // what was refused since fault or stop
	warning warnings // by topic
	warned  bool     // warning has changed since
	told    Health   // was last published
	last    time.Time
	ticked  reading
	retry   time.Time // not before this: a rotation that failed

	buf    []byte      // the lines last written
	leaves []tlog.Hash // of all but the last of them
	tail   ending      // that one, until grow has seen it
	stored []tlog.Hash

	closeErr error
}

// reading is both clocks at one moment.
type reading struct {
	wall time.Time
	mono time.Duration
}

func (w *writer) now() time.Time { return w.opts.Now() }

// commit makes items durable, all with one sync, and answers their callers.
func (w *writer) commit(items []*item) {
	began := w.opts.mono()
	items = w.admit(items)
	if len(items) == 0 {
		return
	}
	if w.rotationDue() {
		w.rotate()
	}
	var err error
	if !w.seg.whole() {
		err = w.heal()
	}
	if err == nil {
		err = w.append(items)
		if err != nil {
			err = w.mend(err, items)
		} else {
			err = w.heal()
		}
	}
	if err != nil {
		w.failed(items)
	}
	late := w.answer(items, err)
	w.grow()
	if len(late) > 0 && w.put(late...) != nil {
		w.owed = append(w.owed, late...)
	}
	w.meters.update(func(s *Stats) {
		s.Commits++
		s.CommitSeconds.observe(w.opts.mono() - began)
		if err != nil {
			s.Failures++
		}
	})
	w.report()
}

var errFull = errors.New("the disk is too full for new changes; free some space, or lower stop_free")

// admit takes the items that may be written now and answers the others.
func (w *writer) admit(items []*item) []*item {
	if w.fault == nil {
		w.measure(items)
	}
	admitted := items[:0]
	for _, it := range items {
		var err error
		switch left := !it.take(); {
		case left && it.closes == "":
			w.miss(1) // the caller has left, and nothing is written
			continue
		case w.fault != nil:
			err = w.fault
		case w.stop && it.ordinary:
			err = errFull
		default:
			admitted = append(admitted, it)
			continue
		}
		w.failed([]*item{it})
		it.finish(fmt.Errorf("recording: %w", err))
	}
	w.report()
	return admitted
}

// measure stops new changes once their records would need the reserve.
func (w *writer) measure(items []*item) {
	size := int64(0)
	for _, it := range items {
		size += int64(len(it.body)) + linkRoom
	}
	if !w.seg.prepare(size, w.opts.Reserve) {
		w.stop = true
	}
}

// linkRoom is more than a link takes: its fixed parts, name and number.
const linkRoom = 512

// write appends items to the segment. If it fails, the writer's state is as
// before, and the file's end is unknown.
func (w *writer) write(items []*item) error {
	if err := w.append(items); err != nil {
		return err
	}
	w.grow()
	return nil
}

// append is write but for the tree: grow must follow before anything else is
// written or signed. A commit answers its callers in between.
func (w *writer) append(items []*item) error {
	w.compose(items)
	if err := w.seg.append(w.buf); err != nil {
		w.copies.forget()
		w.tail = ending{}
		return err
	}
	w.settle(items)
	return nil
}

// compose spells the lines. Each names the hash of the one before.
func (w *writer) compose(items []*item) {
	w.buf, w.leaves, w.tail = w.buf[:0], w.leaves[:0], ending{}
	prev := w.prev
	salts := make([]byte, 16*len(items))
	rand.Read(salts)
	for i, it := range items {
		if i > 0 {
			prev = w.tail.leaf(w.buf)
			w.leaves = append(w.leaves, prev)
		}
		start := len(w.buf)
		w.tail = ending{begun: it.begun, link: start + len(it.body)}
		link := seal.Link{Log: w.origin, Seq: w.edge.Size() + int64(i), Prev: prev, Salt: [16]byte(salts[16*i:])}
		w.buf = seal.AppendLink(append(w.buf, it.body...), link)
		if w.copies != nil {
			w.copies.add(bytes.Clone(w.buf[start:]))
		}
		w.buf = append(w.buf, '\n')
	}
}

// ending is the last line of a buffer: its hash as far as its link, and where
// that begins.
type ending struct {
	begun hash.Hash
	link  int
}

func (e ending) leaf(buf []byte) tlog.Hash { return seal.Complete(e.begun, buf[e.link:len(buf)-1]) }

// settle is what follows at once from items being durable.
func (w *writer) settle(items []*item) {
	seq := w.edge.Size()
	for i, it := range items {
		if it.opens != "" {
			w.open[it.opens] = seq + int64(i)
		}
		delete(w.open, it.closes)
	}
	w.last = w.now()
	w.copies.send()
	w.meters.update(func(s *Stats) {
		s.Records += uint64(len(items))
		s.Bytes += uint64(len(w.buf))
		s.Size, s.Open = seq+int64(len(items)), len(w.open)
	})
}

// grow adds the lines last written to the chain and to the tree.
func (w *writer) grow() {
	if w.tail.begun == nil {
		return
	}
	last := w.tail.leaf(w.buf)
	w.stored = w.stored[:0]
	for _, leaf := range append(w.leaves, last) {
		w.stored = w.edge.Append(leaf, w.stored)
	}
	w.prev, w.tail = last, ending{}
	w.hashes.append(w.stored)
}

// answer tells the callers. A decision whose caller has given up gets its
// outcome here: the change was never forwarded.
func (w *writer) answer(items []*item, err error) (late []*item) {
	if err != nil {
		err = fmt.Errorf("recording: %w", err)
	}
	for _, it := range items {
		if it.finish(err) || err != nil || it.late == nil {
			continue
		}
		o := newItem(it.late)
		o.closes = it.opens
		late = append(late, o)
	}
	return late
}

// put writes the trail's own items, for which nobody waits.
func (w *writer) put(items ...*item) error {
	if w.fault != nil {
		return w.fault
	}
	err := w.write(items)
	if err != nil {
		err = w.mend(err, items)
	}
	return err
}

func (w *writer) notice(n Notice) *item {
	n.Time = w.now()
	return newItem(w.source.encodeNotice(&n))
}

func (w *writer) path(names ...string) string {
	return filepath.Join(append([]string{w.dir}, names...)...)
}

// shutdown writes the last records and gives everything back.
func (w *writer) shutdown() {
	defer w.copies.stop()
	defer w.health.stop()
	defer w.points.stop()
	if w.heal() == nil {
		w.drainFlood(true)
		w.settleDebts()
		w.recovered()
	}
	err := w.put(w.notice(Notice{Code: CodeStop}))
	if w.fault != nil {
		// What stands in the files now isn't known: they may be another writer's.
		w.closeErr = errors.Join(err, w.seg.file.Close(), w.hashes.file.Close())
		return
	}
	// On a full disk, what was set aside makes the room for the rest.
	ferr := w.seg.settle()
	if kind := w.seg.unlinked(); kind != "" {
		// The trail has said that it stops, so it can't say this any more.
		berr := w.sameDir()
		if berr == nil {
			_, berr = w.bringBack(kind)
		}
		ferr = errors.Join(ferr, berr)
	}
	ferr = errors.Join(ferr, w.seg.file.Close())
	if err == nil {
		err = w.sign(true)
	}
	w.closeErr = errors.Join(err, ferr, w.hashes.close())
}
