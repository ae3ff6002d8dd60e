// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"bufio"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/seal"
)

// Options says how the invented trail is written. The zero value is fine.
type Options struct {
	SegmentBytes int64 // default 64 MiB; a new day (UTC) begins a segment too
	Instance     string
	Environment  string
}

// Write puts entries into dir as the segments of a trail: chained lines, but
// no key and no checkpoints. It is for measuring and for tests of reading;
// where integrity matters, put the events through an [audit.Trail].
// It returns the number of records.
func Write(dir string, entries iter.Seq[Entry], o Options) (records int64, err error) {
	if err := os.MkdirAll(filepath.Join(dir, "segments"), 0o750); err != nil {
		return 0, fmt.Errorf("writing sample traffic: %w", err)
	}
	w := newWriter(dir, o)
	for e := range entries {
		if err := w.put(e); err != nil {
			return w.seq, fmt.Errorf("writing sample traffic: %w", err)
		}
	}
	if err := w.close(); err != nil {
		return w.seq, fmt.Errorf("writing sample traffic: %w", err)
	}
	return w.seq, nil
}

// writer chains lines into segments.
type writer struct {
	dir     string
	limit   int64
	options audit.Options
	seq     int64
	prev    tlog.Hash
	day     string
	size    int64
	file    *os.File
	buf     *bufio.Writer
}

func newWriter(dir string, o Options) *writer {
	w := &writer{dir: dir, limit: o.SegmentBytes, options: audit.Options{Instance: o.Instance, Environment: o.Environment, Version: "0.0.0-sample"}}
	if w.limit == 0 {
		w.limit = 64 << 20
	}
	if w.options.Instance == "" {
		w.options.Instance = "gw-1"
	}
	return w
}

func (w *writer) put(e Entry) error {
	day := e.Time().UTC().Format("20060102")
	if w.file == nil || w.size >= w.limit || day > w.day {
		if err := w.rotate(e.Time(), day); err != nil {
			return err
		}
	}
	return w.spell(e)
}

// rotate seals the segment and opens the next.
func (w *writer) rotate(at time.Time, day string) error {
	if w.file != nil {
		mark := &audit.SegmentMark{Name: filepath.Base(w.file.Name())}
		if err := w.spell(Entry{Notice: &audit.Notice{Code: audit.CodeSealed, Time: at, Segment: mark}}); err != nil {
			return err
		}
		if err := w.close(); err != nil {
			return err
		}
	}
	name := fmt.Sprintf("%012d-%s.jsonl", w.seq, day)
	f, err := os.OpenFile(filepath.Join(w.dir, "segments", name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	w.file, w.buf, w.size, w.day = f, bufio.NewWriterSize(f, 1<<20), 0, day
	return w.spell(Entry{Notice: &audit.Notice{Code: audit.CodeOpened, Time: at, Segment: &audit.SegmentMark{Name: name, First: w.seq}}})
}

func (w *writer) spell(e Entry) error {
	var line []byte
	var err error
	if e.Event != nil {
		line, err = w.options.Spell(e.Event)
	} else {
		line, err = w.options.SpellNotice(e.Notice)
	}
	if err != nil {
		return err
	}
	line = seal.AppendLink(line, seal.Link{Log: "sample/gw-1", Seq: w.seq, Prev: w.prev})
	w.prev = seal.Leaf(line)
	w.seq++
	line = append(line, '\n')
	w.size += int64(len(line))
	_, err = w.buf.Write(line)
	return err
}

func (w *writer) close() error {
	if w.file == nil {
		return nil
	}
	if err := w.buf.Flush(); err != nil {
		return err
	}
	return w.file.Close()
}
