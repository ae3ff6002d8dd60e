// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A bucket is the first hex digits of a hash, a suffix those after them.
func TestShapeCutsHexDigits(t *testing.T) {
	t.Parallel()
	for _, bits := range []int{8, 12, 16, 20} {
		for _, suffixBytes := range []int{4, 6, 17, 18} {
			s := shape{bits, suffixBytes}
			for i := range 50 {
				k := Exact.KeyOf(password(i))
				digits := hex.EncodeToString(k[:]) + strings.Repeat("0", 20)
				if s.bits() == 160 {
					digits = hex.EncodeToString(k[:]) + "0"
				}
				bucket, _ := strconv.ParseInt(digits[:bits/4], 16, 64)
				if got := s.bucket(k); got != int(bucket) {
					t.Fatalf("%+v: bucket %x, want %x", s, got, bucket)
				}
				if bits/4+2*suffixBytes > len(digits) {
					continue
				}
				want := digits[bits/4 : bits/4+2*suffixBytes]
				if got := fmt.Sprintf("%x", s.appendSuffix(nil, k)); got != want {
					t.Fatalf("%+v: suffix %s, want %s", s, got, want)
				}
				if first := s.first(int(bucket)); s.bucket(first) != int(bucket) || compareKeys(first, k) > 0 {
					t.Fatalf("%+v: first key of %x is %x", s, bucket, first)
				}
			}
		}
	}
}

func TestShapeBits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		shape          shape
		bits, keyBytes int
		valid          bool
	}{
		{shape{20, 6}, 68, 9, true}, {shape{20, 18}, 160, 20, true}, {shape{8, 7}, 64, 8, true}, {shape{12, 4}, 44, 6, true},
		{shape{20, 3}, 44, 6, false}, {shape{20, 19}, 160, 20, false}, {shape{24, 6}, 72, 9, false}, {shape{10, 6}, 58, 8, false},
	}
	for _, test := range tests {
		if s := test.shape; s.bits() != test.bits || s.keyBytes() != test.keyBytes || s.valid() != test.valid {
			t.Errorf("%+v: %d bits, %d bytes, valid %v", s, s.bits(), s.keyBytes(), s.valid())
		}
	}
}

func TestHashing(t *testing.T) {
	t.Parallel()
	if Exact.KeyOf("Pässword") == Exact.KeyOf("pässword") {
		t.Error("exact hashing ignores case")
	}
	if IgnoringCase.KeyOf("PÄSSWORD") != Exact.KeyOf("pässword") {
		t.Error("case isn't ignored")
	}
	// The best known of all: Have I Been Pwned documents its hash.
	if got := fmt.Sprintf("%X", Exact.KeyOf("password")); got != "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8" {
		t.Error(got)
	}
}
