// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit/seal"
)

// recovery reads what the last run left.
type recovery struct {
	dir      string
	origin   string
	segments []Segment
	empty    []Segment       // the last ones, never written to
	point    seal.Checkpoint // newest signed one; zero without any
	signers  []uint32        // key hashes of those who signed it
	hashes   *hashFile

	edge   seal.Edge
	prev   tlog.Hash
	stored []tlog.Hash // hashes of the replayed records
	from   int64       // place of the first replayed record
	open   map[string]undecided
	last   time.Time // of the last record
	code   string    // of the last record
	root   tlog.Hash // at the checkpoint's size
	torn   *Damage

	stopped bool // the last signed record says that the gateway has stopped
	retired bool // an unsigned record says that others were retired
}

// undecided is a decision without outcome, and where it stands.
type undecided struct {
	seq  int64
	line []byte
}

// recoverTrail replays the last segment, or all of them where tree.hashes is
// not good enough to start from.
func recoverTrail(dir, origin string, hashes *hashFile) (*recovery, error) {
	r := &recovery{dir: dir, origin: origin, hashes: hashes, open: make(map[string]undecided)}
	var err error
	if r.segments, err = listSegments(dir); err != nil {
		return nil, err
	}
	r.leaveEmpty()
	if r.point, r.signers, err = newestCheckpoint(dir, origin); err != nil {
		return nil, err
	}
	if err := r.readAll(); err != nil {
		return nil, err
	}
	return r, r.dropEmpty()
}

func (r *recovery) readAll() error {
	if len(r.segments) == 0 {
		return r.check()
	}
	start := r.start()
	err := r.replay(start)
	if err != nil && start > 0 && !errors.Is(err, errBroken) {
		err = r.replay(0)
	}
	if err != nil && !errors.Is(err, errBroken) {
		err = fmt.Errorf("%w: %w", errBroken, err)
	}
	if err != nil {
		return err
	}
	if err := r.carried(); err != nil {
		return err
	}
	return r.checkRetired()
}

// leaveEmpty passes over segments that were created and never written to.
func (r *recovery) leaveEmpty() {
	n := len(r.segments)
	for n > 0 && r.segments[n-1].Size == 0 {
		n--
	}
	r.segments, r.empty = r.segments[:n], r.segments[n:]
}

// dropEmpty removes them, once it is certain that nothing was in them.
func (r *recovery) dropEmpty() error {
	for _, s := range r.empty {
		if err := os.Remove(s.Path); err != nil {
			return fmt.Errorf("removing an empty segment: %w", err)
		}
	}
	return nil
}

// start is the last segment whose first line is whole: it tells which older
// decisions were still open. It lies before the end of what is signed, so that
// all that isn't is looked at.
func (r *recovery) start() int {
	for i := len(r.segments) - 1; i > 0; i-- {
		if r.segments[i].First >= r.point.Size {
			continue
		}
		for l, err := range r.segments[i].Lines() {
			if err == nil && string(FactsOf(l.Text).Code) == string(CodeOpened) {
				return i
			}
			break
		}
	}
	return 0
}

// errBroken says that the trail can't be continued: somebody has to look.
var errBroken = errors.New("the trail is damaged; run passgate audit verify, keep the directory as it is, and start a new one")

// replay reads the segments from the one given on, and checks every link.
func (r *recovery) replay(start int) error {
	if err := r.rewind(r.segments[start].First); err != nil {
		return err
	}
	for i, s := range r.segments[start:] {
		if s.First != r.edge.Size() {
			return fmt.Errorf("%w: expected a segment that begins with record %d, found %s", errBroken, r.edge.Size(), s.Name())
		}
		end, err := r.segment(s)
		if err != nil {
			return err
		}
		if end == s.Size {
			continue
		}
		if end == 0 && i == 0 && start > 0 {
			return fmt.Errorf("the first record of %s doesn't follow what the tree says", s.Name())
		}
		if start+i < len(r.segments)-1 {
			return fmt.Errorf("%w: record %d in %s doesn't follow the one before", errBroken, r.edge.Size(), s.Name())
		}
		if err := r.cut(s, end); err != nil {
			return err
		}
	}
	return r.check()
}

// rewind puts the state before record first.
func (r *recovery) rewind(first int64) (err error) {
	r.from, r.stored, r.prev = first, nil, tlog.Hash{}
	clear(r.open)
	r.edge, err = seal.EdgeAt(first, seal.Hashes{File: r.hashes.file})
	if err != nil || first == 0 {
		return err
	}
	leaf, err := seal.Hashes{File: r.hashes.file}.ReadHashes([]int64{tlog.StoredHashIndex(0, first-1)})
	if err != nil {
		return err
	}
	r.prev = leaf[0]
	if r.point.Size == first {
		r.root = r.edge.Root()
	}
	return nil
}

// segment replays one and returns the byte up to which it is whole.
func (r *recovery) segment(s Segment) (end int64, err error) {
	for l, err := range s.Lines() {
		if err != nil {
			return end, fmt.Errorf("%w: %w", errBroken, err)
		}
		if !r.line(l.Text) {
			return end, nil
		}
		end += int64(len(l.Text)) + 1
	}
	return end, nil
}

