// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"
)

// Past is one record of a trail that is composed: an event or a notice.
type Past struct {
	Event  *Event
	Notice *Notice
}

// Time is the record's own time.
func (p Past) Time() time.Time {
	if p.Event != nil {
		return p.Event.Time
	}
	return p.Notice.Time
}

// Compose makes a new trail in dir as a gateway would have left it that had
// recorded past, which must be in order of time, under opts: chained, with
// heartbeats, segments and signed checkpoints, but with its clock set to the
// records' times and one sync per thousand of them. It is for sample traffic
// and measurements, and refuses a directory that holds a trail already.
// It returns the number of records.
func Compose(dir string, opts Options, past iter.Seq[Past]) (size int64, err error) {
	if _, err := os.Stat(filepath.Join(dir, identityFile)); !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("composing a trail: expected a new directory, found a trail in %s", dir)
	}
	c := &composer{}
	for p := range past {
		if c.w == nil {
			c.clock = p.Time()
			if err := c.begin(dir, opts); err != nil {
				return 0, fmt.Errorf("composing a trail: %w", err)
			}
		}
		if err = c.add(p); err != nil {
			break
		}
	}
	if c.w == nil {
		return 0, nil
	}
	err = errors.Join(err, c.finish())
	if err != nil {
		err = fmt.Errorf("composing a trail: %w", err)
	}
	return c.w.edge.Size(), err
}

// composer drives a writer from outside its own goroutine and at its own pace.
type composer struct {
	w     *writer
	lock  *os.File
	clock time.Time
	last  time.Time // of the newest record
	batch []*item
}

func (c *composer) begin(dir string, opts Options) error {
	epoch := c.clock
	opts.Now = func() time.Time { return c.clock }
	opts.mono = func() time.Duration { return c.clock.Sub(epoch) }
	t := &Trail{dir: dir, opts: opts.withDefaults(), meters: newMeters(), flood: newFlood(-1, 0)}
	t.source = source{version: opts.Version, instance: t.opts.Instance, environment: opts.Environment}
	for _, name := range []string{"", segmentsDir, checkpointsDir, keysDir, quarantineDir} {
		if err := os.MkdirAll(filepath.Join(dir, name), dirMode); err != nil {
			return err
		}
	}
	var err error
	if c.lock, err = lockDir(dir); err != nil {
		return err
	}
	if c.w, err = newWriter(t); err != nil {
		c.lock.Close()
		return err
	}
	c.last = c.clock
	return nil
}

func (c *composer) add(p Past) error {
	for c.last.Add(c.w.opts.Heartbeat).Before(p.Time()) {
		if err := c.put(c.last.Add(c.w.opts.Heartbeat), newItem(nil)); err != nil {
			return err
		}
	}
	var it *item
	var err error
	if p.Event != nil {
		e := *p.Event
		if e.Reason == reasonInDoubt {
			e.code = CodeInDoubt // what the next start writes after a crash
		}
		if err = e.check(); err == nil {
			it = c.w.source.itemFor(&e)
		}
	} else if err = p.Notice.check(); err == nil {
		it = newItem(c.w.source.encodeNotice(p.Notice))
	}
	if err != nil {
		return err
	}
	return c.put(p.Time(), it)
}

// put takes an item for that time; one without a body is a heartbeat.
func (c *composer) put(at time.Time, it *item) error {
	if dayOf(at) > c.w.seg.Day || len(c.batch) == maxBatch {
		if err := c.flush(); err != nil {
			return err
		}
	}
	c.clock, c.last = at, at
	if c.w.rotationDue() {
		if err := c.flush(); err != nil {
			return err
		}
		c.w.rotate()
	}
	if it.body == nil {
		it = c.w.notice(Notice{Code: CodeHeartbeat})
	}
	c.batch = append(c.batch, it)
	return nil
}

func (c *composer) flush() error {
	if len(c.batch) == 0 {
		return nil
	}
	err := c.w.write(c.batch)
	c.batch = nil
	return err
}

func (c *composer) finish() error {
	err := c.flush()
	c.w.shutdown()
	return errors.Join(err, c.w.closeErr, c.lock.Close())
}
