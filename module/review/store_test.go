// SPDX-License-Identifier: Apache-2.0

package review

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/passgate/passgate/module/audit"
)

func kept(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.idx"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no columns were kept (%v)", err)
	}
	return files
}

func TestCacheIsAsPrivateAsTheTrail(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "cache")
	open(t, sample(), Options{Cache: cache})
	for _, file := range append(kept(t, cache), filepath.Dir(kept(t, cache)[0])) {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v (%v)", file, info.Mode(), err)
		}
	}
}

func TestDamagedCacheIsBuiltAnew(t *testing.T) {
	t.Parallel()
	segments, err := audit.Segments(sample())
	if err != nil {
		t.Fatal(err)
	}
	s := store{t.TempDir()}
	b, err := new(View).do(context.Background(), job{segment: segments[0], end: segments[1].First}, newMeter(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	s.save(b)
	path := s.path(segments[0])
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s.load(segments[0]) == nil {
		t.Fatal("the columns just kept can't be loaded")
	}
	for at := 0; at < len(good); at += 1 + len(good)/200 {
		bad := bytes.Clone(good)
		bad[at] ^= 0x41
		for name, content := range map[string][]byte{"changed": bad, "cut": good[:at]} {
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if s.load(segments[0]) != nil {
				t.Fatalf("columns %s at byte %d were loaded", name, at)
			}
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	other := segments[0]
	other.Size--
	if s.load(other) != nil {
		t.Error("columns of another file were loaded")
	}
}

// TestForgedCacheShowsNoFalseRecord: whoever can write to the cache can hide
// records from a query, but can't have one shown that doesn't fit or isn't
// there. Reports don't use a cache at all.
func TestForgedCacheShowsNoFalseRecord(t *testing.T) {
	t.Parallel()
	segments, err := audit.Segments(sample())
	if err != nil {
		t.Fatal(err)
	}
	s := store{t.TempDir()}
	for i, segment := range segments[:len(segments)-1] {
		b, err := new(View).do(context.Background(), job{segment: segment, end: segments[i+1].First}, newMeter(nil, nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, values := range [][]string{b.dicts[Verdict].values, b.dicts[Actor].values} {
			if len(values) > 2 {
				values[1], values[2] = values[2], values[1]
			}
		}
		s.save(b)
	}
	v := open(t, sample(), Options{Cache: s.dir})
	f := parse(t, "verdict=deny")
	want := places(t, func(r *audit.Record) bool { return r.Verdict == audit.Deny })
	for _, place := range append(found(t, v, f), scanned(t, s.dir, f)...) {
		if !slices.Contains(want, place) {
			t.Errorf("record %d is shown as a denial", place)
		}
	}
}

func FuzzColumnsFromAnyBytes(f *testing.F) {
	segments, err := audit.Segments(sample())
	if err != nil {
		f.Fatal(err)
	}
	b := newBuilder(segments[0], 0)
	if err := b.read(context.Background(), 0, 5, func(int64) {}); err != nil {
		f.Fatal(err)
	}
	f.Add(appendColumns(nil, b))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, body []byte) {
		b := newBuilder(segments[0], 0)
		d := decoder{body, true}
		d.columns(b)
		if d.ok && b.consistent() {
			b.spans(newSelection(&Filter{}, &b.dicts).rows(&b.columns, nil))
		}
	})
}
