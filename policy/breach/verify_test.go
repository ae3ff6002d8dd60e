// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

func TestVerifyFindsAnyDamage(t *testing.T) {
	t.Parallel()
	content, _ := buildList(t, Options{Inputs: []string{hashFile(t, 40, "\n")}, SuffixBytes: 7, bucketBits: 8})
	for i := range content {
		damaged := bytes.Clone(content)
		damaged[i] ^= 0x01
		if err := Verify(context.Background(), bytes.NewReader(damaged), int64(len(damaged)), nil); !errors.Is(err, errNotAList) {
			t.Fatalf("byte %d of %d: got %v", i, len(content), err)
		}
	}
}

func TestVerifyStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	content, _ := buildList(t, Options{Inputs: []string{hashFile(t, 40, "\n")}})
	if err := Verify(ctx, bytes.NewReader(content), int64(len(content)), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
