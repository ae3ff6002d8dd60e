// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"os"
)

// heal looks whether the segment is still what was written, and mends what
// can be mended. An error means that the last records are not safe.
func (w *writer) heal() error {
	if w.fault != nil {
		return w.fault
	}
	kind := w.seg.inspect()
	if kind == "" {
		return nil
	}
	err := w.repair(kind)
	if err != nil {
		w.fail(err)
	}
	return err
}

func (w *writer) repair(kind string) error {
	w.grow()
	if err := w.sameDir(); err != nil {
		return err
	}
	switch kind {
	case damageMissing, damageReplaced:
		return w.restore(kind)
	case damageForeign:
		return w.cutForeign()
	case damageShortened:
		lost := w.seg.Size
		if info, err := w.seg.file.Stat(); err == nil {
			lost -= info.Size()
		}
		return w.moveOn(&Damage{Kind: kind, File: w.seg.Name(), Bytes: lost}, false, nil)
	}
	return w.moveOn(&Damage{Kind: damageFailed, File: w.seg.Name()}, true, nil)
}

// sameDir makes sure that the path still leads to the directory we locked: an
// unmounted or replaced one must not get a trail of its own.
func (w *writer) sameDir() error {
	ours, err := w.lock.Stat()
	if err != nil {
		return err
	}
	there, err := w.opts.disk.stat(w.path(lockFile))
	if err != nil {
		return fmt.Errorf("the trail's directory is gone: %w", err)
	}
	if !os.SameFile(ours, there) {
		return errors.New("the trail's directory was replaced; restart the gateway to use the new one")
	}
	return nil
}

// restore brings a removed file back from the handle we hold; what stands in
// its place goes to quarantine. Every record survives.
func (w *writer) restore(kind string) error {
	damage, err := w.bringBack(kind)
	if err != nil {
		return err
	}
	return w.confess(damage)
}

func (w *writer) bringBack(kind string) (*Damage, error) {
	damage := &Damage{Kind: kind, File: w.seg.Name(), Bytes: w.seg.Size}
	if kind == damageReplaced {
		name, err := w.setAside(w.seg.Path)
		if err != nil {
			return nil, err
		}
		damage.Quarantine = name
	}
	if err := os.MkdirAll(w.path(segmentsDir), dirMode); err != nil {
		return nil, err
	}
	copied, err := recreate(w.opts.disk, w.seg.Path, w.seg.file, w.seg.Size)
	if err != nil {
		return nil, err
	}
	w.seg.file.Close()
	w.seg.file, w.seg.self, w.seg.reserved = copied, nil, 0
	return damage, nil
}

// recreate copies an unlinked file to its path again.
func recreate(d disk, path string, old file, size int64) (file, error) {
	f, err := d.create(path)
	if err != nil {
		return nil, fmt.Errorf("restoring a removed file: %w", err)
	}
	buf := make([]byte, 1<<20)
	for at := int64(0); at < size && err == nil; {
		n := 0
		n, err = old.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if n > 0 {
			_, err = f.WriteAt(buf[:n], at)
		}
		at += int64(n)
	}
	if err == nil {
		err = f.datasync()
	}
	if err != nil {
		f.Close()
		os.Remove(path)
		return nil, fmt.Errorf("restoring a removed file: %w", err)
	}
	return f, nil
}

// cutForeign removes what somebody else has appended, after keeping it.
func (w *writer) cutForeign() error {
	damage, err := quarantine(w.dir, w.seg.Segment, w.seg.Size, damageForeign)
	if err != nil {
		return err
	}
	if err := w.seg.file.Truncate(w.seg.Size); err != nil {
		return err
	}
	w.seg.reserved = 0
	return w.confess(damage)
}

// confess records damage that has been mended.
func (w *writer) confess(damage *Damage) error {
	w.meters.update(func(s *Stats) { s.Repairs++ })
	w.warn(warnDamage, "the trail was damaged and mended; see its records "+string(CodeDamage))
	return w.write([]*item{w.notice(Notice{Code: CodeDamage, Damage: damage})})
}

// mend reacts to a failed write of items. It returns nil if they are durable
// all the same.
func (w *writer) mend(cause error, items []*item) error {
	if isFull(cause) && w.seg.file.Truncate(w.seg.Size) == nil {
		w.stop = true
		return errors.Join(errFull, cause)
	}
	err := w.moveOn(&Damage{Kind: damageFailed, File: w.seg.Name()}, true, items)
	if err != nil {
		err = errors.Join(cause, err)
		w.fail(err)
	}
	return err
}

