// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// reserveStep is how far ahead of the reserve blocks are set aside at once, so
// that most commits need no allocation.
const reserveStep = 4 << 20

// active is the segment being written. Its size counts durable bytes only.
type active struct {
	Segment
	disk      disk
	file      file
	self      os.FileInfo // which file it is, see inspect
	reserved  int64       // blocks are set aside up to here
	noReserve bool        // the file system can't
}

func createSegment(d disk, dir string, first int64, day string) (*active, error) {
	path := filepath.Join(dir, segmentsDir, segmentName(first, day))
	f, err := d.create(path)
	if err != nil {
		if f != nil {
			f.Close()
		}
		return nil, fmt.Errorf("creating a segment: %w", err)
	}
	return &active{Segment: Segment{Path: path, First: first, Day: day}, disk: d, file: f}, nil
}

// append writes b and returns when it is on stable storage. After an error
// nothing is known about the bytes beyond s.Size.
func (s *active) append(b []byte) error {
	if _, err := s.file.WriteAt(b, s.Size); err != nil {
		return &writeError{err}
	}
	if err := s.file.datasync(); err != nil {
		return err
	}
	s.Size += int64(len(b))
	return nil
}

// writeError tells a failed write from a failed sync: after the former the
// same file may go on, after the latter it must not, because the kernel may
// have dropped the pages and report success next time.
type writeError struct{ error }

func (e *writeError) Unwrap() error { return e.error }

func isFull(err error) bool {
	var w *writeError
	return errors.As(err, &w) && (errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT))
}

// prepare sets blocks aside for the next n bytes and keep bytes beyond. It
// reports false if the disk hasn't that much left.
func (s *active) prepare(n, keep int64) bool {
	need := s.Size + n + keep
	if s.noReserve || need <= s.reserved {
		return true
	}
	for _, upTo := range []int64{need + reserveStep, need} {
		err := s.file.reserve(upTo)
		if errors.Is(err, errNoReserve) {
			s.noReserve = true
			return true
		}
		if err == nil {
			s.reserved = upTo
			return true
		}
	}
	return false
}

// whole reports whether the file still has the size we gave it. It is looked
// at before each write too: a write beyond a new end would hide the hole.
func (s *active) whole() bool {
	info, err := s.file.Stat()
	return err == nil && info.Size() == s.Size
}

// inspect looks whether the path still leads to our file and the file still
// has what we wrote; it returns the kind of damage, empty for none. It is on
// every caller's way, so which file ours is is asked once only.
func (s *active) inspect() string {
	if s.self == nil {
		var err error
		if s.self, err = s.file.Stat(); err != nil {
			return damageFailed
		}
	}
	there, err := s.disk.stat(s.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return damageMissing
	case err != nil:
		return damageFailed
	case !os.SameFile(s.self, there):
		return damageReplaced
	case there.Size() < s.Size:
		return damageShortened
	case there.Size() > s.Size:
		return damageForeign
	}
	return ""
}

// unlinked is the kind of damage of which it must not be closed: the handle is
// all that is left of the file.
func (s *active) unlinked() string {
	if kind := s.inspect(); kind == damageMissing || kind == damageReplaced {
		return kind
	}
	return ""
}

// The kinds of damage.
const (
	damageTorn      = "torn"      // an unfinished end, after a crash
	damageMissing   = "missing"   // the file was removed while in use
	damageReplaced  = "replaced"  // another file stands in its place
	damageShortened = "shortened" // records are gone
	damageForeign   = "foreign"   // somebody else has written to it
	damageFailed    = "failed"    // reading, writing or syncing failed
)

// settle gives back what was set aside.
func (s *active) settle() error {
	return errors.Join(s.file.Truncate(s.Size), s.file.datasync())
}
