// SPDX-License-Identifier: Apache-2.0

package review

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/passgate/passgate/module/audit"
)

// store keeps the columns of sealed segments in a directory of its own. What
// it holds is only ever a shortcut: a file that is missing, damaged or of
// another segment is built anew, and failing to keep one is no error.
type store struct{ dir string }

// storeFormat changes with every change of columns or layout.
const storeFormat = "passgate columns 4\n"

// path: trails in different directories may share a cache.
func (s store) path(seg audit.Segment) string {
	abs, err := filepath.Abs(seg.Path)
	if err != nil {
		abs = seg.Path
	}
	sum := sha256.Sum256([]byte(filepath.Dir(abs)))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:8]), strings.TrimSuffix(seg.Name(), ".jsonl")+".idx")
}

// fingerprint says which file the columns are of: its size and its last lines,
// which name the hash of all lines before them.
func fingerprint(seg audit.Segment) ([]byte, error) {
	f, err := os.Open(seg.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tail := make([]byte, min(seg.Size, 16<<10))
	if _, err := f.ReadAt(tail, seg.Size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(seg.Size)))
	h.Write(tail)
	return h.Sum(nil), nil
}

// load returns the segment's columns, or nil.
func (s store) load(seg audit.Segment) *builder {
	if s.dir == "" {
		return nil
	}
	content, err := os.ReadFile(s.path(seg))
	if err != nil || len(content) < len(storeFormat)+2*sha256.Size {
		return nil
	}
	body, sum := content[:len(content)-sha256.Size], content[len(content)-sha256.Size:]
	print, err := fingerprint(seg)
	if err != nil || !bytes.HasPrefix(body, append([]byte(storeFormat), print...)) || sha256.Sum256(body) != [32]byte(sum) {
		return nil
	}
	b := newBuilder(seg, seg.First)
	d := decoder{body[len(storeFormat)+sha256.Size:], true}
	d.columns(b)
	if !d.ok || len(d.rest) > 0 || !b.consistent() {
		return nil
	}
	return b
}

// save keeps the columns. The file appears whole or not at all.
func (s store) save(b *builder) {
	if s.dir == "" || b.bytes != b.segment.Size {
		return
	}
	print, err := fingerprint(b.segment)
	if err != nil {
		return
	}
	body := append([]byte(storeFormat), print...)
	body = appendColumns(body, b)
	sum := sha256.Sum256(body)
	path := s.path(b.segment)
	if os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".idx-*") // 0600
	if err != nil {
		return
	}
	_, err = f.Write(append(body, sum[:]...))
	if errors.Join(err, f.Close()) != nil || os.Rename(f.Name(), path) != nil {
		os.Remove(f.Name())
	}
}

func appendColumns(to []byte, b *builder) []byte {
	to = binary.AppendUvarint(to, uint64(b.len()))
	to = binary.AppendUvarint(to, uint64(b.bytes))
	for i := range b.time {
		to = binary.LittleEndian.AppendUint64(to, uint64(b.time[i]))
		to = binary.LittleEndian.AppendUint32(to, b.offset[i])
		to = binary.LittleEndian.AppendUint64(to, b.change[i])
		to = append(to, byte(b.flags[i]))
		for _, word := range b.ids[i] {
			to = binary.LittleEndian.AppendUint64(to, word)
		}
	}
	for i := range b.codes {
		to = binary.AppendUvarint(to, uint64(len(b.dicts[i].values)))
		for _, value := range b.dicts[i].values {
			to = binary.AppendUvarint(to, uint64(len(value)))
			to = append(to, value...)
		}
		for n := range uint32(b.len()) {
			to = binary.AppendUvarint(to, uint64(b.codes[i].at(n)))
		}
	}
	return to
}

// decoder reads what appendColumns wrote. After the first thing that doesn't
// fit, ok is false and what is returned means nothing.
type decoder struct {
	rest []byte
	ok   bool
}

func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.rest)) {
		d.ok = false
		return make([]byte, fixedWidth)
	}
	taken := d.rest[:n]
	d.rest = d.rest[n:]
	return taken
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.ok = false
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// fixedWidth is what the five columns without dictionary take per row.
const fixedWidth = 8 + 4 + 8 + 1 + 8*gramWords

func (d *decoder) columns(b *builder) {
	rows := d.number()
	b.bytes = int64(d.number())
	if rows > uint64(len(d.rest))/fixedWidth {
		d.ok = false
		return
	}
	b.time, b.offset = slices.Grow(b.time, int(rows)), slices.Grow(b.offset, int(rows))
	b.change, b.flags = slices.Grow(b.change, int(rows)), slices.Grow(b.flags, int(rows))
	b.ids = slices.Grow(b.ids, int(rows))
	for range rows {
		r := d.take(fixedWidth)
		b.time = append(b.time, int64(binary.LittleEndian.Uint64(r)))
		b.stretch(b.time[len(b.time)-1])
		b.offset = append(b.offset, binary.LittleEndian.Uint32(r[8:]))
		b.change = append(b.change, binary.LittleEndian.Uint64(r[12:]))
		b.flags = append(b.flags, flags(r[20]))
		var ids grams
		for i := range ids {
			ids[i] = binary.LittleEndian.Uint64(r[21+8*i:])
		}
		b.ids = append(b.ids, ids)
	}
	for i := range b.codes {
		for range d.number() {
			if !d.ok {
				return
			}
			b.dicts[i].add(string(d.take(d.number())))
		}
		for n := uint64(0); n < rows && d.ok; n++ {
			b.codes[i].append(uint32(d.number()))
		}
	}
}

// consistent reports whether every number has its value and every line its
// place in the file.
func (b *builder) consistent() bool {
	if b.bytes > b.segment.Size {
		return false
	}
	for i := range b.codes {
		for n := range uint32(b.len()) {
			if int(b.codes[i].at(n)) >= len(b.dicts[i].values) {
				return false
			}
		}
	}
	for i, at := range b.offset {
		if int64(at) >= b.bytes || i > 0 && at <= b.offset[i-1] {
			return false
		}
	}
	return true
}
