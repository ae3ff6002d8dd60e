// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/passgate/passgate/module/e2e"
	"github.com/passgate/passgate/module/e2e/oracle"
)

// Layer is a running REST layer.
type Layer struct {
	Name    string
	Addr    string // host:port of its HTTP transport
	running *e2e.Running

	mu     sync.Mutex
	events []oracle.Reading
	marks  chan uint64
	last   uint64 // mark
	broken error
}

// mark is the first byte of a frame that a layer gives back.
const mark = 0xff

// startLimit bounds the start of a layer; a second is usual.
const startLimit = 2 * time.Minute

// Start starts a layer. The caller must Stop it.
func Start(ctx context.Context, set oracle.Set) (*Layer, error) {
	running, err := set.Run(ctx)
	if err != nil {
		return nil, err
	}
	l := &Layer{Name: set.Name, running: running, marks: make(chan uint64, 1)}
	port := make(chan string, 1)
	go l.listen(port)
	select {
	case number := <-port:
		if number == "" {
			running.Stop()
			return nil, fmt.Errorf("starting the REST layer of %s: expected its port, found nothing\n%s", set.Name, running.Log())
		}
		l.Addr = "127.0.0.1:" + number
		return l, nil
	case <-time.After(startLimit):
		running.Stop()
		return nil, fmt.Errorf("starting the REST layer of %s: not ready within %v\n%s", set.Name, startLimit, running.Log())
	}
}

// Stop ends the layer.
func (l *Layer) Stop() { l.running.Stop() }

// listen takes what the layer tells until it ends.
func (l *Layer) listen(port chan<- string) {
	defer close(port)
	from := bufio.NewReaderSize(l.running.Stdout, 1<<16)
	var buf []byte
	for first := true; ; first = false {
		frame, err := oracle.ReadFrame(from, &buf)
		if err != nil {
			l.fail(err)
			return
		}
		if len(frame) == 9 && frame[0] == mark {
			l.marks <- binary.BigEndian.Uint64(frame[1:])
			continue
		}
		reading, err := oracle.ParseReading(bytes.Clone(frame))
		if err != nil {
			l.fail(err)
			return
		}
		if first {
			port <- reading.Port
			continue
		}
		l.mu.Lock()
		l.events = append(l.events, reading)
		l.mu.Unlock()
	}
}

func (l *Layer) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = err
}

// Take returns the changes that the layer has read since the last call, all of
// those whose answers have been sent.
func (l *Layer) Take() ([]oracle.Reading, error) {
	l.last++
	frame := binary.BigEndian.AppendUint64([]byte{0, 0, 0, 9, mark}, l.last)
	if _, err := l.running.Stdin.Write(frame); err != nil {
		return nil, fmt.Errorf("asking %s for what it read: %w\n%s", l.Name, err, l.running.Log())
	}
	select {
	case <-l.marks:
	case <-l.running.Ended():
		return nil, fmt.Errorf("asking %s for what it read: it has ended: %w\n%s", l.Name, l.broken, l.running.Log())
	case <-time.After(startLimit):
		return nil, fmt.Errorf("asking %s for what it read: no answer within %v", l.Name, startLimit)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	events := l.events
	l.events = nil
	return events, nil
}
