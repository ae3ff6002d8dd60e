// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options says how a trail is kept. The zero value is a good default.
type Options struct {
	Instance    string // observer.name; default the host's name
	Environment string // service.environment; default empty
	Version     string // observer.version: the gateway's
}

// Trail is a directory of records that only grows. One process writes it.
type Trail struct {
	dir    string
	lock   *os.File
	source source

	mu   sync.Mutex
	file *os.File
	size int64
	fail error
}

var _ Recorder = (*Trail)(nil)

var errClosed = errors.New("the trail is closed")

// Open opens the trail in dir and creates it when there is none.
// The caller must Close it.
func Open(dir string, opts Options) (*Trail, error) {
	if opts.Instance == "" {
		opts.Instance, _ = os.Hostname()
	}
	segments := filepath.Join(dir, "segments")
	if err := os.MkdirAll(segments, 0o750); err != nil {
		return nil, fmt.Errorf("opening the trail: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(segments, idAt(time.Now())+".jsonl")
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err == nil {
		err = syncDir(segments)
	}
	if err != nil {
		lock.Close()
		return nil, fmt.Errorf("opening the trail: %w", err)
	}
	return &Trail{
		dir: dir, lock: lock, file: file,
		source: source{version: opts.Version, instance: opts.Instance, environment: opts.Environment},
	}, nil
}

// Dir returns the directory the trail lives in.
func (t *Trail) Dir() string { return t.dir }

// Record puts e on the trail. It does not heed the context's end: a request
// that is given up must not lose its record.
func (t *Trail) Record(_ context.Context, e Event) error {
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	if err := e.check(); err != nil {
		return err
	}
	return t.append(append(t.source.encode(&e), "}\n"...))
}

func (t *Trail) append(line []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fail != nil {
		return fmt.Errorf("recording: %w", t.fail)
	}
	_, err := t.file.WriteAt(line, t.size)
	if err == nil {
		err = t.file.Sync()
	}
	if err != nil {
		t.fail = errors.Join(err, t.file.Truncate(t.size))
		return fmt.Errorf("recording: %w", err)
	}
	t.size += int64(len(line))
	return nil
}

// Close ends the trail; it may be opened again.
func (t *Trail) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if errors.Is(t.fail, errClosed) {
		return nil
	}
	t.fail = errClosed
	return errors.Join(t.file.Close(), t.lock.Close())
}
