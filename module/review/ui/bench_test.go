// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// BenchmarkPages measures on the trail in PASSGATE_BENCH_TRAIL, or the sample.
func BenchmarkPages(b *testing.B) {
	dir := os.Getenv("PASSGATE_BENCH_TRAIL")
	if dir == "" {
		dir = trailDir()
	}
	s := New(Options{Dir: dir})
	defer s.Close()
	ask := func(path string) int {
		w := httptest.NewRecorder()
		s.Serve(w, httptest.NewRequest(http.MethodGet, path, nil), "auditor")
		return w.Code
	}
	for ask("/") == http.StatusServiceUnavailable || s.keeper.checked().report == nil {
		time.Sleep(50 * time.Millisecond)
	}
	for _, path := range []string{"/", "/?since=90d", "/events", "/people", "/rules", "/integrity"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				if code := ask(path); code != http.StatusOK {
					b.Fatal(code)
				}
			}
		})
	}
}
