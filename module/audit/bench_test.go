// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkRecord measures durable records: how many a second, and how long a
// caller waits, with 1, 8 and 64 of them at once. "plain" is the same writer,
// group commit and sync included, without chain, tree and checkpoints.
func BenchmarkRecord(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("plain-%d", writers), func(b *testing.B) {
			p := newPlain(b)
			measure(b, writers, p.record)
		})
		b.Run(fmt.Sprintf("trail-%d", writers), func(b *testing.B) {
			t, err := Open(b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer t.Close()
			measure(b, writers, func(e Event) error { return t.Record(context.Background(), e) })
		})
	}
}

// BenchmarkOverhead measures both writers in turns, so that whatever else the
// machine does meets both, and reports how much slower chain, tree and
// checkpoints make the trail, in percent.
func BenchmarkOverhead(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			p := newPlain(b)
			t, err := Open(b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer t.Close()
			var ratios []float64
			for range max(5, b.N) {
				plain := throughput(b, writers, p.record)
				trail := throughput(b, writers, func(e Event) error { return t.Record(context.Background(), e) })
				ratios = append(ratios, plain/trail)
			}
			slices.Sort(ratios)
			b.ReportMetric(100*(ratios[len(ratios)/2]-1), "%slower")
		})
	}
}

// throughput is how many records a second get through in a short while.
func throughput(b *testing.B, writers int, record func(Event) error) float64 {
	e := everyEvent()
	e.Change, e.Time = NewID(), time.Time{}
	var n atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for range writers {
		wg.Go(func() {
			for time.Since(began) < 500*time.Millisecond {
				if err := record(e); err != nil {
					b.Error(err)
					return
				}
				n.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / time.Since(began).Seconds()
}

func measure(b *testing.B, writers int, record func(Event) error) {
	e := everyEvent()
	e.Change, e.Time = NewID(), time.Time{}
	var mu sync.Mutex
	var all []time.Duration
	var wg sync.WaitGroup
	b.ResetTimer()
	for range writers {
		wg.Go(func() {
			var took []time.Duration
			for range b.N/writers + 1 {
				began := time.Now()
				if err := record(e); err != nil {
					b.Error(err)
					return
				}
				took = append(took, time.Since(began))
			}
			mu.Lock()
			all = append(all, took...)
			mu.Unlock()
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(all)
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
}

// plain is a writer that only appends and syncs.
type plain struct {
	file   *os.File
	size   int64
	source source
	queue  chan *item
}

func newPlain(b *testing.B) *plain {
	f, err := os.Create(filepath.Join(b.TempDir(), "plain.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	reserve(f, 16<<20)
	p := &plain{file: f, queue: make(chan *item, maxBatch)}
	go p.run()
	b.Cleanup(func() { close(p.queue); f.Close() })
	return p
}

func (p *plain) record(e Event) error {
	e.Time = time.Now()
	it := newItem(p.source.encode(&e))
	p.queue <- it
	return <-it.done
}

func (p *plain) run() {
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
		var buf []byte
		for _, it := range batch {
			// As many bytes as a link takes, so that the disk has the same work.
			buf = append(append(buf, it.body...), plainEnd...)
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

var plainEnd = func() string {
	b := make([]byte, 200)
	for i := range b {
		b[i] = ' '
	}
	return string(b) + "}\n"
}()
