// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit/seal"
)

// checkpointer signs what the writer has made durable: at most once a second
// while records arrive, apart from the writer, and at every start, stop, end of
// a segment, retirement and change of key, when a copy is kept for good.
type checkpointer struct {
	dir    string
	origin string
	meters *meters
	copies *copies[[]byte]

	mu   sync.Mutex // held while files are written and synced
	key  *seal.Key
	size int64 // of the newest

	err atomic.Pointer[error] // of the last attempt; read without waiting

	asked   int64 // by the writer only
	tips    chan tip
	stopped chan struct{}
}

type tip struct {
	size int64
	root tlog.Hash
}

func newCheckpointer(t *Trail, key *seal.Key, size int64) *checkpointer {
	c := &checkpointer{
		dir: t.dir, origin: key.Name(), meters: t.meters, copies: newCopies(t, t.opts.OnCheckpoint),
		key: key, size: size, tips: make(chan tip, 1), stopped: make(chan struct{}),
	}
	go func() {
		defer close(c.stopped)
		for tip := range c.tips {
			c.sign(tip.size, tip.root, false)
		}
	}()
	return c
}

// request asks for a checkpoint and doesn't wait for it.
func (c *checkpointer) request(size int64, root tlog.Hash) {
	if size == c.asked && c.failure() == nil {
		return
	}
	select {
	case c.tips <- tip{size, root}:
		c.asked = size
	default: // the last one is still being written; the next tick asks again
	}
}

// sign signs a checkpoint, with the signers beside the trail's own key, and
// makes it durable. Older ones than the newest are passed over.
func (c *checkpointer) sign(size int64, root tlog.Hash, keep bool, also ...note.Signer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if size < c.size {
		return nil
	}
	point := seal.Checkpoint{Origin: c.origin, Size: size, Root: root}
	signed, err := point.Sign(append(also, c.key)...)
	if err == nil && keep {
		err = replaceFile(filepath.Join(c.dir, checkpointsDir, fmt.Sprintf("%012d", size)), signed, fileMode)
	}
	if err == nil {
		err = replaceFile(filepath.Join(c.dir, checkpointFile), signed, fileMode)
	}
	if err != nil {
		c.err.Store(&err)
		return err
	}
	c.err.Store(nil)
	c.size = size
	c.meters.update(func(s *Stats) { s.CheckpointSize, s.CheckpointTime = size, time.Now() })
	c.copies.add(signed)
	c.copies.send()
	return nil
}

func (c *checkpointer) failure() error {
	if err := c.err.Load(); err != nil {
		return *err
	}
	return nil
}

func (c *checkpointer) stop() {
	close(c.tips)
	<-c.stopped
	c.copies.stop()
}

// sign signs what is durable now. The tree's hashes are written first, so that
// whoever holds the checkpoint can be given proofs by it.
func (w *writer) sign(keep bool, also ...note.Signer) error {
	if err := w.hashes.flush(); err != nil {
		w.warn(warnHashes, err.Error())
	}
	return w.points.sign(w.edge.Size(), w.edge.Root(), keep, also...)
}
