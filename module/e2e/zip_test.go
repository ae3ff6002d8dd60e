// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeZip(t *testing.T, names ...string) string {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "a.zip")
	f, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "/") {
			if _, err := w.Write([]byte(name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return archive
}

func TestUnzip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := writeZip(t, "top/", "top/bin/run", "top/modules/x-pack-ml/native", "top/config/a.yml")
	if err := unzip(archive, dir, withoutMachineLearning); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"bin/run": true, "config/a.yml": true, "modules": false, "top": false} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s: expected to be there %v, found %v", name, want, err)
		}
	}
}

// TestUnzipStaysInside: an archive is only as good as the line it came over.
func TestUnzipStaysInside(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "in")
	for _, name := range []string{"../out", "/out", "a/../../out"} {
		if err := unzip(writeZip(t, name), dir, everything); err == nil {
			t.Errorf("%s: expected an error, found none", name)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "out")); err == nil {
		t.Error("a file was written outside")
	}
}
