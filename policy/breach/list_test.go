// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestContains(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {SuffixBytes: 18}, {Counts: true}, {SuffixBytes: 7, bucketBits: 8}, {SuffixBytes: 4, bucketBits: 12}} {
		o.Inputs = []string{hashFile(t, 3000, "\n")}
		content, _ := buildList(t, o)
		l := open(t, content)
		wantFound(t, l, 0, 3000, true)
		if o.SuffixBytes != 4 {
			wantFound(t, l, 3000, 13000, false)
		}
		if got, err := l.Contains("PASSWORD 1", 0); got || err != nil {
			t.Errorf("another case is found: %v", err)
		}
	}
}

// A bucket of many pages is looked up by the page, wherever its records really
// are: spread evenly, or all of them near one end.
func TestContainsInWindow(t *testing.T) {
	t.Parallel()
	spread := func(n int) (keys []Key) {
		for i := range n {
			keys = append(keys, Exact.KeyOf(password(i)))
		}
		return keys
	}
	crowd := func(first byte) (keys []Key) {
		for i := range 4000 {
			k := Exact.KeyOf(password(i))
			k[0], k[1] = 7, first
			keys = append(keys, k)
		}
		return keys
	}
	for name, keys := range map[string][]Key{
		"spread": spread(1 << 18), "at the front": crowd(0), "at the end": crowd(255), "in the middle": crowd(100),
	} {
		lines := make([]string, len(keys))
		for i, k := range keys {
			lines[i] = fmt.Sprintf("%X:1", k[:])
		}
		slices.Sort(lines)
		for _, counts := range []bool{false, true} {
			in := write(t, "hashes.txt", strings.Join(lines, "\n")+"\n")
			content, _ := buildList(t, Options{Inputs: []string{in}, bucketBits: 8, Counts: counts})
			l := open(t, content)
			for _, k := range keys[:4000] {
				if got, err := l.containsKey(k, 1); !got || err != nil {
					t.Fatalf("%s: found %v, %v", name, got, err)
				}
				for _, at := range []int{1, 3, 6} {
					other := k
					other[at] ^= 0x80
					if got, err := l.containsKey(other, 1); got || err != nil {
						t.Fatalf("%s: another key is found (%v)", name, err)
					}
				}
			}
		}
	}
}

// A window begins and ends with a record, holds the guess, and is a page or two.
func TestWindow(t *testing.T) {
	t.Parallel()
	for _, width := range []int{4, 6, 7, 19} {
		for start := int64(headerSize); start < headerSize+3*page; start += 601 {
			for _, records := range []int{1, 10, 700, 950, 5000} {
				for _, suffix := range [][]byte{{0, 0, 0, 0}, {1, 2, 3, 4}, {128, 0, 0, 0}, {255, 255, 255, 255}} {
					length := records * width
					from, to := window(suffix, start, length, width)
					if from < 0 || from >= to || to > length || from%width != 0 || to%width != 0 || to-from > 2*page+width {
						t.Fatalf("width %d, start %d, length %d, %v: %d to %d", width, start, length, suffix, from, to)
					}
				}
			}
		}
	}
}

func TestContainsAtLeast(t *testing.T) {
	t.Parallel()
	in := []string{hashFile(t, 500, "\n")}
	counted, _ := buildList(t, Options{Inputs: in, Counts: true})
	l := open(t, counted)
	for i := range 500 {
		for _, least := range []uint32{0, 1, 2, 7, 16, 100} {
			got, err := l.Contains(password(i), least)
			if want := countOf(i) >= least; got != want || err != nil {
				t.Fatalf("seen %d times, at least %d: got %v, %v", countOf(i), least, got, err)
			}
		}
	}
	filtered, _ := buildList(t, Options{Inputs: in, MinCount: 10})
	l = open(t, filtered)
	if got := l.Header().MinCount; got != 10 {
		t.Errorf("got a minimum of %d", got)
	}
	if _, err := l.Contains(password(9), 10); err != nil {
		t.Error(err)
	}
	if _, err := l.Contains(password(9), 11); err == nil {
		t.Error("a list without counts answers for a higher minimum")
	}
}

// flaky fails to read behind a position.
type flaky struct {
	io.ReaderAt
	from int64
}

var errDisk = errors.New("input/output error")

func (f *flaky) ReadAt(p []byte, offset int64) (int, error) {
	if offset+int64(len(p)) > f.from {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(p, offset)
}

// A read that fails must not pass for "not found".
func TestReadErrors(t *testing.T) {
	t.Parallel()
	content, _ := buildList(t, Options{Inputs: []string{hashFile(t, 100, "\n")}})
	file := &flaky{bytes.NewReader(content), int64(len(content))}
	l, err := Open(file, int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	file.from = 0
	if _, err := l.Contains(password(1), 0); !errors.Is(err, errDisk) {
		t.Errorf("got %v", err)
	}
	for _, from := range []int64{0, headerSize, l.header.indexOffset()} {
		if _, err := Open(&flaky{bytes.NewReader(content), from}, int64(len(content))); !errors.Is(err, errDisk) {
			t.Errorf("from %d: got %v", from, err)
		}
	}
}

func TestOpenRefusesWhatIsIncomplete(t *testing.T) {
	t.Parallel()
	content, _ := buildList(t, Options{Inputs: []string{hashFile(t, 100, "\n")}})
	for _, size := range []int{0, 1, headerSize - 1, headerSize, len(content) / 2, len(content) - 1} {
		if _, err := Open(bytes.NewReader(content[:size]), int64(size)); !errors.Is(err, errNotAList) {
			t.Errorf("%d bytes: got %v", size, err)
		}
	}
	longer := append(bytes.Clone(content), 0)
	if _, err := Open(bytes.NewReader(longer), int64(len(longer))); !errors.Is(err, errNotAList) {
		t.Errorf("one byte more: got %v", err)
	}
	damaged := bytes.Clone(content)
	damaged[len(damaged)-3] ^= 1
	if _, err := Open(bytes.NewReader(damaged), int64(len(damaged))); !errors.Is(err, errNotAList) {
		t.Errorf("index damaged: got %v", err)
	}
}

func TestContainsAllocatesLittle(t *testing.T) {
	content, _ := buildList(t, Options{Inputs: []string{hashFile(t, 1000, "\n")}, SuffixBytes: 7, bucketBits: 8})
	l := open(t, content)
	if n := testing.AllocsPerRun(1000, func() { l.Contains("password 1", 0) }); n > 1 {
		t.Errorf("%g allocations", n)
	}
}
