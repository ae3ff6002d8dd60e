// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// writer writes a list from front to back: room for the header, the records,
// the index; the header at last.
type writer struct {
	header Header
	folder string
	file   *os.File
	out    *bufio.Writer
	digest hash.Hash
	index  []byte // encoded as in the file, up to the current bucket
	bucket int
	suffix []byte // of the last record
	empty  bool   // whether the current bucket has no record
	record []byte
}

// openWriter goes on where the state says; the header's Keys and MinCount are
// taken from there.
func openWriter(folder string, header Header, s *state) (w *writer, err error) {
	w = &writer{
		header: header, folder: folder, digest: sha256.New(), empty: true,
		index: make([]byte, 4*(header.shape().buckets()+1)), bucket: s.Merging.Bucket,
	}
	w.header.Keys, w.header.MinCount = s.Merging.Keys, Uncounted
	if w.file, err = os.OpenFile(filepath.Join(folder, recordsName), os.O_CREATE|os.O_RDWR, 0o644); err != nil {
		return nil, err
	}
	if s.Merging.Bucket > 0 {
		w.header.MinCount = s.Merging.MinCount
		err = w.restore(s)
	}
	if err == nil {
		err = w.startAt(w.header.indexOffset()) // where the next record goes
	}
	if err != nil {
		w.file.Close()
		return nil, err
	}
	w.out = bufio.NewWriterSize(io.MultiWriter(w.file, w.digest), 1<<20)
	return w, nil
}

func (w *writer) restore(s *state) error {
	if err := w.digest.(encoding.BinaryUnmarshaler).UnmarshalBinary(s.Merging.Digest); err != nil {
		return fmt.Errorf("restoring the checksum: %w", err)
	}
	done, err := os.ReadFile(filepath.Join(w.folder, indexName))
	if err != nil {
		return err
	}
	if len(done) != 4*(w.bucket+1) || int64(binary.BigEndian.Uint32(done[4*w.bucket:])) != w.header.Keys {
		return fmt.Errorf("the work in progress in %s is damaged: remove it and build again", w.folder)
	}
	copy(w.index, done)
	return nil
}

func (w *writer) startAt(offset int64) error {
	info, err := w.file.Stat()
	if err != nil {
		return err
	}
	if w.header.Keys > 0 && info.Size() < offset {
		return fmt.Errorf("the work in progress in %s is damaged: remove it and build again", w.folder)
	}
	if err := w.file.Truncate(offset); err != nil {
		return err
	}
	_, err = w.file.Seek(offset, io.SeekStart)
	return err
}

// add writes a record, unless the one before is the same as far as is kept.
// Entries must ascend.
func (w *writer) add(e entry) error {
	shape := w.header.shape()
	w.moveTo(shape.bucket(e.key))
	w.record = shape.appendSuffix(w.record[:0], e.key)
	if !w.empty && bytes.Equal(w.record, w.suffix) {
		return nil
	}
	if w.header.Keys == Uncounted {
		return errors.New("expected fewer than 2^32 passwords, found more; use a minimum count")
	}
	w.empty = false
	w.suffix = append(w.suffix[:0], w.record...)
	if w.header.Counts {
		w.record = append(w.record, countCode(e.count))
	}
	w.header.Keys++
	w.header.MinCount = min(w.header.MinCount, e.count)
	_, err := w.out.Write(w.record)
	return err
}

// moveTo enters the index up to the start of a bucket.
func (w *writer) moveTo(bucket int) {
	for w.bucket < bucket {
		w.bucket++
		w.empty = true
		binary.BigEndian.PutUint32(w.index[4*w.bucket:], uint32(w.header.Keys))
	}
}

// checkpoint makes durable what is written before a bucket.
func (w *writer) checkpoint(bucket int, s *state) error {
	w.moveTo(bucket)
	if err := errors.Join(w.out.Flush(), w.file.Sync()); err != nil {
		return err
	}
	digest, err := w.digest.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return err
	}
	if err := replaceFile(filepath.Join(w.folder, indexName), w.index[:4*(bucket+1)]); err != nil {
		return err
	}
	m := &s.Merging
	m.Bucket, m.Keys, m.Digest, m.MinCount = bucket, w.header.Keys, digest, w.header.MinCount
	return s.save(w.folder)
}

// finish writes the index and the header.
func (w *writer) finish() (Header, error) {
	w.moveTo(w.header.shape().buckets())
	w.out.Write(w.index) // an error stays and is returned by Flush
	if err := w.out.Flush(); err != nil {
		return w.header, err
	}
	w.header.index = sha256.Sum256(w.index)
	w.header.body = [sha256.Size]byte(w.digest.Sum(nil))
	_, err := w.file.WriteAt(w.header.encode(), 0)
	return w.header, errors.Join(err, w.file.Sync(), w.file.Close())
}
