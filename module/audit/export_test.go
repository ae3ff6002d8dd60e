// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Fault decides whether an operation on a file fails: create, open, write,
// sync, truncate, reserve, stat or free.
type Fault func(op, path string) error

// Torn makes a write stop after N bytes, with Err.
type Torn struct {
	N   int
	Err error
}

func (t *Torn) Error() string { return t.Err.Error() }
func (t *Torn) Unwrap() error { return t.Err }

// FaultyDisk is the real disk with faults in front.
type FaultyDisk struct {
	mu    sync.Mutex
	fault Fault
	Room  int64 // what free reports; 0: the real value
}

// Set changes the fault; nil removes it.
func (d *FaultyDisk) Set(f Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = f
}

// HangOnce lets the next sync of a segment wait until release is closed.
func (d *FaultyDisk) HangOnce() (release chan struct{}) {
	release = make(chan struct{})
	var hung atomic.Bool
	d.Set(func(op, path string) error {
		if op == "sync" && strings.HasSuffix(path, ".jsonl") && !hung.Swap(true) {
			<-release
		}
		return nil
	})
	return release
}

// SetRoom changes what free reports.
func (d *FaultyDisk) SetRoom(n int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Room = n
}

func (d *FaultyDisk) check(op, path string) error {
	d.mu.Lock()
	f := d.fault
	d.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(op, path)
}

func (d *FaultyDisk) create(name string) (file, error) {
	if err := d.check("create", name); err != nil {
		return nil, err
	}
	f, err := realDisk{}.create(name)
	if err != nil {
		return nil, err
	}
	return &faultyFile{f, d, name}, nil
}

func (d *FaultyDisk) open(name string) (file, error) {
	if err := d.check("open", name); err != nil {
		return nil, err
	}
	f, err := realDisk{}.open(name)
	if err != nil {
		return nil, err
	}
	return &faultyFile{f, d, name}, nil
}

func (d *FaultyDisk) stat(name string) (os.FileInfo, error) {
	if err := d.check("stat", name); err != nil {
		return nil, err
	}
	return realDisk{}.stat(name)
}

func (d *FaultyDisk) free(dir string) (int64, error) {
	if err := d.check("free", dir); err != nil {
		return 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.Room > 0 {
		return d.Room, nil
	}
	return realDisk{}.free(dir)
}

type faultyFile struct {
	file
	disk *FaultyDisk
	path string
}

func (f *faultyFile) WriteAt(b []byte, at int64) (int, error) {
	err := f.disk.check("write", f.path)
	if torn, ok := err.(*Torn); ok {
		n, werr := f.file.WriteAt(b[:min(torn.N, len(b))], at)
		if werr != nil {
			return n, werr
		}
		return n, torn.Err
	}
	if err != nil {
		return 0, err
	}
	return f.file.WriteAt(b, at)
}

func (f *faultyFile) datasync() error {
	if err := f.disk.check("sync", f.path); err != nil {
		return err
	}
	return f.file.datasync()
}

func (f *faultyFile) Truncate(n int64) error {
	if err := f.disk.check("truncate", f.path); err != nil {
		return err
	}
	return f.file.Truncate(n)
}

func (f *faultyFile) reserve(upTo int64) error {
	if err := f.disk.check("reserve", f.path); err != nil {
		return err
	}
	return f.file.reserve(upTo)
}

// With puts d in front of the real disk.
func (o Options) With(d *FaultyDisk) Options {
	o.disk = d
	return o
}

// WithMono replaces the clock that nobody can set.
func (o Options) WithMono(f func() time.Duration) Options {
	o.mono = f
	return o
}

// Tick does what is done once a second.
func (t *Trail) Tick() { t.do(func(w *writer) { w.tick() }) }

// Sign makes a checkpoint now.
func (t *Trail) Sign() error {
	var err error
	t.do(func(w *writer) { err = w.sign(false) })
	return err
}

// Abandon drops the trail as a crash would: nothing more is written.
func (t *Trail) Abandon() {
	t.do(func(w *writer) {
		w.fault = errClosed
		w.open = nil
	})
	t.Close()
	os.Remove(filepath.Join(t.dir, socketFile))
}

// AtomicIDs of the layout, for tests that damage it.
const (
	CheckpointFile = checkpointFile
	HashesFile     = hashesFile
	SegmentsDir    = segmentsDir
	CheckpointsDir = checkpointsDir
	KeysDir        = keysDir
	QuarantineDir  = quarantineDir
	SocketFile     = socketFile
	LockFile       = lockFile
)
