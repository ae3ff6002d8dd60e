// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// place puts a list of the passwords from to to where a Set looks for it.
func place(t testing.TB, path string, from, to int) {
	t.Helper()
	buildList(t, Options{Out: path, Inputs: []string{wordFile(t, from, to)}, SuffixBytes: 7, bucketBits: 8})
}

func TestReload(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.pgb")
	place(t, path, 0, 100)
	s, err := OpenSet(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	reload := func(want bool) {
		t.Helper()
		if got, err := s.Reload(); got != want || err != nil {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
	}
	reload(false)
	place(t, path, 100, 200) // as long as the other
	wantFound(t, s, 0, 100, true)
	reload(true)
	reload(false)
	wantFound(t, s, 0, 100, false)
	wantFound(t, s, 100, 200, true)
	if s.Header().Keys != 100 || s.Stats().Header != s.Header() || s.Counts(5) != nil {
		t.Errorf("got %+v", s.Header())
	}
}

// A list that can't be used doesn't replace one that can.
func TestReloadKeepsTheOldList(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.pgb")
	place(t, path, 0, 100)
	s, err := OpenSet(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	damaged := filepath.Join(filepath.Dir(path), "damaged")
	if err := os.WriteFile(damaged, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(damaged, path); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if changed, err := s.Reload(); err == nil || changed {
			t.Errorf("got %v, %v", changed, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reload(); err == nil {
		t.Error("a missing file is no error")
	}
	wantFound(t, s, 0, 100, true)
	place(t, path, 100, 200)
	if changed, err := s.Reload(); err != nil || !changed {
		t.Errorf("got %v, %v", changed, err)
	}
	wantFound(t, s, 100, 200, true)
}

// Someone who truncates the file in place gets errors, not "not found".
func TestTruncatedInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.pgb")
	place(t, path, 0, 100)
	s, err := OpenSet(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := os.Truncate(path, headerSize); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Contains(password(1), 0); err == nil {
		t.Error("no error")
	}
}

func TestLookupsDuringReload(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.pgb")
	place(t, path, 0, 100)
	s, err := OpenSet(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if got, err := s.Contains(password(50+i%50), 0); !got || err != nil {
					t.Errorf("got %v, %v", got, err)
					return
				}
			}
		})
	}
	for i := range 20 {
		place(t, path, 50-i, 100+i)
		if changed, err := s.Reload(); !changed || err != nil {
			t.Errorf("got %v, %v", changed, err)
		}
	}
	close(stop)
	readers.Wait()
}

func TestOpenSetRefuses(t *testing.T) {
	t.Parallel()
	if _, err := OpenSet(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("opened a missing file")
	}
	if _, err := OpenSet(t.TempDir()); err == nil {
		t.Error("opened a folder")
	}
}
