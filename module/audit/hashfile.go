// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit/seal"
)

// hashFile is tree.hashes. It is derived from the lines: written without
// syncing, except where a segment ends, and mended from the lines at the next
// start. After records were retired it is what their proofs rest on.
type hashFile struct {
	disk    disk
	path    string
	file    file
	offset  int64  // bytes written
	pending []byte // bytes still to be written
	lost    bool   // too much was pending; the next start rebuilds the file
}

const (
	// flushPending is when hashes are written although no checkpoint is due.
	flushPending = 256 << 10
	// maxPending bounds the hashes kept for a file that can't be written: those
	// of some 260,000 records.
	maxPending = 16 << 20
)

func openHashes(d disk, path string) (*hashFile, error) {
	f, err := d.open(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = d.create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the tree: %w", err)
	}
	return &hashFile{disk: d, path: path, file: f}, nil
}

// start writes stored from record first on; what stood beyond is dropped.
func (h *hashFile) start(first int64, stored []tlog.Hash) error {
	h.offset = seal.Offset(first)
	h.pending = seal.AppendHashes(nil, stored)
	if err := h.flush(); err != nil {
		return fmt.Errorf("writing the tree's hashes: %w", err)
	}
	return h.file.Truncate(h.offset)
}

// append takes hashes, to be written by the next flush: proofs need them no
// sooner than the checkpoint that covers them.
func (h *hashFile) append(stored []tlog.Hash) {
	if h.lost {
		return
	}
	h.pending = seal.AppendHashes(h.pending, stored)
	if len(h.pending) < flushPending {
		return
	}
	if err := h.flush(); err != nil && len(h.pending) > maxPending {
		h.lost, h.pending = true, nil
	}
}

func (h *hashFile) flush() error {
	if len(h.pending) == 0 {
		return nil
	}
	n, err := h.file.WriteAt(h.pending, h.offset)
	if err != nil {
		return err
	}
	h.offset += int64(n)
	h.pending = h.pending[:0]
	return nil
}

// sync makes the hashes durable.
func (h *hashFile) sync() error {
	if h.lost {
		return errors.New("the tree's hashes could not be written; restart to rebuild them")
	}
	if err := h.flush(); err != nil {
		return fmt.Errorf("writing the tree's hashes: %w", err)
	}
	if err := h.file.datasync(); err != nil {
		h.lost = true // never trust the same handle again
		return fmt.Errorf("syncing the tree's hashes: %w", err)
	}
	return nil
}

// present reports whether the path still leads to our file.
func (h *hashFile) present() bool {
	ours, err := h.file.Stat()
	if err != nil {
		return false
	}
	there, err := h.disk.stat(h.path)
	return err == nil && os.SameFile(ours, there) && ours.Size() >= h.offset
}

func (h *hashFile) close() error {
	return errors.Join(h.sync(), h.file.Close())
}
