// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"bytes"
	"os"
	"testing"
	"time"
)

// requestsInCI, for each cluster, take about a minute on two cores.
const requestsInCI = 400

// TestNoWayAround is layer one: whatever is sent through the gateway, no cluster
// lets anybody in with a password that the policy forbids.
func TestNoWayAround(t *testing.T) {
	s := ready(t)
	t.Run("clusters", func(t *testing.T) {
		for i, c := range s.clusters {
			t.Run(c.Dialect, func(t *testing.T) {
				t.Parallel()
				began := time.Now()
				next := began.Add(time.Minute)
				run := Run{
					Seed: number64(t, envSeed, 1), Requests: int(number64(t, envRequests, requestsInCI)), Straight: int(number64(t, envStraight, 1)), Workers: int(number64(t, envWorkers, 3)),
					Cluster: c, Gateways: s.gateway.Addrs[2*i : 2*i+2],
					Progress: func(r *Report) {
						if time.Now().After(next) {
							next = time.Now().Add(time.Minute)
							t.Logf("%s so far: %s", time.Since(began).Round(time.Second), r.Total)
						}
					},
				}
				if limit := os.Getenv(envLimit); limit != "" {
					d, err := time.ParseDuration(limit)
					if err != nil {
						t.Fatal(err)
					}
					run.Until = began.Add(d)
				}
				report, err := run.Do(t.Context())
				if err != nil {
					t.Fatalf("%v\nthe gateway's output:\n%s", err, s.gateway.Output())
				}
				t.Logf("layer one in %v: %s", time.Since(began).Round(time.Second), report)
				t.Logf("by mutation\n%s", report.Mutations())
				for _, wrong := range report.Wrong() {
					t.Error(wrong)
				}
			})
		}
	})
	searchForSecrets(t, s)
}

// searchForSecrets looks for forbidden passwords in all that the gateway wrote.
func searchForSecrets(t *testing.T, s *setting) {
	files, err := s.gateway.Written()
	if err != nil || len(files) == 0 {
		t.Fatalf("expected files that the gateway has written, found %d, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if at := bytes.Index(text, []byte(mark)); at >= 0 {
			t.Errorf("a forbidden password stands in %s: %q", file, text[max(0, at-200):min(len(text), at+50)])
		}
	}
}
