// SPDX-License-Identifier: Apache-2.0

//go:build unix

package audit

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkRecord measures durable records: how many a second, and how long a
// caller waits, with 1, 8 and 64 of them at once,
// see [bare] and [plain].
func BenchmarkRecord(b *testing.B) {
	opts := Options{SegmentSize: oneSegment}
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("bare-%d", writers), func(b *testing.B) { measure(b, writers, openBare(b).record) })
		b.Run(fmt.Sprintf("plain-%d", writers), func(b *testing.B) {
			p := openPlain(b, opts)
			measure(b, writers, p.record)
		})
		b.Run(fmt.Sprintf("trail-%d", writers), func(b *testing.B) {
			t, err := Open(b.TempDir(), opts)
			if err != nil {
				b.Fatal(err)
			}
			defer t.Close()
			measure(b, writers, func(e Event) error { return t.Record(context.Background(), e) })
		})
	}
}

// oneSegment keeps both writers in their first segment: a rotation costs the
// trail a few syncs every 64 MiB, and plain knows none.
const oneSegment = 8 << 30

// BenchmarkOverhead measures both writers in short turns, one after the other and
// in changing order, so that whatever else the machine does meets both. It
// reports by how much chain, tree and checkpoints lengthen the wait of half of
// the callers, and how many records fewer there are, in percent: the median of
// all pairs of turns. Run it with -benchtime 50x or more.
//
// Where others use the disk too, every turn meets another disk, and the pairs
// say little. -synctime 190us gives both a disk that takes this long to sync.
func BenchmarkOverhead(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			opts := Options{SegmentSize: oneSegment, disk: benchDisk{}}
			p := openPlain(b, opts)
			t, err := Open(b.TempDir(), opts)
			if err != nil {
				b.Fatal(err)
			}
			defer t.Close()
			plain := func() []time.Duration { return turn(b, writers, p.record) }
			trail := func() []time.Duration {
				return turn(b, writers, func(e Event) error { return t.Record(context.Background(), e) })
			}
			var longer, fewer, waits []float64
			for i := 0; b.Loop(); i++ {
				var with, without []time.Duration
				if i%2 == 0 {
					without, with = plain(), trail()
				} else {
					with, without = trail(), plain()
				}
				longer = append(longer, 100*(float64(half(with))/float64(half(without))-1))
				fewer = append(fewer, 100*(1-float64(len(with))/float64(len(without))))
				waits = append(waits, float64(half(with).Microseconds()))
			}
			b.ReportMetric(half(longer), "%longer")
			b.ReportMetric(half(fewer), "%fewer")
			b.ReportMetric(half(waits), "p50-µs")
		})
	}
}

// half is the median.
func half[T time.Duration | float64](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

// turn returns how long each caller waited, over a tenth of a second.
func turn(b *testing.B, writers int, record func(Event) error) (all []time.Duration) {
	e := everyEvent()
	e.Change, e.Time = NewID(), time.Time{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	began := time.Now()
	for range writers {
		wg.Go(func() {
			var took []time.Duration
			for time.Since(began) < 100*time.Millisecond {
				asked := time.Now()
				if err := record(e); err != nil {
					b.Error(err)
					return
				}
				took = append(took, time.Since(asked))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	wg.Wait()
	return all
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

var syncTime = flag.Duration("synctime", 0, "how long a sync takes in BenchmarkOverhead; 0: as long as the disk takes")

// benchDisk is the real disk, or one whose syncs take a fixed time.
type benchDisk struct{ realDisk }

func (benchDisk) create(name string) (file, error) {
	f, err := realDisk{}.create(name)
	return benchFile{f}, err
}

type benchFile struct{ file }

// datasync waits as a system call does: the scheduler sees the same.
func (f benchFile) datasync() error {
	if *syncTime == 0 {
		return f.file.datasync()
	}
	left := unix.NsecToTimespec(syncTime.Nanoseconds())
	for {
		// The runtime's own signals interrupt it.
		if err := unix.Nanosleep(&left, &left); err != unix.EINTR {
			return err
		}
	}
}
