// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"
)

// The benchmarks measure on the trail in PASSGATE_BENCH_TRAIL, which `passgate
// audit sample-traffic` or [traffic.Write] makes; without it on the sample.
func benchTrail() string {
	if dir := os.Getenv("PASSGATE_BENCH_TRAIL"); dir != "" {
		return dir
	}
	return sample()
}

func BenchmarkOpenCold(b *testing.B) {
	for b.Loop() {
		open(b, benchTrail(), Options{})
	}
	report(b)
}

func BenchmarkOpenFromCache(b *testing.B) {
	cache := b.TempDir()
	open(b, benchTrail(), Options{Cache: cache})
	b.ResetTimer()
	for b.Loop() {
		open(b, benchTrail(), Options{Cache: cache})
	}
	report(b)
}

// report adds what the columns take in memory.
func report(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	v := open(b, benchTrail(), Options{})
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(v.Extent().Size), "records")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
}

func BenchmarkFilter(b *testing.B) {
	v := open(b, benchTrail(), Options{})
	for _, query := range []string{"verdict=deny", "actor=desk.omar&outcome=applied", "period=2026-08&self=no", "target=svc-*&rule=min_length", "text=kibana-0000"} {
		f := parse(b, query)
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				if _, err := v.Find(context.Background(), f, Page{Limit: 50}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGroup(b *testing.B) {
	v := open(b, benchTrail(), Options{})
	ctx, all := context.Background(), Filter{Changes: true}
	b.Run("tally by target", func(b *testing.B) {
		for b.Loop() {
			if _, err := v.Tally(ctx, all, Target); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cross actor by target", func(b *testing.B) {
		for b.Loop() {
			if _, err := v.Cross(ctx, all, Actor, Target); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("timeline by outcome", func(b *testing.B) {
		for b.Loop() {
			if _, err := v.Timeline(ctx, all, Outcome, 24*time.Hour); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	f := parse(b, "actor=desk.omar&outcome=failed")
	for b.Loop() {
		if err := Scan(context.Background(), benchTrail(), "", f, func(Found) bool { return true }); err != nil {
			b.Fatal(err)
		}
	}
}
