// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"slices"
	"testing"

	"github.com/passgate/passgate/module/e2e/oracle"
)

// A name that no mutation has would quietly weaken every run.
func TestKnownMutationsExist(t *testing.T) {
	t.Parallel()
	all := oracle.Mutations()
	for _, one := range slices.Concat(headerMutations, framingMutations) {
		all = append(all, one.name)
	}
	for _, name := range slices.Concat(everywhere, known["elasticsearch"], known["opensearch"]) {
		if !slices.Contains(all, name) {
			t.Errorf("expected a mutation %q, found none", name)
		}
	}
}
