// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func change(stage Stage, outcome Outcome) Event {
	return Event{
		Change: NewID(), Stage: stage, Dialect: "elasticsearch", Operation: "change_password",
		Cluster: "prod-es", Mode: "enforce", Verdict: Allow, Enforced: true, Outcome: outcome,
		Secret: SecretPassword, Actor: Actor{Name: "alice", Scheme: "basic", Verified: true},
		Targets: []string{"bob"}, Policy: "staff", Digest: "5f3a",
		Client:  Client{IP: "10.0.0.9", Port: 40022, UserAgent: "curl/8"},
		Request: Request{Method: "PUT", Path: "/_security/user/bob/_password", Host: "es.example", Scheme: "https", Version: "1.1", MediaType: "application/json"},
	}
}

func segmentLines(t *testing.T, dir string) [][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "segments", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))...)
	}
	return lines
}

func TestRecordedEventsAreJSONLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := trail.Record(gone, change(StageDecision, "")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
	if err := trail.Record(t.Context(), change(StageDecision, "")); err == nil {
		t.Error("recording on a closed trail succeeded")
	}
	lines := segmentLines(t, dir)
	if len(lines) != 20 {
		t.Fatalf("got %d lines, want 20", len(lines))
	}
	for _, l := range lines {
		if !json.Valid(l) {
			t.Errorf("not JSON: %s", l)
		}
	}
}

func TestOneWriterPerDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer trail.Close()
	_, err = Open(dir, Options{})
	locked, ok := err.(*LockedError)
	if !ok || locked.Holder == "" {
		t.Fatalf("got %v, want a LockedError that names the holder", err)
	}
}
