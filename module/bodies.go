// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/dustin/go-humanize"

	"github.com/passgate/passgate/module/dialect"
)

// DefaultBodyMemory is how many bytes of bodies are held at once, in all sites
// together, where `body_memory` says nothing else.
const DefaultBodyMemory = 64 << 20

// freeBody is how much of each body is not counted: about what a connection's own
// buffers take. An ordinary change of one password is no longer, so that it is
// served even while somebody fills the rest with slow, large bodies.
const freeBody = 4 << 10

// bodies counts the bytes that changes in flight hold in this process, before
// and after a reload: as sent, beyond the first few of each.
var bodies atomic.Int64

// errBodyMemory ends the reading of a body for which there is no room.
var errBodyMemory = errors.New("more bodies are being read than body_memory allows; raise it, or send the change again in a moment")

func noRoom() *dialect.Fault {
	return unavailable("body_memory", "too many large changes are being read at once; try again in a moment")
}

// held is what one change takes of the budget.
type held struct {
	body  io.Reader
	limit int64 // of all bodies together
	read  int64
	taken int64
}

// Read implements io.Reader. It makes room before it reads, so that the budget
// is never exceeded.
func (h *held) Read(p []byte) (int, error) {
	if need := h.read + int64(len(p)) - freeBody - h.taken; need > 0 && !h.take(need) {
		return 0, errBodyMemory
	}
	n, err := h.body.Read(p)
	h.read += int64(n)
	h.give(h.taken - max(0, h.read-freeBody))
	return n, err
}

func (h *held) take(n int64) bool {
	if bodies.Add(n) > h.limit {
		bodies.Add(-n)
		return false
	}
	h.taken += n
	return true
}

func (h *held) give(n int64) {
	bodies.Add(-n)
	h.taken -= n
}

// release gives back all that the change has taken.
func (h *held) release() { h.give(h.taken) }

// bodyMemory reads the option. Less than one body of any operation would be no budget.
func bodyMemory(text string) (int64, error) {
	if text == "" {
		return DefaultBodyMemory, nil
	}
	n, err := humanize.ParseBytes(text)
	if err != nil || n < dialect.LargestBody || n > 1<<50 {
		return 0, fmt.Errorf("expected body_memory to be a size of 1MiB or more, for example 64MiB, found %q", text)
	}
	return int64(n), nil
}
