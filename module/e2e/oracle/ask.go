// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/passgate/passgate/module/e2e"
)

// Oracle is a running set.
type Oracle struct {
	Set
	mu      sync.Mutex
	running *e2e.Running
	answers *bufio.Reader
}

// Start starts a set's program. The caller must Stop it.
func (s Set) Start(ctx context.Context) (*Oracle, error) {
	running, err := s.Run(ctx)
	if err != nil {
		return nil, err
	}
	return &Oracle{Set: s, running: running, answers: bufio.NewReaderSize(running.Stdout, 1<<18)}, nil
}

// Run starts a set's program and leaves talking to it to the caller.
func (s Set) Run(ctx context.Context) (*e2e.Running, error) {
	running, err := s.program.Start(ctx)
	if err != nil {
		return nil, fmt.Errorf("starting the readers of %s: %w", s.Name, err)
	}
	return running, nil
}

// Stop ends the program.
func (o *Oracle) Stop() { o.running.Stop() }

// Ask puts n questions, as frames one after the other, and returns what the
// cluster understood of each.
func (o *Oracle) Ask(frames []byte, n int) ([]Reading, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	sent := make(chan error, 1)
	go func() {
		_, err := o.running.Stdin.Write(frames)
		sent <- err
	}()
	readings := make([]Reading, n)
	var buf []byte
	for i := range readings {
		answer, err := ReadFrame(o.answers, &buf)
		if err == nil {
			readings[i], err = ParseReading(answer)
		}
		if err != nil {
			return nil, fmt.Errorf("asking the readers of %s: %w\n%s", o.Name, err, o.running.Log())
		}
	}
	return readings, <-sent
}

// ReadFrame reads one frame into buf, which grows as needed.
func ReadFrame(from io.Reader, buf *[]byte) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if n > cap(*buf) {
		*buf = make([]byte, n)
	}
	*buf = (*buf)[:n]
	_, err := io.ReadFull(from, *buf)
	return *buf, err
}
