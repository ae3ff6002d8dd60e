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
	running, err := s.program.Start(ctx)
	if err != nil {
		return nil, fmt.Errorf("starting the readers of %s: %w", s.Name, err)
	}
	return &Oracle{Set: s, running: running, answers: bufio.NewReaderSize(running.Stdout, 1<<18)}, nil
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
		answer, err := o.answer(&buf)
		if err == nil {
			readings[i], err = parseReading(answer)
		}
		if err != nil {
			return nil, fmt.Errorf("asking the readers of %s: %w\n%s", o.Name, err, o.running.Log())
		}
	}
	return readings, <-sent
}

// answer reads one frame into buf.
func (o *Oracle) answer(buf *[]byte) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(o.answers, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if n > cap(*buf) {
		*buf = make([]byte, n)
	}
	*buf = (*buf)[:n]
	_, err := io.ReadFull(o.answers, *buf)
	return *buf, err
}
