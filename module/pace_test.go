// SPDX-License-Identifier: Apache-2.0

package module

import (
	"crypto/sha256"
	"testing"
	"time"
)

// notSlow holds work to a bound that grows with how busy the machine is: times
// are compared with those of a fixed piece of work done right beside it. The best
// of a few attempts counts, since others may have been using the machine.
func notSlow(t *testing.T, name string, bound time.Duration, work func()) {
	t.Helper()
	var best float64
	for range 5 {
		pace := timed(func() { sha256.Sum256(make([]byte, 8<<20)) })
		took := timed(work)
		relative := float64(took) / float64(pace)
		if best == 0 || relative < best {
			best = relative
		}
		if best <= allowed(bound) {
			return
		}
	}
	t.Errorf("%s takes %.0f times as long as hashing 8 MiB, want at most %.0f", name, best, allowed(bound))
}

// allowed turns a bound on a usual machine, which hashes 8 MiB in 20 ms or less,
// into a multiple of that.
func allowed(bound time.Duration) float64 {
	return slowdown * max(1, float64(bound)/float64(20*time.Millisecond))
}

func timed(work func()) time.Duration {
	began := time.Now()
	work()
	return time.Since(began)
}
