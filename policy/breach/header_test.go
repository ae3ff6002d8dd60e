// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"errors"
	"strings"
	"testing"
)

func TestHeaderRoundTrip(t *testing.T) {
	t.Parallel()
	want := Header{
		Hashing: IgnoringCase, SuffixBytes: 7, BucketBits: 12, Counts: true, Keys: 1<<32 - 1, MinCount: 5,
		Source: strings.Repeat("s", 255), Built: built, body: [32]byte{1}, index: [32]byte{2},
	}
	encoded := want.encode()
	if len(encoded) != headerSize {
		t.Fatalf("%d bytes", len(encoded))
	}
	got, err := decodeHeader(encoded)
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestHeaderDamage(t *testing.T) {
	t.Parallel()
	good := Header{Hashing: Exact, SuffixBytes: 6, BucketBits: 20, Built: built}
	for i := range headerSize {
		encoded := good.encode()
		encoded[i] ^= 0x20
		if _, err := decodeHeader(encoded); !errors.Is(err, errNotAList) {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	for name, change := range map[string]func(h *Header){
		"hashing":  func(h *Header) { h.Hashing = 3 },
		"suffix":   func(h *Header) { h.SuffixBytes = 3 },
		"bits":     func(h *Header) { h.BucketBits = 24 },
		"keys":     func(h *Header) { h.Keys = 1 << 32 },
		"negative": func(h *Header) { h.Keys = -1 },
	} {
		h := good
		change(&h)
		if _, err := decodeHeader(h.encode()); !errors.Is(err, errNotAList) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The figures promised for a thousand million keys.
func TestSizeAtFullScale(t *testing.T) {
	t.Parallel()
	h := Header{SuffixBytes: 6, BucketBits: 20, Keys: 1e9}
	if h.Size() > 6.5e9 || h.FalsePositiveRate() > 1e-11 {
		t.Errorf("%d bytes, false positives %g", h.Size(), h.FalsePositiveRate())
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(Header{Hashing: Exact, SuffixBytes: 6, BucketBits: 8, Built: built}.encode())
	f.Add(builtin[:2000])
	f.Fuzz(func(t *testing.T, content []byte) {
		l, err := Open(strings.NewReader(string(content)), int64(len(content)))
		if err != nil {
			return
		}
		if _, err := l.Contains("password", 0); err != nil {
			t.Error(err)
		}
	})
}
