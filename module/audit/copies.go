// SPDX-License-Identifier: Apache-2.0

package audit

// copies hands durable lines to Options.OnRecord without making the writer
// wait for it.
type copies struct {
	meters  *meters
	staged  [][]byte
	queue   chan []byte
	stopped chan struct{}
}

// copiesWaiting bounds the lines waiting for a slow receiver.
const copiesWaiting = 8192

func newCopies(m *meters, receive func([]byte)) *copies {
	if receive == nil {
		return nil
	}
	c := &copies{meters: m, queue: make(chan []byte, copiesWaiting), stopped: make(chan struct{})}
	go func() {
		defer close(c.stopped)
		for line := range c.queue {
			receive(line)
		}
	}()
	return c
}

// add keeps a copy of a line that isn't durable yet.
func (c *copies) add(line []byte) {
	if c != nil {
		c.staged = append(c.staged, append([]byte(nil), line...))
	}
}

func (c *copies) forget() {
	if c != nil {
		c.staged = c.staged[:0]
	}
}

func (c *copies) send() {
	if c == nil {
		return
	}
	for _, line := range c.staged {
		select {
		case c.queue <- line:
		default:
			c.meters.update(func(s *Stats) { s.Dropped++ })
		}
	}
	c.forget()
}

func (c *copies) stop() {
	if c != nil {
		close(c.queue)
		<-c.stopped
	}
}
