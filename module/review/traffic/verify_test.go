// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"testing"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

func TestWrittenTrailIsWhole(t *testing.T) {
	t.Parallel()
	dir, p := t.TempDir(), quarter(600)
	if _, err := Write(dir, p, audit.Options{}); err != nil {
		t.Fatal(err)
	}
	r, err := proof.Verify(dir, proof.Options{Now: p.Until})
	if err != nil || r.Integrity != proof.Intact || r.Completeness != proof.Complete || r.InDoubt != 1 {
		t.Errorf("%+v (%v)", r, err)
	}
	for _, f := range r.Findings {
		t.Logf("%s: %s", f.Kind, f.Text)
	}
}
