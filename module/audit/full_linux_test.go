// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// TestAFullDisk fills a real file system of 8 MiB with the trail on it. New
// changes are refused while outcomes are still recorded; with room again the
// trail says what was refused, and nothing that was acknowledged is lost.
// Mounting takes root.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	if err := syscall.Mount("tmpfs", base, "tmpfs", 0, "size=8m"); err != nil {
		if errors.Is(err, syscall.EPERM) {
			t.Skip("mounting a small disk takes root")
		}
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(base, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	dir, ballast := filepath.Join(base, "trail"), filepath.Join(base, "ballast")
	opts := audit.Options{Instance: "gw-1", Reserve: 256 << 10, StopFree: 64 << 10, WarnFree: 1 << 20, FloodLimit: -1, SegmentSize: 1 << 20}
	trail := open(t, dir, opts)
	var under []audit.Event
	for range 100 {
		e := decision()
		record(t, trail, e)
		under = append(under, e)
	}
	fill(t, ballast)
	trail.Tick()
	if trail.Health().Err == nil {
		t.Error("healthy on a full disk")
	}
	refused := int64(0)
	for range 10 {
		if trail.Record(t.Context(), decision()) != nil {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("%d of 10 new changes refused on a full disk", refused)
	}
	for _, e := range under {
		record(t, trail, outcomeOf(e, audit.Applied))
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	trail.Tick()
	if err := trail.Health().Err; err != nil {
		t.Errorf("still unhealthy with room again: %v", err)
	}
	changes(t, trail, 10)

	// Without anybody's ballast: the trail itself fills the disk.
	written := 0
	for range 20_000 {
		if trail.Record(t.Context(), refusal("10.0.0.1")) != nil {
			break
		}
		written++
	}
	if written == 20_000 {
		t.Error("the disk never got full")
	}
	closeTrail(t, trail)
	if n := count(t, dir, audit.CodeApplied); n != 110 {
		t.Errorf("%d outcomes on the trail, want 110", n)
	}
	if n := count(t, dir, audit.CodePolicy); n != written {
		t.Errorf("%d refusals on the trail, %d were acknowledged", n, written)
	}
	verify(t, dir, proof.ExitIntact)
}

// fill takes the last byte.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 16, 1} {
		for b := make([]byte, size); err == nil; {
			_, err = f.Write(b)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		err = nil
	}
}