// line takes the next record. Beyond the checkpoint, where nothing else vouches
// for the last line, it must be whole JSON too.
func (r *recovery) line(text []byte) bool {
	seq := r.edge.Size()
	link, ok := seal.ParseLink(text)
	if !ok || link.Log != r.origin || link.Seq != seq || link.Prev != r.prev {
		return false
	}
	if seq >= r.point.Size && !jsontext.Value(text).IsValid() {
		return false
	}
	f := FactsOf(text)
	r.retired = r.retired || seq >= r.point.Size && string(f.Code) == string(CodeRetired)
	if seq == r.point.Size && r.code == string(CodeStop) && !begins(f.Code) {
		return false // a signed stop is the last that a gateway writes
	}
	r.stopped = r.stopped || seq == r.point.Size && r.code == string(CodeStop)
	if r.stopped && !starts(f.Code) {
		return false // and the next signs its first records before it takes any other
	}
	r.prev = seal.Leaf(text)
	r.stored = r.edge.Append(r.prev, r.stored)
	if r.edge.Size() == r.point.Size {
		r.root = r.edge.Root()
	}
	r.code = string(f.Code)
	if at, ok := TimeOf(text); ok {
		r.last = at
	}
	r.note(f, seq, text)
	return true
}

func (r *recovery) note(f Facts, seq int64, text []byte) {
	switch {
	case f.Opens():
		r.open[string(f.Change)] = undecided{seq, append([]byte(nil), text...)}
	case f.Closes():
		delete(r.open, string(f.Change))
	}
}

// cut takes the unfinished end off the last segment. Only records younger than
// the newest checkpoint can be unfinished; anything else was tampered with.
func (r *recovery) cut(s Segment, end int64) error {
	if r.edge.Size() < r.point.Size {
		return fmt.Errorf("%w: the signed checkpoint covers %d records, of which number %d is damaged", errBroken, r.point.Size, r.edge.Size())
	}
	damage, err := quarantine(r.dir, s, end, damageTorn)
	if err != nil {
		return err
	}
	r.torn = damage
	f, err := os.OpenFile(s.Path, os.O_WRONLY, fileMode)
	if err != nil {
		return fmt.Errorf("cutting the unfinished end off %s: %w", s.Name(), err)
	}
	if err := errors.Join(f.Truncate(end), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("cutting the unfinished end off %s: %w", s.Name(), err)
	}
	for i := range r.segments {
		if r.segments[i].Path == s.Path {
			r.segments[i].Size = end
		}
	}
	return nil
}

// check compares what was read with the newest signed checkpoint.
func (r *recovery) check() error {
	switch {
	case r.point.Size == 0:
		return nil
	case r.point.Size > r.edge.Size():
		return fmt.Errorf("%w: the signed checkpoint covers %d records, %d are left", errBroken, r.point.Size, r.edge.Size())
	case r.point.Size < r.from:
		root, err := tlog.TreeHash(r.point.Size, seal.Hashes{File: r.hashes.file})
		if err != nil {
			return err
		}
		r.root = root
	}
	if r.root != r.point.Root {
		return fmt.Errorf("the first %d records don't add up to the signed checkpoint", r.point.Size)
	}
	return nil
}

// carried finds the decisions that were already open when the last segment
// began.
func (r *recovery) carried() error {
	if r.from == 0 || r.edge.Size() == r.from {
		return nil
	}
	first, err := r.opening()
	if err != nil || first.OpenSince >= r.from {
		return err
	}
	later := r.open
	r.open = make(map[string]undecided)
	for l, err := range Lines(r.dir, first.OpenSince) {
		if err != nil {
			return err
		}
		if link, ok := seal.ParseLink(l.Text); ok {
			r.note(FactsOf(l.Text), link.Seq, l.Text)
		}
	}
	for change, u := range later {
		r.open[change] = u
	}
	return nil
}

func (r *recovery) opening() (*SegmentMark, error) {
	for rec, err := range Read(r.dir, Query{From: r.from, To: r.from + 1}) {
		if err != nil {
			return nil, err
		}
		if rec.Notice != nil && rec.Notice.Segment != nil {
			return rec.Notice.Segment, nil
		}
	}
	return nil, fmt.Errorf("%w: record %d doesn't open its segment", errBroken, r.from)
}

// inDoubt spells the outcomes of decisions that have none.
func (w *writer) inDoubt(open map[string]undecided) ([]*item, error) {
	var items []*item
	oldestFirst := func(a, b string) int { return cmp.Compare(open[a].seq, open[b].seq) }
	for _, change := range slices.SortedFunc(maps.Keys(open), oldestFirst) {
		u := open[change]
		rec, err := Parse(u.line)
		if err != nil {
			return nil, fmt.Errorf("%w: record %d: %w", errBroken, u.seq, err)
		}
		e := rec.Event
		e.code, e.Stage, e.Outcome, e.Reason, e.Rules = CodeInDoubt, StageOutcome, Unknown, reasonInDoubt, nil
		e.Time, e.Duration, e.Status, e.Upstream = w.now(), 0, 0, Upstream{}
		it := newItem(w.source.encode(&e))
		it.closes = change
		items = append(items, it)
	}
	return items, nil
}

const reasonInDoubt = "in_doubt"

// clean reports whether the last run ended as it should: with a stop that is
// signed. Anybody can write one that isn't.
func (r *recovery) clean() bool {
	return r.edge.Size() == 0 || r.code == string(CodeStop) && r.edge.Size() == r.point.Size
}
