// SPDX-License-Identifier: Apache-2.0

package historyfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/passgate/passgate/policy/history"
)

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// What was learnt is there after the file was closed and opened again.
func TestSurvives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, user := filepath.Join(dir, "sub", "history.db"), history.User{Cluster: "es", Name: "bob"}
	for i := range 2 {
		pepper, err := LoadPepper(filepath.Join(dir, "pepper"))
		if err != nil {
			t.Fatal(err)
		}
		store := open(t, path)
		book, err := history.NewBook(store, history.Options{Peppers: history.Peppers{pepper}, Cost: history.Cost{KiB: 8, Passes: 1}})
		if err != nil {
			t.Fatal(err)
		}
		look, err := book.Look(user, "a former password", history.Limit{Count: 3})
		if err != nil || look.Used != (i == 1) {
			t.Errorf("round %d: used %v, error %v", i, look.Used, err)
		}
		if err := book.Learn(user, "a former password", history.Limit{Count: 3}); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(data), "bob") || strings.Contains(string(data), "former") {
		t.Errorf("a name or a password can be read in the file (%v)", err)
	}
	for _, file := range []string{path, filepath.Join(dir, "pepper")} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, error %v", file, info.Mode(), err)
		}
	}
}

func TestOneProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	open(t, path)
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("opened twice: %v", err)
	}
}

func TestDamagedPepper(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pepper")
	if err := os.WriteFile(path, []byte("id not-base64!"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadPepper(path); err == nil || strings.Contains(err.Error(), "not-base64") {
		t.Errorf("error %v, want one that quotes nothing", err)
	}
}
