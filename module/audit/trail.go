// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Trail is a directory of records that only grows. One process writes it.
type Trail struct {
	dir    string
	opts   Options
	id     Identity
	source source
	lock   *os.File
	meters *meters
	flood  *flood
	strays strays

	queue    chan *item
	commands chan func(*writer)
	closing  chan struct{}
	done     chan struct{} // closed when the writer has left
	close    func() error
}

var _ Recorder = (*Trail)(nil)

const (
	maxBatch      = 1024    // records in one commit
	maxBatchBytes = 4 << 20 // and their bytes
	tickInterval  = time.Second
)

// Open opens the trail in dir and creates it where there is none. What the
// last run left unfinished is put in order first: a torn end goes to
// quarantine, and every decision without outcome gets one that says so.
// Open fails if records under a signed checkpoint are missing or altered.
// The caller must Close the trail.
func Open(dir string, opts Options) (*Trail, error) {
	t := &Trail{
		dir: dir, opts: opts.withDefaults(), meters: newMeters(),
		queue: make(chan *item, maxBatch), commands: make(chan func(*writer)),
		closing: make(chan struct{}), done: make(chan struct{}),
	}
	t.source = source{version: opts.Version, instance: t.opts.Instance, environment: opts.Environment}
	t.flood = newFlood(t.opts.FloodLimit, t.opts.FloodBurst)
	err := t.open()
	var locked *LockedError
	if errors.As(err, &locked) {
		return nil, err // names the directory already
	}
	if err != nil {
		return nil, fmt.Errorf("opening the trail in %s: %w", dir, err)
	}
	return t, nil
}

func (t *Trail) open() (err error) {
	for _, name := range []string{"", segmentsDir, checkpointsDir, keysDir, quarantineDir} {
		if err := os.MkdirAll(filepath.Join(t.dir, name), dirMode); err != nil {
			return err
		}
	}
	if t.lock, err = lockDir(t.dir); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			t.lock.Close()
		}
	}()
	w, err := newWriter(t)
	if err != nil {
		return err
	}
	var control *control
	if control, err = listen(t); err != nil {
		w.warn(warnSocket, "commands can't reach the running gateway: "+err.Error())
	}
	go t.run(w)
	t.close = sync.OnceValue(func() error {
		control.stop()
		close(t.closing)
		<-t.done
		return errors.Join(w.closeErr, t.lock.Close())
	})
	return nil
}

// Dir returns the directory the trail lives in.
func (t *Trail) Dir() string { return t.dir }

// Identity returns the trail's name and its first verifier key.
func (t *Trail) Identity() Identity { return t.id }

// Close records that the gateway stops, and leaves the trail. It waits for the
// records under way. Records after Close fail.
func (t *Trail) Close() error { return t.close() }

// Record implements [Recorder]. It does not heed the context's end: a request
// that is given up must not lose its record. Waiting ends after
// Options.Timeout; a decision that is written all the same gets the outcome
// "denied" from the writer, so that it never stays open.
func (t *Trail) Record(_ context.Context, e Event) error {
	if e.Time.IsZero() {
		e.Time = t.opts.Now()
	}
	if err := e.check(); err != nil {
		return err
	}
	e.Targets, e.Rules = slices.Clone(e.Targets), slices.Clone(e.Rules)
	if e.refusal() {
		counted, err := t.coalesce(&e)
		if counted || err != nil {
			return err
		}
	}
	it := t.source.itemFor(&e)
	return t.submit(it, &e)
}

// Note puts a notice on the trail, as durably as Record does.
func (t *Trail) Note(_ context.Context, n Notice) error {
	if n.Time.IsZero() {
		n.Time = t.opts.Now()
	}
	if err := n.check(); err != nil {
		return err
	}
	return t.submit(newItem(t.source.encodeNotice(&n)), nil)
}

// submit hands it to the writer and waits until it is durable. Of a change, e is
// what it spells.
func (t *Trail) submit(it *item, e *Event) error {
	patience := time.NewTimer(t.opts.Timeout)
	defer patience.Stop()
	select {
	case t.queue <- it:
	case <-t.done:
		return t.refuse(errClosed)
	case <-patience.C:
		t.strays.add(it)
		return t.refuse(errSlow)
	}
	cause := errSlow
	select {
	case err := <-it.done:
		return err
	case <-t.done:
		cause = errClosed
	case <-patience.C:
	}
	if it.opens != "" {
		it.late = t.source.encode(e.notForwarded())
	}
	if it.giveUp() {
		return t.refuse(cause)
	}
	return <-it.done
}

func (t *Trail) refuse(err error) error {
	t.meters.update(func(s *Stats) { s.Refused++ })
	return fmt.Errorf("recording: %w", err)
}

// run is the writer's goroutine: nobody else touches the files.
func (t *Trail) run(w *writer) {
	defer close(t.done)
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	for {
		select {
		case it := <-t.queue:
			t.meters.busy(func() { w.commit(t.gather(it)) })
		case f := <-t.commands:
			t.meters.busy(func() { f(w) })
		case <-ticker.C:
			t.meters.busy(w.tick)
		case <-t.closing:
			for len(t.queue) > 0 {
				w.commit(t.gather(<-t.queue))
			}
			w.shutdown()
			return
		}
	}
}

// gather takes what has queued up meanwhile. The disk's own speed makes the
// batches; nothing waits for a timer.
func (t *Trail) gather(first *item) []*item {
	batch, size := []*item{first}, len(first.body)
	for len(batch) < maxBatch && size < maxBatchBytes {
		select {
		case it := <-t.queue:
			batch = append(batch, it)
			size += len(it.body)
		default:
			return batch
		}
	}
	return batch
}

// do runs f in the writer's goroutine.
func (t *Trail) do(f func(*writer)) error {
	finished := make(chan struct{})
	select {
	case t.commands <- func(w *writer) { defer close(finished); f(w) }:
		<-finished
		return nil
	case <-t.done:
		return errClosed
	}
}
