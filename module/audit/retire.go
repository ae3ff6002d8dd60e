// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit/seal"
)

// Retirement says which records may leave the trail, and on whose word.
type Retirement struct {
	Before  time.Time `json:"before"`            // whole segments older than this
	Archive string    `json:"archive,omitempty"` // directory to move them to; empty: remove them
	By      string    `json:"by"`
	Why     string    `json:"why"`
}

// Retire takes the oldest segments out of the trail and says so on it. The
// hashes of their records stay, so every proof stays valid, also for lines that
// live on in an archive. Records younger than Options.Retention can't go.
func (t *Trail) Retire(r Retirement) (Retired, error) {
	var done Retired
	if youngest := t.opts.Now().Add(-t.opts.Retention); r.Before.After(youngest) {
		return done, fmt.Errorf("retiring records: those younger than %s must stay (retention); the latest possible date is %s",
			t.opts.Retention, youngest.UTC().Format(time.DateOnly))
	}
	if r.By == "" || r.Why == "" {
		return done, errors.New("retiring records: say who does it and why; both go on the trail")
	}
	leaving, err := t.leaving(r.Before)
	if err == nil {
		err = t.archivable(leaving, r.Archive)
	}
	if err != nil {
		return done, err
	}
	done, err = t.recordRetirement(r, leaving)
	if err != nil {
		return done, fmt.Errorf("retiring records: %w", err)
	}
	for _, s := range leaving {
		if err := t.remove(s, r.Archive); err != nil {
			return done, fmt.Errorf("retiring records: %w", err)
		}
	}
	return done, syncDir(filepath.Join(t.dir, segmentsDir))
}

// leaving returns the segments that end before the given time, after checking
// their lines against the tree: the hashes are all that will be left of them.
func (t *Trail) leaving(before time.Time) ([]Segment, error) {
	segments, err := Segments(t.dir)
	if err != nil {
		return nil, err
	}
	var serr error
	if err := t.do(func(w *writer) { serr = w.hashes.sync() }); err != nil {
		return nil, err
	}
	if serr != nil {
		return nil, fmt.Errorf("retiring records: %w", serr)
	}
	tree, err := os.Open(filepath.Join(t.dir, hashesFile))
	if err != nil {
		return nil, fmt.Errorf("retiring records: %w", err)
	}
	defer tree.Close()
	for i, s := range segments {
		last, err := checkSegment(s, seal.Hashes{File: tree})
		if err != nil {
			return nil, err
		}
		if !last.Before(before) || i == len(segments)-1 {
			segments = segments[:i]
			break
		}
	}
	if len(segments) == 0 {
		return nil, fmt.Errorf("retiring records: no segment ends before %s", before.UTC().Format(time.RFC3339))
	}
	return segments, nil
}

// checkSegment compares a segment's lines with the tree and returns the time
// of the last.
func checkSegment(s Segment, tree seal.Hashes) (last time.Time, err error) {
	seq := s.First
	for l, err := range s.Lines() {
		if err != nil {
			return last, err
		}
		leaf, err := tree.ReadHashes([]int64{tlog.StoredHashIndex(0, seq)})
		if err != nil {
			return last, err
		}
		if seal.Leaf(l.Text) != leaf[0] {
			return last, fmt.Errorf("retiring records: record %d in %s is not the one in the tree; run passgate audit verify", seq, s.Name())
		}
		last, _ = TimeOf(l.Text)
		seq++
	}
	return last, nil
}

// recordRetirement makes the retirement durable before anything is removed.
func (t *Trail) recordRetirement(r Retirement, leaving []Segment) (done Retired, err error) {
	end := leaving[len(leaving)-1]
	derr := t.do(func(w *writer) {
		var next Segment
		if next, err = following(t.dir, end); err != nil {
			return
		}
		for _, seq := range w.open {
			if seq < next.First {
				err = fmt.Errorf("record %d still awaits its outcome", seq)
				return
			}
		}
		var root tlog.Hash
		if root, err = tlog.TreeHash(next.First, seal.Hashes{File: w.hashes.file}); err != nil {
			return
		}
		done = Retired{First: leaving[0].First, Last: next.First - 1, Before: r.Before, Archive: r.Archive, Root: root.String()}
		if err = w.put(w.notice(Notice{Code: CodeRetired, By: r.By, Note: r.Why, Retired: &done})); err != nil {
			return
		}
		if err = w.sign(true); err == nil {
			w.sealed.retire(done.Last)
		}
	})
	return done, errors.Join(derr, err)
}

func following(dir string, end Segment) (Segment, error) {
	segments, err := Segments(dir)
	if err != nil {
		return Segment{}, err
	}
	for i, s := range segments[:max(0, len(segments)-1)] {
		if s.Path == end.Path {
			return segments[i+1], nil
		}
	}
	return Segment{}, fmt.Errorf("the segment %s is gone", end.Name())
}

// archivable sees to it, before anything is recorded, that the archive takes
// the segments: their names tell place and day, and so are the same in the trails
// of two gateways.
func (t *Trail) archivable(leaving []Segment, archive string) error {
	if archive == "" {
		return nil
	}
	if err := os.MkdirAll(archive, dirMode); err != nil {
		return fmt.Errorf("retiring records: %w", err)
	}
	if within, err := inside(archive, t.dir); err != nil || within {
		return errors.Join(errors.New("retiring records: the archive must be a directory outside the trail's"), err)
	}
	for _, s := range leaving {
		if _, err := os.Lstat(filepath.Join(archive, s.Name())); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("retiring records: expected an archive of this trail alone, found another %s in %s; name another directory", s.Name(), archive)
		}
	}
	return nil
}

// inside reports whether path, links followed, is dir or lies below it.
func inside(path, dir string) (bool, error) {
	path, err := filepath.EvalSymlinks(path)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return false, err
	}
	below, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(below), nil
}

func (t *Trail) remove(s Segment, archive string) error {
	if archive == "" {
		return os.Remove(s.Path)
	}
	to := filepath.Join(archive, s.Name())
	err := os.Rename(s.Path, to)
	if errors.Is(err, syscall.EXDEV) {
		if err = copyDurably(s.Path, to); err == nil {
			err = os.Remove(s.Path)
		}
	}
	if err != nil {
		return err
	}
	return syncDir(archive)
}

func copyDurably(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Sync(), target.Close())
}
