// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/engine"
	"github.com/passgate/passgate/module/audit/seal"
)

// Options says what is shipped where.
type Options struct {
	Dir       string
	Engine    engine.Engine
	Namespace string // last part of the data stream's name; default "default"
	Cursor    string // file that keeps how far it got; default ship-NAME.json in Dir
	Batch     int    // records in one bulk; default 500
	Follow    bool   // go on as records come, until ctx ends
	Patience  int    // attempts before a passing error ends it; default 10; Follow: no end

	// Progress is told after every bulk.
	Progress func(Shipped)

	wait func(context.Context, time.Duration) error // for tests
}

// Shipped is how far it got.
type Shipped struct {
	Target  string `json:"target"` // data stream, or index name without its month
	Engine  string `json:"engine"`
	Created int64  `json:"created"` // documents made
	Known   int64  `json:"known"`   // that were there already
	Next    int64  `json:"next"`    // place of the first record not shipped
	Retries int64  `json:"retries"`
	Retired int64  `json:"retired,omitempty"` // records that were retired before they were shipped
}

const (
	maxBulkBytes = 5 << 20
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
	followEvery  = time.Second
)

// Ship sends every signed record that wasn't sent yet, and returns when all
// are there. It slows down when the engine asks it to.
func Ship(ctx context.Context, o Options) (Shipped, error) {
	if o.Namespace == "" {
		o.Namespace = "default"
	}
	if o.Batch == 0 {
		o.Batch = 500
	}
	if o.Patience == 0 {
		o.Patience = 10
	}
	if o.wait == nil {
		o.wait = wait
	}
	s := &shipment{o: o, batch: o.Batch}
	if err := s.begin(ctx); err != nil {
		return s.done, err
	}
	for {
		err := s.all(ctx)
		if err != nil || !o.Follow {
			return s.done, err
		}
		if err := o.wait(ctx, followEvery); err != nil {
			return s.done, nil // told to end
		}
	}
}

type shipment struct {
	o      Options
	target target
	cursor *cursor
	batch  int
	pause  time.Duration
	failed int   // attempts in a row
	doubt  int64 // the engine may have records before this place
	fresh  bool  // what may be there is found by searches
	done   Shipped
}

func (s *shipment) begin(ctx context.Context) error {
	id, err := audit.ReadIdentity(s.o.Dir)
	if err != nil {
		return err
	}
	if s.target.kind, err = s.identify(ctx); err != nil {
		return err
	}
	s.target.name = StreamName(s.target.kind, s.o.Namespace)
	if s.o.Cursor == "" {
		s.o.Cursor = filepath.Join(s.o.Dir, "ship-"+s.target.name+".json")
	}
	s.cursor, err = openCursor(s.o.Cursor, id.Origin, s.target.name)
	if err != nil {
		return err
	}
	s.done.Target, s.done.Engine, s.done.Next = s.target.name, s.target.kind.String(), s.cursor.Next
	return s.sentBefore(ctx)
}

// identify waits for an engine that is still starting.
func (s *shipment) identify(ctx context.Context) (engine.Kind, error) {
	for {
		kind, err := s.o.Engine.Identify(ctx)
		if err == nil {
			s.failed, s.pause = 0, 0
			return kind, nil
		}
		if errors.Is(err, engine.ErrRefused) {
			return kind, err // waiting mends no credentials
		}
		if perr := s.patience(ctx, err, 0); perr != nil {
			return kind, perr
		}
	}
}

// StreamName is the data stream records go to, or, where the engine has none,
// how the names of the monthly indices begin.
func StreamName(k engine.Kind, namespace string) string {
	if k.Streams() {
		return "logs-passgate.audit-" + namespace
	}
	return "passgate-audit-" + namespace
}

// all ships up to the newest checkpoint.
func (s *shipment) all(ctx context.Context) error {
	text, err := audit.NewestCheckpoint(s.o.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	point, err := seal.ReadUnverified(text)
	if err != nil {
		return err
	}
	var bulk []record
	size := 0
	due := s.cursor.Next
	for r, err := range s.cursor.lines(s.o.Dir, point.Size) {
		if err == nil && r.seq > due {
			err = s.skip(due, r)
		}
		if err != nil {
			return err
		}
		due = r.seq + 1
		bulk, size = append(bulk, r), size+len(r.line)
		if len(bulk) >= s.batch || size >= maxBulkBytes {
			if err := s.deliver(ctx, bulk); err != nil {
				return err
			}
			bulk, size = nil, 0
		}
	}
	return s.deliver(ctx, bulk)
}

// skip passes over records that aren't there. Only the oldest can have been
// retired: then the first one left begins the trail.
func (s *shipment) skip(due int64, r record) error {
	if !r.oldest {
		return fmt.Errorf("shipping: records %d to %d are missing; run passgate audit verify", due, r.seq-1)
	}
	s.done.Retired += r.seq - due
	return nil
}

// deliver sends records until each is there, and moves the cursor.
func (s *shipment) deliver(ctx context.Context, records []record) error {
	if len(records) == 0 {
		return nil
	}
	next := records[len(records)-1].seq + 1
	for len(records) > 0 {
		part := records[:min(s.batch, len(records))]
		v, err := s.send(ctx, part)
		var network *passing
		switch {
		case errors.Is(err, errTooLarge) && len(part) > 1:
			s.batch = (len(part) + 1) / 2
			continue
		case errors.As(err, &network):
			s.doubt, s.fresh = max(s.doubt, next), false // it may have come through
			if err := s.patience(ctx, err, 0); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		s.done.Created += int64(v.created)
		s.done.Known += int64(v.known)
		records = append(v.again[:len(v.again):len(v.again)], records[len(part):]...)
		if len(v.again) == 0 {
			s.failed, s.pause = 0, 0
			continue
		}
		if err := s.patience(ctx, fmt.Errorf("the engine is too busy for %d records", len(v.again)), v.wait); err != nil {
			return err
		}
	}
	s.cursor.Next, s.done.Next = next, next
	if s.o.Progress != nil {
		s.o.Progress(s.done)
	}
	return s.cursor.save()
}

// send sends what isn't there yet.
func (s *shipment) send(ctx context.Context, records []record) (verdict, error) {
	missing, err := s.unsent(ctx, records)
	if err != nil {
		return verdict{}, err
	}
	known := len(records) - len(missing)
	if len(missing) == 0 {
		return verdict{known: known}, nil
	}
	v, err := s.target.send(ctx, &s.o.Engine, missing)
	v.known += known
	return v, err
}

// patience waits longer each time, and gives up after some attempts.
func (s *shipment) patience(ctx context.Context, cause error, atLeast time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.failed++
	s.done.Retries++
	if !s.o.Follow && s.failed >= s.o.Patience {
		return fmt.Errorf("giving up after %d attempts: %w", s.failed, cause)
	}
	s.pause = min(max(2*s.pause, firstPause), longestPause)
	return s.o.wait(ctx, max(s.pause, min(atLeast, longestPause)))
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