// moveOn leaves the segment behind at its last durable record and goes on in a
// new one, with items. Nothing is retried on the old handle: after a failed
// sync the kernel may have dropped the pages and say yes the next time.
func (w *writer) moveOn(damage *Damage, cut bool, items []*item) error {
	kind := w.seg.unlinked()
	if cut && kind == "" {
		err := w.cutOff()
		if kind = w.seg.unlinked(); kind == "" && err != nil {
			return err
		}
	}
	if kind != "" { // only our handle has its records, so nothing is left behind
		err := w.sameDir()
		if err == nil {
			err = w.restore(kind)
		}
		if err == nil && len(items) > 0 {
			err = w.write(items)
		}
		return err
	}
	old := w.seg
	if old.Size == 0 && old.First == w.edge.Size() {
		os.Remove(old.Path) // nothing in it was ever durable; its name is needed
	}
	next, err := createSegment(w.opts.disk, w.dir, w.edge.Size(), max(dayOf(w.now()), old.Day))
	if err != nil {
		return err
	}
	old.file.Close()
	if old.Size > 0 && damage.Kind != damageShortened {
		w.sealed.add(old.Segment)
	}
	w.seg = next
	w.meters.update(func(s *Stats) { s.Repairs++ })
	w.warn(warnDamage, "the trail was damaged and mended; see its records "+string(CodeDamage))
	first := []*item{w.openedNotice(), w.notice(Notice{Code: CodeDamage, Damage: damage})}
	if err := w.write(append(first, items...)); err != nil {
		return err
	}
	if kind := w.seg.inspect(); kind != "" {
		return fmt.Errorf("the new segment is %s", kind)
	}
	return nil
}

// cutOff removes what was written but never became durable, by a handle that
// has not failed yet.
func (w *writer) cutOff() error {
	f, err := w.opts.disk.open(w.seg.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(w.seg.Size); err != nil {
		return err
	}
	return f.datasync()
}

// discard removes a segment that was created and is not needed.
func (w *writer) discard(s *active) {
	s.file.Close()
	if s.Size == 0 && s.Path != w.seg.Path {
		os.Remove(s.Path)
	}
}

// fail stops recording until revive succeeds.
func (w *writer) fail(err error) {
	w.fault = fmt.Errorf("the trail can't record: %w", err)
}

// revive tries, once a second, to record again.
func (w *writer) revive() {
	kind := w.seg.inspect()
	if kind == "" {
		kind = damageFailed
	}
	w.fault = nil
	if err := w.repair(kind); err != nil {
		w.fail(err)
	}
}

// miss counts what could not be recorded, for the trail itself.
func (w *writer) miss(n int) {
	if w.missed.Count == 0 {
		w.missed.From = w.now()
	}
	w.missed.Count += int64(n)
	w.missed.Until = w.now()
}

// failed keeps account of items that are not recorded: of refused requests their
// number, of outcomes and of decisions that are durable all the same what is owed.
func (w *writer) failed(items []*item) {
	w.meters.update(func(s *Stats) { s.Refused += uint64(len(items)) })
	for _, it := range items {
		_, durable := w.open[it.opens]
		switch {
		case it.closes != "":
			w.owed = append(w.owed, it)
		case it.opens != "" && durable:
			w.owe(it)
			w.miss(1)
		default:
			w.miss(1)
		}
	}
}

// recovered records how much was refused while the trail could not record.
func (w *writer) recovered() {
	if w.missed.Count == 0 {
		return
	}
	missed := w.missed
	if w.put(w.notice(Notice{Code: CodeRefused, Refused: &missed})) == nil {
		w.missed = Refused{}
	}
}

// keepHashes brings tree.hashes back if somebody has removed it.
func (w *writer) keepHashes() {
	h := w.hashes
	if !h.lost && !h.present() {
		err := h.flush()
		if there, serr := w.opts.disk.stat(h.path); serr == nil && there != nil {
			_, err = w.setAside(h.path)
		}
		var f file
		if err == nil {
			f, err = recreate(w.opts.disk, h.path, h.file, h.offset)
		}
		if err != nil {
			w.warn(warnHashes, err.Error())
			return
		}
		h.file.Close()
		h.file = f
		w.confess(&Damage{Kind: damageMissing, File: hashesFile, Bytes: h.offset})
	}
	if err := h.flush(); err != nil || h.lost {
		w.warn(warnHashes, "the tree's hashes can't be written; proofs need a restart once the disk is mended")
		return
	}
	w.calm(warnHashes)
}
