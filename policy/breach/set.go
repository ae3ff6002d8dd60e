// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"fmt"
	"os"
	"sync"
)

// Set is a list in a file that may be replaced while it is used. Nothing is
// watched: the owner calls Reload as often as it sees fit.
type Set struct {
	path string

	reload sync.Mutex // one Reload at a time

	mu   sync.RWMutex // guards what follows; held while reading a bucket
	list *List
	file *os.File
	info os.FileInfo // when it was opened
}

// OpenSet opens a list's file.
func OpenSet(path string) (*Set, error) {
	s := &Set{path: path}
	if _, err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload opens the file again if it is another one, or has another size or
// time, than the one in use. If it can't be used the old one stays in use and
// the error says why. Lookups go on meanwhile.
func (s *Set) Reload() (changed bool, err error) {
	s.reload.Lock()
	defer s.reload.Unlock()
	info, err := os.Stat(s.path)
	if err != nil {
		return false, fmt.Errorf("looking for the list of breached passwords, as \"passgate breach build\" makes it: %w", err)
	}
	if s.isInUse(info) {
		return false, nil
	}
	list, file, info, err := openFile(s.path)
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	old := s.file
	s.list, s.file, s.info = list, file, info
	s.mu.Unlock()
	if old != nil {
		old.Close() // only read from
	}
	return true, nil
}

func (s *Set) isInUse(info os.FileInfo) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.info != nil && os.SameFile(s.info, info) && s.info.Size() == info.Size() && s.info.ModTime().Equal(info.ModTime())
}

func openFile(path string) (*List, *os.File, os.FileInfo, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("opening the list of breached passwords: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		var list *List
		if list, err = Open(file, info.Size()); err == nil {
			return list, file, info, nil
		}
	}
	file.Close()
	return nil, nil, nil, fmt.Errorf("opening %s: %w", path, err)
}

// Header describes the list in use.
func (s *Set) Header() Header {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list.Header()
}

// Counts is [List.Counts] of the list in use.
func (s *Set) Counts(least uint32) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list.Counts(least)
}

// Contains is [List.Contains] of the list in use.
func (s *Set) Contains(password string, least uint32) (bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list.Contains(password, least)
}

// Close closes the file; lookups fail from then on.
func (s *Set) Close() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.file.Close()
}
