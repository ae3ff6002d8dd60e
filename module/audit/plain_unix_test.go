// SPDX-License-Identifier: Apache-2.0

//go:build unix

package audit

import (
	"errors"
	"testing"

	"github.com/passgate/passgate/module/audit/seal"
)

// plain is the same writer without chain, tree and checkpoints: what they cost
// is the difference. It keeps everything else, because a writer without them
// would watch its file and its disk, bound its callers' patience and count its
// records all the same. What that costs shows against [bare].
type plain struct {
	*Trail
	end     []byte // as long as a link
	stopped chan struct{}
}

func openPlain(b *testing.B, opts Options) plain {
	t, err := Open(b.TempDir(), opts)
	if err != nil {
		b.Fatal(err)
	}
	end := seal.AppendLink(nil, seal.Link{Log: t.id.Origin, Seq: 99_999})
	p := plain{t, append(end, '\n'), make(chan struct{})}
	begun, left := make(chan struct{}), make(chan error, 1)
	go func() { left <- t.do(func(w *writer) { close(begun); p.run(w) }) }()
	<-begun
	b.Cleanup(func() {
		close(p.stopped)
		if err := errors.Join(<-left, t.Close()); err != nil {
			b.Error(err)
		}
	})
	return p
}

// record is Trail.Record, but that nobody begins the hash of the line.
func (p plain) record(e Event) error {
	e.Time = p.opts.Now()
	if err := e.check(); err != nil {
		return err
	}
	return p.submit(&item{body: p.source.encode(&e), ordinary: true, opens: e.Change, done: make(chan error, 1)}, &e)
}

// run keeps the writer's goroutine, so that there are no ticks: no checkpoint.
func (p plain) run(w *writer) {
	for {
		select {
		case it := <-p.queue:
			p.commit(w, p.gather(it))
		case <-p.stopped:
			return
		}
	}
}

// commit is what [writer.commit] does when nothing fails.
func (p plain) commit(w *writer, items []*item) {
	began := w.opts.mono()
	items = w.admit(items)
	if w.rotationDue() || !w.seg.whole() {
		panic("the plain writer knows neither rotation nor repair")
	}
	w.buf = w.buf[:0]
	for _, it := range items {
		w.buf = append(append(w.buf, it.body...), p.end...)
	}
	err := w.seg.append(w.buf)
	w.settle(items)
	w.answer(items, errors.Join(err, w.heal()))
	w.meters.update(func(s *Stats) {
		s.Commits++
		s.CommitSeconds.observe(w.opts.mono() - began)
	})
	w.report()
}
