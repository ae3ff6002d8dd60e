// SPDX-License-Identifier: Apache-2.0

package audit

import "time"

// copies hands durable lines, checkpoints or the health to whoever is to be told,
// without making the writer wait for him.
type copies[T any] struct {
	meters   *meters
	patience time.Duration // that the end of the trail has with him
	staged   []T
	queue    chan T
	stopped  chan struct{}
}

// copiesWaiting bounds what is waiting for a slow receiver.
const copiesWaiting = 8192

func newCopies[T any](t *Trail, receive func(T)) *copies[T] {
	if receive == nil {
		return nil
	}
	c := &copies[T]{meters: t.meters, patience: t.opts.Timeout, queue: make(chan T, copiesWaiting), stopped: make(chan struct{})}
	go func() {
		defer close(c.stopped)
		for one := range c.queue {
			receive(one)
		}
	}()
	return c
}

// add keeps a copy of what isn't durable yet.
func (c *copies[T]) add(one T) {
	if c != nil {
		c.staged = append(c.staged, one)
	}
}

func (c *copies[T]) forget() {
	if c != nil {
		clear(c.staged)
		c.staged = c.staged[:0]
	}
}

func (c *copies[T]) send() {
	if c == nil {
		return
	}
	for _, one := range c.staged {
		select {
		case c.queue <- one:
		default:
			c.meters.update(func(s *Stats) { s.Dropped++ })
		}
	}
	c.forget()
}

func (c *copies[T]) stop() {
	if c == nil {
		return
	}
	close(c.queue)
	patience := time.NewTimer(c.patience)
	defer patience.Stop()
	select {
	case <-c.stopped:
	case <-patience.C: // he hangs, and takes nobody with him
	}
}
