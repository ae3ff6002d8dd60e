// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"strings"
	"testing"
)

// TestRequestsAreReproducible holds that a request depends on seed and number
// alone, that the maker never fails on one, and that each carries its id.
func TestRequestsAreReproducible(t *testing.T) {
	t.Parallel()
	made := make(map[string]bool)
	for n := range uint64(10_000) {
		w := newWire(7, n, "r7-1")
		raw := w.bytes()
		if n < 500 && !bytes.Equal(raw, newWire(7, n, "r7-1").bytes()) {
			t.Fatalf("request %d came out differently the second time (%s)", n, strings.Join(w.made, ", "))
		}
		for _, one := range w.made {
			made[one] = true
		}
		if !bytes.Contains(raw, []byte("r7-1")) {
			t.Errorf("request %d lost its id: %q", n, raw)
		}
	}
	for _, all := range [][]mutation{headerMutations, framingMutations} {
		for _, one := range all {
			if !made[one.name] {
				t.Errorf("%s: expected among 10,000 requests, found in none", one.name)
			}
		}
	}
	// The body is empty and ends early.
	for n := range uint64(2_000) {
		w := newWire(7, n, "r7-1")
		w.body = nil
		w.bytes()
	}
}
