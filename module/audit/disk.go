// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// disk is what the writer needs of a file system; tests put faults behind it.
type disk interface {
	create(name string) (file, error)       // new, for reading and writing
	open(name string) (file, error)         // existing, for reading and writing
	stat(name string) (os.FileInfo, error)  // of what stands at the path now
	free(dir string) (bytes int64, _ error) // room left for us
}

// file is an open file. Every write names its place, so that a failed one can
// be cut off again.
type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Stat() (os.FileInfo, error)
	Truncate(size int64) error
	// datasync returns when what was written is on stable storage.
	datasync() error
	// reserve sets blocks aside up to the given offset without changing the
	// file's size, so that readers never see anything but records.
	reserve(upTo int64) error
}

// errNoReserve says that the file system can't set blocks aside.
var errNoReserve = errors.New("the file system can't preallocate")

// realDisk is the operating system's.
type realDisk struct{}

func (realDisk) create(name string) (file, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, err
	}
	return realFile{f}, syncDir(filepath.Dir(name))
}

func (realDisk) open(name string) (file, error) {
	f, err := os.OpenFile(name, os.O_RDWR, fileMode)
	if err != nil {
		return nil, err
	}
	return realFile{f}, nil
}

func (realDisk) stat(name string) (os.FileInfo, error) { return os.Lstat(name) }

func (realDisk) free(dir string) (int64, error) { return freeBytes(dir) }

type realFile struct{ *os.File }

func (f realFile) datasync() error { return datasync(f.File) }

func (f realFile) reserve(upTo int64) error { return reserve(f.File, upTo) }

// syncDir makes the entries of a directory durable.
func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// replaceFile writes a small file so that there is always either the old
// content or the new, also after a power cut.
func replaceFile(name string, content []byte, mode os.FileMode) error {
	dir, base := filepath.Split(name)
	f, err := os.CreateTemp(dir, "."+base+"-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", base, err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing %s: %w", base, err)
	}
	return syncDir(dir)
}
