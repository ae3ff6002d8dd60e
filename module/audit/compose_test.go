// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

func TestComposedTrailIsWholeAndGoesOn(t *testing.T) {
	t.Parallel()
	dir, from := t.TempDir(), time.Date(2026, 7, 1, 22, 0, 0, 0, time.UTC)
	past := func(yield func(audit.Past) bool) {
		for i := range 40 {
			n := audit.Notice{Code: audit.CodeConfig, Time: from.Add(time.Duration(i) * 5 * time.Minute)}
			if !yield(audit.Past{Notice: &n}) {
				return
			}
		}
	}
	size, err := audit.Compose(dir, audit.Options{Instance: "gw", Heartbeat: 2 * time.Minute}, past)
	if err != nil {
		t.Fatal(err)
	}
	var next int64
	var last time.Time
	codes := map[audit.Code]int{}
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil || r.Seq != next || r.Time.Before(last) || r.Time.Sub(last) > 2*time.Minute && !last.IsZero() {
			t.Fatalf("record %d at %v after %v: %v", r.Seq, r.Time, last, err)
		}
		next, last = next+1, r.Time
		codes[r.Code]++
	}
	if next != size || codes[audit.CodeConfig] != 40 || codes[audit.CodeHeartbeat] != 2*39 || codes[audit.CodeSealed] != 1 || codes[audit.CodeStop] != 1 {
		t.Errorf("%d of %d records: %v", next, size, codes)
	}
	if _, err := audit.Compose(dir, audit.Options{}, past); err == nil {
		t.Error("a second composition into the same directory succeeded")
	}
	trail, err := audit.Open(dir, audit.Options{Instance: "gw"})
	if err != nil {
		t.Fatalf("a gateway can't go on where the composition ends: %v", err)
	}
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
}
