// SPDX-License-Identifier: Apache-2.0

//go:build unix

package audit

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// bare only appends and syncs, a batch at a time. No trail can be faster, and none
// that stops there notices that its file was removed or its disk hangs.
type bare struct {
	file   *os.File
	size   int64
	source source
	queue  chan *item
}

func openBare(b *testing.B) *bare {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	p := &bare{file: f, queue: make(chan *item, maxBatch)}
	go p.run()
	b.Cleanup(func() { close(p.queue); f.Close() })
	return p
}

func (p *bare) record(e Event) error {
	e.Time = time.Now()
	it := &item{body: p.source.encode(&e), done: make(chan error, 1)}
	p.queue <- it
	return <-it.done
}

func (p *bare) run() {
	var buf []byte
	for first := range p.queue {
		batch := []*item{first}
		for more := true; more && len(batch) < maxBatch; {
			select {
			case it, ok := <-p.queue:
				if more = ok; ok {
					batch = append(batch, it)
				}
			default:
				more = false
			}
		}
		buf = buf[:0]
		for _, it := range batch {
			buf = append(append(buf, it.body...), bareEnd...)
		}
		_, err := p.file.WriteAt(buf, p.size)
		if err == nil {
			err = datasync(p.file)
		}
		p.size += int64(len(buf))
		for _, it := range batch {
			it.done <- err
		}
	}
}

// bareEnd is about as long as a link.
var bareEnd = append(make([]byte, 190), "}\n"...)
