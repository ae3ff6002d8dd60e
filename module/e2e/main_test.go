// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"os"
	"sync"
	"testing"
)

// started are the clusters to be stopped when all tests are over: they are
// started once, on first use, and shared.
var (
	startedMu sync.Mutex
	started   []*Cluster
)

func TestMain(m *testing.M) {
	if Enabled() { // both at once, while the first tests run
		go elasticsearchOnce()
		go openSearchOnce()
	}
	code := m.Run()
	if Enabled() {
		elasticsearchOnce() // not before they are up can they be stopped
		openSearchOnce()
	}
	startedMu.Lock()
	for _, c := range started {
		c.Stop()
	}
	startedMu.Unlock()
	if builtDir != "" {
		os.RemoveAll(builtDir)
	}
	os.Exit(code)
}

// requireEnabled leaves a test that needs real parts out of a plain "go test".
// With the variable set nothing is ever skipped.
func requireEnabled(t *testing.T) {
	t.Helper()
	if !Enabled() {
		t.Skip("needs real clusters: set " + EnvEnable + "=1")
	}
}

var (
	elasticsearchOnce = sync.OnceValues(func() (*Cluster, error) { return keep(StartElasticsearch(context.Background())) })
	openSearchOnce    = sync.OnceValues(func() (*Cluster, error) { return keep(StartOpenSearch(context.Background())) })
)

// builtOnce is the gateway's binary, and builtDir where it lies.
var (
	builtDir  string
	builtOnce = sync.OnceValues(func() (string, error) {
		var err error
		if builtDir, err = os.MkdirTemp("", "passgate-binary-"); err != nil {
			return "", err
		}
		return buildGateway(context.Background(), builtDir)
	})
)

func builtBinary(t *testing.T) string {
	t.Helper()
	binary, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func realElasticsearch(t *testing.T) *Cluster { return mustStart(t, elasticsearchOnce) }
func realOpenSearch(t *testing.T) *Cluster    { return mustStart(t, openSearchOnce) }

func mustStart(t *testing.T, once func() (*Cluster, error)) *Cluster {
	t.Helper()
	c, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// keep remembers a started cluster for TestMain.
func keep(c *Cluster, err error) (*Cluster, error) {
	if err == nil {
		startedMu.Lock()
		started = append(started, c)
		startedMu.Unlock()
	}
	return c, err
}
