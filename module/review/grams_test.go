// SPDX-License-Identifier: Apache-2.0

package review

import (
	"testing"

	"github.com/passgate/passgate/module/audit"
)

// A text that occurs nowhere must leave few lines to be read, and a whole id
// hardly any but its own.
func TestTextsAreFoundWithFewLinesRead(t *testing.T) {
	t.Parallel()
	v := open(t, sample(), Options{})
	id := audit.NewID()
	a, err := v.Find(t.Context(), Filter{}, Page{Limit: 1})
	if err != nil || len(a.Found) != 1 {
		t.Fatalf("%d records (%v)", len(a.Found), err)
	}
	for text, most := range map[string]float64{"kibana-0000": .02, "deadbeef": .02, id: .001, a.Found[0].Record.ID: .002, "zzzz": .4} {
		f := Filter{Text: text}
		sel, segments := v.prepare(&f)
		rows, all := 0, 0
		for _, c := range segments {
			rows += len(v.rows(sel, c, nil))
			all += c.len()
		}
		if share := float64(rows) / float64(all); share > most {
			t.Errorf("%q: %d of %d lines would be read, want a share of %g at most", text, rows, all, most)
		}
	}
}
