// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"path/filepath"
	"testing"
)

// MEASURED.md has the figures at full scale; this is the same at a million.
func BenchmarkContains(b *testing.B) {
	path := filepath.Join(b.TempDir(), "list.pgb")
	buildList(b, Options{Out: path, Inputs: []string{wordFile(b, 0, 1_000_000)}})
	s, err := OpenSet(path)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Contains(password(i%2_000_000), 0); err != nil {
			b.Fatal(err)
		}
	}
}
