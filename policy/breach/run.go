// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
)

const runBuffer = 32 << 10

// runWriter writes a run: sorted entries, as many bytes of each key as matter
// and then the count.
type runWriter struct {
	file     *os.File
	out      *bufio.Writer
	keyBytes int
}

func createRun(path string, keyBytes int) (*runWriter, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &runWriter{file, bufio.NewWriterSize(file, runBuffer), keyBytes}, nil
}

func (w *runWriter) add(e entry) error {
	var record [len(e.key) + 4]byte
	copy(record[:], e.key[:w.keyBytes])
	binary.BigEndian.PutUint32(record[w.keyBytes:], e.count)
	_, err := w.out.Write(record[:w.keyBytes+4])
	return err
}

// finish makes the run durable.
func (w *runWriter) finish() error {
	return errors.Join(w.out.Flush(), w.file.Sync(), w.file.Close())
}

// run reads a run.
type run struct {
	file     *os.File
	in       *bufio.Reader
	keyBytes int
	record   [len(Key{}) + 4]byte
}

func openRun(path string, keyBytes int, from Key) (*run, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &run{file: file, in: bufio.NewReaderSize(nil, runBuffer), keyBytes: keyBytes}
	if err := r.seek(from); err != nil {
		file.Close()
		return nil, err
	}
	return r, nil
}

func (r *run) width() int { return r.keyBytes + 4 }

func (r *run) seek(from Key) error {
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	var failed error
	first := sort.Search(int(info.Size())/r.width(), func(i int) bool {
		if _, err := r.file.ReadAt(r.record[:r.width()], int64(i*r.width())); err != nil {
			failed = err
		}
		return compareKeys(r.decode().key, from) >= 0
	})
	if failed != nil {
		return failed
	}
	_, err = r.file.Seek(int64(first*r.width()), io.SeekStart)
	r.in.Reset(r.file)
	return err
}

func (r *run) decode() (e entry) {
	copy(e.key[:], r.record[:r.keyBytes])
	e.count = binary.BigEndian.Uint32(r.record[r.keyBytes:])
	return e
}

func (r *run) next() (entry, error) {
	if _, err := io.ReadFull(r.in, r.record[:r.width()]); errors.Is(err, io.EOF) {
		return entry{}, io.EOF
	} else if err != nil {
		return entry{}, fmt.Errorf("reading %s: %w", r.file.Name(), err)
	}
	return r.decode(), nil
}

func (r *run) close() error { return r.file.Close() }
