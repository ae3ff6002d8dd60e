// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTrailTakesEachLineOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	segments := filepath.Join(dir, "segments")
	if err := os.Mkdir(segments, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(segments, "1.jsonl")
	write := func(text string) {
		t.Helper()
		f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	follow := newTrail(dir)
	expect := func(want ...string) {
		t.Helper()
		records, _, err := follow.take()
		if err != nil {
			t.Fatal(err)
		}
		if len(records) != len(want) {
			t.Fatalf("expected %d records, found %d", len(want), len(records))
		}
		for i, r := range records {
			if r.Gateway.Verdict != want[i] {
				t.Errorf("record %d: expected verdict %s, found %s", i, want[i], r.Gateway.Verdict)
			}
		}
	}
	expect()
	write(`{"Gateway":{"stage":"decision","verdict":"allow"},"user":{"target":{"name":["a","b"]}}}` + "\n" + `{"other":1}` + "\n" + `{"Gateway":`)
	expect("allow")
	write(`{"stage":"decision","verdict":"deny"},"user":{"target":{"name":"a"}}}` + "\n")
	expect("deny")
	expect()
}
