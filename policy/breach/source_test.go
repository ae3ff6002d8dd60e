// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// fixed is a source of given entries.
type fixed []entry

func (f *fixed) next() (entry, error) {
	if len(*f) == 0 {
		return entry{}, io.EOF
	}
	e := (*f)[0]
	*f = (*f)[1:]
	return e, nil
}

func (f *fixed) close() error { return nil }

func drain(t *testing.T, next func() (entry, error)) (all []entry) {
	t.Helper()
	for {
		e, err := next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		counts := make(map[Key]uint32)
		sources := make([]source, r.IntN(9))
		for i := range sources {
			var entries fixed
			for range r.IntN(20) {
				e := entry{Key{byte(r.IntN(30))}, uint32(1 + r.IntN(100))}
				entries = append(entries, e)
				counts[e.key] = max(counts[e.key], e.count)
			}
			slices.SortFunc(entries, func(a, b entry) int { return compareKeys(a.key, b.key) })
			sources[i] = &entries
		}
		m, err := newMerger(sources)
		if err != nil {
			t.Fatal(err)
		}
		got := drain(t, m.next)
		if len(got) != len(counts) {
			t.Fatalf("%d entries, want %d", len(got), len(counts))
		}
		for i, e := range got {
			if e.count != counts[e.key] || i > 0 && compareKeys(got[i-1].key, e.key) >= 0 {
				t.Fatalf("entry %d is %+v after %+v, want count %d", i, e, got[max(i-1, 0)], counts[e.key])
			}
		}
	}
}

func TestMergeRefusesDisorder(t *testing.T) {
	t.Parallel()
	m, err := newMerger([]source{&fixed{{Key{2}, 1}, {Key{1}, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.next(); err == nil {
		t.Error("took a source that descends")
	}
}

// Whatever key a build goes on from, a source starts at the first one that
// isn't below.
func TestSourcesStartAnywhere(t *testing.T) {
	t.Parallel()
	const n = 300
	path := hashFile(t, n, "\r\n")
	whole, err := openOrdered(path, Key{})
	if err != nil {
		t.Fatal(err)
	}
	all := drain(t, whole.next)
	name := t.TempDir() + "/run"
	w, err := createRun(name, len(Key{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if err := w.add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.finish(); err != nil {
		t.Fatal(err)
	}
	folder := rangeFolder(t, n, func(p string) string { return p })
	starts := []Key{{}, {0xFF, 0xFF, 0xFF, 0xFF}}
	for i, e := range all {
		starts = append(starts, e.key)
		e.key[19] += byte(i % 3) // between two
		starts = append(starts, e.key)
	}
	for i, from := range starts {
		want := slices.IndexFunc(all, func(e entry) bool { return compareKeys(e.key, from) >= 0 })
		if want < 0 {
			want = n
		}
		ordered, err1 := openOrdered(path, from)
		run, err2 := openRun(name, len(Key{}), from)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		sources := []source{ordered, run}
		if i%50 == 0 { // looking at a million ranges takes a while
			ranges, err := openRanges(folder, from, true)
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, ranges)
		}
		for _, s := range sources {
			if got := drain(t, s.next); !slices.Equal(got, all[want:]) {
				t.Fatalf("%T from %X: got %d entries, want %d", s, from, len(got), n-want)
			}
		}
		if err := closeAll(sources); err != nil {
			t.Fatal(err)
		}
	}
}
