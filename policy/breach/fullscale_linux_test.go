// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestFullScale measures lookups for MEASURED.md. It runs only where
// PASSGATE_MEASURE names a folder with 2.5 GB to spare.
func TestFullScale(t *testing.T) {
	folder := os.Getenv("PASSGATE_MEASURE")
	if folder == "" {
		t.Skip("PASSGATE_MEASURE isn't set")
	}
	t.Run("1e9 keys, all in memory", func(t *testing.T) {
		path := filepath.Join(folder, "sparse.pgb")
		defer os.Remove(path)
		fill(t, path, 1_000_000_000, false)
		measure(t, path, 20_000, false)
	})
	t.Run("4e8 keys, on disk", func(t *testing.T) {
		path := filepath.Join(folder, "random.pgb")
		defer os.Remove(path)
		fill(t, path, 400_000_000, true)
		measure(t, path, 4_000, true)
	})
}

// fill makes a list with evenly filled buckets. Its records are random, and
// not in order, or a hole in the file: what matters here is reading them.
func fill(t *testing.T, path string, keys int64, random bool) {
	t.Helper()
	h := Header{Hashing: Exact, SuffixBytes: 6, BucketBits: 20, Keys: keys, Built: built}
	index := make([]byte, 4*(h.shape().buckets()+1))
	for b := range h.shape().buckets() + 1 {
		binary.BigEndian.PutUint32(index[4*b:], uint32(keys*int64(b)/int64(h.shape().buckets())))
	}
	h.index = sha256.Sum256(index)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	if _, err := file.Write(h.encode()); err != nil {
		t.Fatal(err)
	}
	if random {
		block, source := make([]byte, 1<<20), rand.NewChaCha8([32]byte{1})
		for left := h.indexOffset() - headerSize; left > 0; left -= int64(len(block)) {
			source.Read(block)
			if _, err := out.Write(block[:min(left, int64(len(block)))]); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := file.WriteAt(index, h.indexOffset()); err != nil {
		t.Fatal(err)
	}
	if err := file.Sync(); err != nil {
		t.Fatal(err)
	}
}

func measure(t *testing.T, path string, lookups int, onDisk bool) {
	t.Helper()
	start := time.Now()
	s, err := OpenSet(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fmt.Printf("%s: %d bytes, opened in %v, false positives %.1g\n", t.Name(), s.Header().Size(), time.Since(start), s.Header().FalsePositiveRate())
	if onDisk { // forget what was written
		if err := unix.Fadvise(int(s.file.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
			t.Fatal(err)
		}
		cold, disk := besideDisk(t, s, lookups)
		report("cold", cold)
		report("the disk's own", disk)
	} else {
		timed(t, s, lookups, 0)
	}
	report("warm", timed(t, s, lookups, 0)) // the same ones again
}

// besideDisk takes turns: a lookup, and one page of the same file from a random
// place, as the disk gives it by itself. Both see the same load.
func besideDisk(t *testing.T, s *Set, lookups int) (cold, disk []time.Duration) {
	t.Helper()
	random, block := rand.New(rand.NewPCG(1, 2)), make([]byte, page)
	for i := range lookups {
		start := time.Now()
		if _, err := s.Contains(password(i), 0); err != nil {
			t.Fatal(err)
		}
		looked := time.Now()
		if _, err := s.file.ReadAt(block, random.Int64N(s.Header().Size()/page)*page); err != nil {
			t.Fatal(err)
		}
		cold, disk = append(cold, looked.Sub(start)), append(disk, time.Since(looked))
	}
	slices.Sort(cold)
	slices.Sort(disk)
	return cold, disk
}

// timed looks up other passwords each time, unless from is the same.
func timed(t *testing.T, s *Set, lookups, from int) []time.Duration {
	t.Helper()
	all := make([]time.Duration, lookups)
	for i := range all {
		start := time.Now()
		if _, err := s.Contains(password(from+i), 0); err != nil {
			t.Fatal(err)
		}
		all[i] = time.Since(start)
	}
	slices.Sort(all)
	return all
}

func report(name string, sorted []time.Duration) {
	n := len(sorted)
	fmt.Printf("%s: p50 %v, p90 %v, p99 %v\n", name, sorted[n/2], sorted[n*9/10], sorted[n*99/100])
}
