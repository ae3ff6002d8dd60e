// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"testing"
	"time"
)

// inputsInCI take about a minute on two cores.
const inputsInCI = 300_000

// TestReadersAgree is layer three: no input on which a cluster finds a secret,
// a route or a login that the gateway neither finds nor refuses.
func TestReadersAgree(t *testing.T) {
	run := Run{Seed: number(t, envSeed, 1), Inputs: int(number(t, envInputs, inputsInCI)), Oracles: oracles(t)}
	began := time.Now()
	report, err := run.Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("layer three, %s in %v\n%s", "the clusters' readers", time.Since(began).Round(time.Second), report)
	t.Logf("by mutation\n%s", report.Mutations())
	for _, finding := range report.Findings {
		t.Errorf("BYPASS %s", finding)
	}
	for q, c := range report.ByKind {
		// A run of inputs that nobody understands would prove nothing.
		if c.Effective*10 < c.Tried {
			t.Errorf("%s: expected a cluster to find something in every tenth input, found it in %d of %d", q, c.Effective, c.Tried)
		}
		if c.Passed == 0 {
			t.Errorf("%s: expected some inputs to pass, none did", q)
		}
	}
}
