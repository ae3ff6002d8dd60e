// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestMeasure takes the figures of MEASURED.md. It runs only where PASSGATE_MEASURE
// is set. It counts the time that its own thread spends on a core, so that a busy
// machine disturbs it only as far as cores share caches and arithmetic.
func TestMeasure(t *testing.T) {
	if os.Getenv("PASSGATE_MEASURE") == "" {
		t.Skip("PASSGATE_MEASURE isn't set")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	block := make([]byte, 1<<20)
	pace := func() {
		printTimes("SHA-256 of 1 MiB, for comparing machines", 101, 1, func() { sha256.Sum256(block) })
	}
	pace()
	for _, row := range typical {
		p, c := policyOf(t, row.policy), Change{Password: row.password, Username: "jane.doe"}
		printTimes(row.name, 201, 100, func() { p.Judge(c) })
	}
	p := policyOf(t, "preset opensearch")
	for _, password := range []string{"lantern-Quiz7harbour", "tR9#vQx2!mZk$7p@Wd0&", "Summer2026!!", "correcthorsebatterystaple"} {
		printTimes("with strength: "+password, 201, 10, func() { p.Judge(Change{Password: password, Username: "jane.doe"}) })
	}
	strong, every := policyOf(t, "strength strong\nmax_bytes 1024"), policyOf(t, everyRule)
	for _, name := range slices.Sorted(maps.Keys(hardest)) {
		c := hard(hardest[name], 1024)
		printTimes("1 KiB, strength: "+name, 31, 1, func() { strong.Judge(c) })
		printTimes("1 KiB, every stateless rule: "+name, 31, 1, func() { every.Judge(c) })
	}
	pace()
}

func printTimes(name string, rounds, calls int, work func()) {
	work()
	var times []time.Duration
	for range rounds {
		start := onCore()
		for range calls {
			work()
		}
		times = append(times, (onCore()-start)/time.Duration(calls))
	}
	slices.Sort(times)
	fmt.Printf("%-60s best %10v  median %10v\n", name, times[0], times[rounds/2])
}

// onCore is how long this thread has run.
func onCore() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		panic(err)
	}
	return time.Duration(now.Nano())
}
