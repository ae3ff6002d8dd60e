// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"context"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/passgate/passgate/module/e2e"
)

// Environment variables that make a run longer or another one.
const (
	envInputs = "PASSGATE_ORACLE_N"    // how many inputs; default: as many as CI has time for
	envSeed   = "PASSGATE_ORACLE_SEED" // default: 1
)

var (
	startedMu sync.Mutex
	started   []*Oracle
)

func TestMain(m *testing.M) {
	code := m.Run()
	startedMu.Lock()
	for _, o := range started {
		o.Stop()
	}
	startedMu.Unlock()
	os.Exit(code)
}

// everyOracle starts all sets once and shares them among the tests.
var everyOracle = sync.OnceValues(func() ([]*Oracle, error) {
	sets := Sets()
	oracles, errs := make([]*Oracle, len(sets)), make([]error, len(sets))
	var starting sync.WaitGroup
	for i, set := range sets {
		starting.Go(func() {
			if oracles[i], errs[i] = set.Start(context.Background()); errs[i] == nil {
				startedMu.Lock()
				started = append(started, oracles[i])
				startedMu.Unlock()
			}
		})
	}
	starting.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return oracles, nil
})

// oracles returns the running oracles. Without PASSGATE_E2E the test is left
// out; with it, whatever can't be started is a failure.
func oracles(t testing.TB) []*Oracle {
	t.Helper()
	if !e2e.Enabled() {
		t.Skip("needs the clusters' classes: set " + e2e.EnvEnable + "=1")
	}
	all, err := everyOracle()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// number reads an environment variable.
func number(t testing.TB, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		t.Fatalf("expected a number in %s, found %q", name, text)
	}
	return n
}
