// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/e2e"
	"github.com/passgate/passgate/module/e2e/oracle"
)

// Environment variables that make a run longer or another one.
const (
	envRequests = "PASSGATE_REST_N"      // how many requests; default: as many as CI has time for
	envSeed     = "PASSGATE_ORACLE_SEED" // default: 1
)

// requestsInCI take about a minute on two cores.
const requestsInCI = 20_000

// TestLayersReadWhatTheGatewayJudged is layer two.
func TestLayersReadWhatTheGatewayJudged(t *testing.T) {
	if !e2e.Enabled() {
		t.Skip("needs the clusters' classes: set " + e2e.EnvEnable + "=1")
	}
	run := Run{Seed: number(t, envSeed, 1), Requests: int(number(t, envRequests, requestsInCI)), Dir: trailDir(t)}
	for _, set := range oracle.Layers() {
		layer, err := Start(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(layer.Stop)
		run.Layers = append(run.Layers, layer)
	}
	began := time.Now()
	report, err := run.Do()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("layer two, REST layers of Elasticsearch behind the gateway, seed %d in %v\n%s", run.Seed, time.Since(began).Round(time.Second), report)
	for _, wrong := range report.wrong() {
		t.Error(wrong)
	}
}

// wrong lists why a run has not proven what it is for.
func (r *Report) wrong() (all []string) {
	const most = 20
	for _, finding := range r.Findings[:min(most, len(r.Findings))] {
		all = append(all, "BYPASS "+finding)
	}
	if c := r.Total; c.Bypasses > 0 {
		all = append(all, fmt.Sprintf("expected no bypass, found %d", c.Bypasses))
	}
	if c := r.Total; c.Tried == 0 || c.Effective*5 < c.Tried || c.Passed*50 < c.Tried {
		all = append(all, fmt.Sprintf("expected a fifth of the requests to work without the gateway and a fiftieth to pass it, found %d and %d of %d", c.Effective, c.Passed, c.Tried))
	}
	return all
}

// A run in which little would have worked proves little, and fails.
func TestWrongReports(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]oracle.Counts{
		"":                   {Tried: 100, Effective: 30, Refused: 20, Passed: 10},
		"expected a fifth":   {Tried: 100, Effective: 19, Passed: 10},
		"and a fiftieth":     {Tried: 100, Effective: 30, Passed: 1},
		"0 and 0 of 0":       {},
		"expected no bypass": {Tried: 100, Effective: 30, Passed: 10, Bypasses: 1},
	} {
		r := &Report{Total: c}
		if got := strings.Join(r.wrong(), "; "); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("expected %q, found %q", want, got)
		}
	}
}

// trailDir prefers memory: the trail is written through to the disk for every
// change, and a disk would set the pace.
func trailDir(t *testing.T) string {
	if dir, err := os.MkdirTemp("/dev/shm", "passgate-rest-"); err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}

func number(t *testing.T, name string, otherwise uint64) uint64 {
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

// String is the summary that a run prints.
func (r *Report) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.ByLayer)) {
		fmt.Fprintf(&b, "%-40s %s\n", name, r.ByLayer[name])
	}
	fmt.Fprintf(&b, "%-40s %s\n", "all", r.Total)
	names := slices.SortedFunc(maps.Keys(r.ByMade), func(x, y string) int {
		return cmp.Or(cmp.Compare(r.ByMade[y].Effective, r.ByMade[x].Effective), strings.Compare(x, y))
	})
	for _, name := range names {
		fmt.Fprintf(&b, "%-40s %s\n", name, r.ByMade[name])
	}
	return b.String()
}
