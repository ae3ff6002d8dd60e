// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The tests of the cache set an environment variable, so none is parallel.

func TestCachedFillsOnce(t *testing.T) {
	t.Setenv(EnvCache, t.TempDir())
	fills := 0
	fill := func(dir string) error {
		fills++
		return os.WriteFile(filepath.Join(dir, "file"), nil, 0o600)
	}
	for range 2 {
		dir, err := cached("entry", fill)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "file")); err != nil {
			t.Error(err)
		}
	}
	if fills != 1 {
		t.Errorf("expected one fill, found %d", fills)
	}
}

func TestCachedForgetsWhatFailed(t *testing.T) {
	root := t.TempDir()
	t.Setenv(EnvCache, root)
	broken := errors.New("the line went down")
	if _, err := cached("entry", func(dir string) error {
		_ = os.WriteFile(filepath.Join(dir, "half"), nil, 0o600)
		return broken
	}); !errors.Is(err, broken) {
		t.Fatalf("expected the failure, found %v", err)
	}
	left, err := filepath.Glob(filepath.Join(root, "*entry*", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("expected nothing left of the half download, found %v, %v", left, err)
	}
	dir, err := cached("entry", func(string) error { return nil })
	if err != nil || dir != filepath.Join(root, "entry") {
		t.Errorf("expected a second try to succeed, found %q, %v", dir, err)
	}
}
