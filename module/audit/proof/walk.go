// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"bufio"
	"io"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/seal"
)

// walk goes through all lines once: it follows the chain, rebuilds the tree,
// and keeps what the verdicts need.
type walk struct {
	dir      string
	report   *Report
	trust    *trust
	points   []point
	segments []audit.Segment
	tree     *os.File // tree.hashes; nil when there is none

	edge    seal.Edge
	prev    tlog.Hash
	wanted  []int64 // sizes still to come
	roots   map[int64]tlog.Hash
	bounds  map[int64]tlog.Hash // roots where segments begin
	stored  []tlog.Hash
	hashes  *bufio.Reader // tree.hashes from the first record on
	buf     []byte
	differs int64 // first record that isn't the one in tree.hashes; -1: none
	torn    int64 // bytes after the last newline

	diary diary
}

func newWalk(dir string, r *Report, t *trust, points []point) (*walk, error) {
	w := &walk{
		dir: dir, report: r, trust: t, points: points, wanted: sizes(points),
		roots: make(map[int64]tlog.Hash), bounds: make(map[int64]tlog.Hash), differs: -1,
	}
	var err error
	if w.segments, err = audit.Segments(dir); err != nil {
		return nil, err
	}
	w.tree, err = openHashes(dir)
	w.diary = newDiary(r, t)
	return w, err
}

func (w *walk) close() {
	if w.tree != nil {
		w.tree.Close()
	}
}

// run walks through all segments.
func (w *walk) run(progress func(done, total int64)) error {
	w.begin()
	var total, done int64
	for _, s := range w.segments {
		total += s.Size
	}
	for i, s := range w.segments {
		if i > 0 {
			w.join(s)
		}
		w.bounds[w.edge.Size()] = w.edge.Root()
		end := int64(0)
		for l, err := range s.Lines() {
			if err != nil {
				return err
			}
			w.line(l)
			end = l.Offset + int64(len(l.Text)) + 1
			if progress != nil && w.edge.Size()%4096 == 0 {
				progress(done+end, total)
			}
		}
		if err := w.rest(s, end, i == len(w.segments)-1); err != nil {
			return err
		}
		done += s.Size
	}
	if progress != nil {
		progress(total, total)
	}
	return nil
}

// begin takes the state before the first record that is still there.
func (w *walk) begin() {
	first := int64(0)
	if len(w.segments) > 0 {
		first = w.segments[0].First
	}
	w.report.First = first
	w.reach(0)
	w.readHashes(0)
	if first > 0 {
		w.bridge(first)
	}
}

// reach keeps the root if it is wanted at this size.
func (w *walk) reach(size int64) {
	if len(w.wanted) > 0 && w.wanted[0] == size {
		w.roots[size] = w.edge.Root()
		w.wanted = w.wanted[1:]
	}
}

func (w *walk) readHashes(first int64) {
	if w.tree == nil {
		return
	}
	section := io.NewSectionReader(w.tree, seal.Offset(first), 1<<62)
	w.hashes = bufio.NewReaderSize(section, 1<<20)
}

// join looks at the seam between two segments.
func (w *walk) join(next audit.Segment) {
	switch at := w.edge.Size(); {
	case next.First > at:
		w.report.find(breaksIntegrity, "records_missing", at, "records %d to %d are missing before %s", at, next.First-1, next.Name())
		w.bridge(next.First)
	case next.First < at:
		w.report.find(breaksIntegrity, "records_twice", next.First, "%s begins with record %d, which another segment has too", next.Name(), next.First)
	}
}

// bridge goes on behind missing records with the hashes the tree has of them,
// so that what follows can still be checked. They are no less signed than the
// records were.
func (w *walk) bridge(to int64) {
	if w.tree != nil {
		section := io.NewSectionReader(w.tree, seal.Offset(w.edge.Size()), 1<<62)
		leaves := bufio.NewReaderSize(section, 1<<20)
		for w.edge.Size() < to {
			stored := int(seal.Offset(w.edge.Size()+1) - seal.Offset(w.edge.Size()))
			there, err := leaves.Peek(stored)
			if err != nil {
				break
			}
			w.add(tlog.Hash(there)) // the leaf comes first
			leaves.Discard(stored)
		}
	}
	if at := w.edge.Size(); at < to {
		w.report.find(breaksIntegrity, "tree_missing", at, "the hashes of the records %d to %d are gone: what isn't there any more can't be vouched for", at, to-1)
		w.edge, w.wanted, w.hashes = seal.Skip(to), nil, nil
	}
}

// line takes the next line of a segment.
func (w *walk) line(l audit.Line) {
	r, seq := w.report, w.edge.Size()
	r.Records++
	link, ok := seal.ParseLink(l.Text)
	switch {
	case !ok:
		r.find(breaksIntegrity, "not_a_record", seq, "%s at byte %d: where record %d should be is no record", l.Segment.Name(), l.Offset, seq)
	case link.Log != r.Origin:
		r.find(breaksIntegrity, "foreign_record", seq, "record %d belongs to the trail %q", seq, link.Log)
	case link.Seq > seq:
		r.find(breaksIntegrity, "records_missing", seq, "records %d to %d are missing in %s", seq, link.Seq-1, l.Segment.Name())
		w.bridge(link.Seq)
	case link.Seq < seq:
		r.find(breaksIntegrity, "records_moved", seq, "%s at byte %d: record %d stands where record %d should be", l.Segment.Name(), l.Offset, link.Seq, seq)
	case link.Prev != w.prev:
		r.find(breaksIntegrity, "chain_broken", seq-1, "record %d was altered, or record %d doesn't belong behind it: the chain doesn't hold", seq-1, seq)
	}
	seq = w.edge.Size()
	w.add(seal.Leaf(l.Text))
	if ok {
		w.diary.enter(seq, l.Text)
	}
}

// add appends a leaf and compares the tree with the one on disk.
func (w *walk) add(leaf tlog.Hash) {
	w.prev = leaf
	w.stored = w.edge.Append(leaf, w.stored[:0])
	w.reach(w.edge.Size())
	if w.hashes == nil {
		return
	}
	w.buf = seal.AppendHashes(w.buf[:0], w.stored)
	there, err := w.hashes.Peek(len(w.buf))
	if err != nil {
		w.hashes = nil // not written yet; the gateway makes up for it
		return
	}
	if w.differs < 0 && string(there) != string(w.buf) {
		w.differs = w.edge.Size() - 1
	}
	w.hashes.Discard(len(w.buf))
}

// rest judges what follows the last newline of a segment.
func (w *walk) rest(s audit.Segment, end int64, last bool) error {
	info, err := os.Stat(s.Path)
	if err != nil {
		return err
	}
	extra := info.Size() - end
	if last {
		w.torn = max(extra, 0)
	} else if extra > 0 {
		w.report.find(breaksIntegrity, "not_a_record", w.edge.Size(), "%s ends in %d bytes that are no record", s.Name(), extra)
	}
	return nil
}
