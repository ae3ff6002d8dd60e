// SPDX-License-Identifier: Apache-2.0

//go:build unix

package audit_test

import (
	"flag"
	"iter"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// The full size is 1,000,000 records, some 1.4 GB:
// go test ./module/audit -run XXX -bench Verify -records 1000000
var benchRecords = flag.Int("records", 50_000, "records of the trail that is verified")

// BenchmarkVerify measures a whole verification, in seconds of one core.
func BenchmarkVerify(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "trail")
	opts := audit.Options{Instance: "gw-1", Heartbeat: time.Hour, StopFree: 1}
	size, err := audit.Compose(dir, opts, past(*benchRecords))
	if err != nil {
		b.Fatal(err)
	}
	cpu := time.Duration(0)
	for b.Loop() {
		before := processorTime(b)
		report, err := proof.Verify(dir, proof.Options{})
		cpu += processorTime(b) - before
		if err != nil || report.ExitCode() != proof.ExitIntact || report.Records != size {
			b.Fatalf("%+v (%v)", report, err)
		}
	}
	b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(size), "records")
}

// past is a stream of changes, a second apart and ending now.
func past(records int) iter.Seq[audit.Past] {
	return func(yield func(audit.Past) bool) {
		at := time.Now().Add(-time.Duration(records/2) * time.Second)
		for range records / 2 {
			e := decision()
			e.Time = at
			o := outcomeOf(e, audit.Applied)
			at = at.Add(time.Second)
			o.Time = at
			if !yield(audit.Past{Event: &e}) || !yield(audit.Past{Event: &o}) {
				return
			}
		}
	}
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
