// SPDX-License-Identifier: Apache-2.0

package differential

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
	envRequests = "PASSGATE_DIFFERENTIAL_N"        // for each cluster; default: as many as CI has time for
	envSeed     = "PASSGATE_DIFFERENTIAL_SEED"     // default: 1
	envStraight = "PASSGATE_DIFFERENTIAL_STRAIGHT" // one in so many goes straight as well; default: 1
	envWorkers  = "PASSGATE_DIFFERENTIAL_WORKERS"  // at a time, for each cluster; default: 3
)

// envLimit ends the requests after so long (a Go duration), for a run of "as many
// as there is time for". Default: none, the number is fixed.
const envLimit = "PASSGATE_DIFFERENTIAL_LIMIT"

// setting is what the tests share: a gateway in front of two clusters.
type setting struct {
	clusters []*e2e.Cluster
	gateway  *e2e.Gateway
}

func TestMain(m *testing.M) {
	code := m.Run()
	if e2e.Enabled() {
		shared, _ := started() // a failure has been reported by every test
		shared.stop()
	}
	os.Exit(code)
}

var started = sync.OnceValues(func() (*setting, error) {
	ctx := context.Background()
	starts := []func(context.Context) (*e2e.Cluster, error){e2e.StartFastElasticsearch, e2e.StartOpenSearch}
	clusters, errs := make([]*e2e.Cluster, len(starts)), make([]error, len(starts))
	var starting sync.WaitGroup
	for i, start := range starts {
		starting.Go(func() { clusters[i], errs[i] = start(ctx) })
	}
	starting.Wait()
	s := new(setting)
	var guards []e2e.Guard
	for i, c := range clusters {
		if errs[i] != nil {
			continue
		}
		s.clusters = append(s.clusters, c)
		for _, shortcut := range []bool{true, false} {
			guards = append(guards, e2e.Guard{Cluster: c, Policy: "preset " + preset, Shortcut: shortcut})
		}
	}
	for _, err := range errs {
		if err != nil {
			return s, err
		}
	}
	var err error
	s.gateway, err = e2e.StartGateway(ctx, guards...)
	return s, err
})

func (s *setting) stop() {
	if s.gateway != nil {
		s.gateway.Stop()
	}
	for _, c := range s.clusters {
		c.Stop()
	}
}

// ready returns what the tests share. Without PASSGATE_E2E the test is left out;
// with it, whatever can't be started is a failure.
func ready(t *testing.T) *setting {
	t.Helper()
	if !e2e.Enabled() {
		t.Skip("needs real clusters: set " + e2e.EnvEnable + "=1")
	}
	s, err := started()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// number64 reads an environment variable.
func number64(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatalf("expected a number in %s, found %q", name, text)
	}
	return n
}
