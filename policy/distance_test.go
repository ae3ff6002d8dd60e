// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"math"
	"testing"
)

func TestMinDistance(t *testing.T) {
	t.Parallel()
	change := func(current, next string) Change {
		return Change{Password: next, Current: current, HasCurrent: true}
	}
	judge(t, []judged{
		{"three replaced", "min_distance 4", change("lantern-1234", "lantern-5674"), "min_distance"},
		{"four replaced", "min_distance 4", change("lantern-1234", "lantern-5678"), ""},
		{"case doesn't count", "min_distance 1", change("lantern", "LANTERN"), "min_distance"},
		{"put in front", "min_distance 4", change("lantern-quiz", "xyzlantern-quiz"), "min_distance"},
		{"four put in front", "min_distance 4", change("lantern-quiz", "wxyzlantern-quiz"), ""},
		{"current unknown", "min_distance 4", Change{Password: "lantern"}, ""},
		{"current empty", "min_distance 4", change("", "abc"), "min_distance"},
		{"another composition", "min_distance 1", change("caf\u00e9", "cafe\u0301"), "min_distance"},
	})
}

func TestSimilarity(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want float64
	}{
		{"abc", "abc", 1}, {"abc", "xyz", 0}, {"abcd", "abxd", 0.75}, {"janedoe", "jane.doe1", 14.0 / 16}, {"", "", 0},
	} {
		if got := similarity([]rune(row.a), []rune(row.b)); math.Abs(got-row.want) > 1e-9 {
			t.Errorf("%q and %q are similar by %v, want %v", row.a, row.b, got, row.want)
		}
	}
}

// FuzzCloserThan compares the band with the whole table.
func FuzzCloserThan(f *testing.F) {
	f.Add("lantern", "lanterns", uint8(2))
	f.Add("", "abc", uint8(3))
	f.Add("abcdefgh", "hgfedcba", uint8(7))
	f.Fuzz(func(t *testing.T, a, b string, n uint8) {
		if n == 0 || n > largestDistance || len(a) > 200 || len(b) > 200 {
			return
		}
		got, want := closerThan([]rune(a), []rune(b), int(n)), editDistance([]rune(a), []rune(b)) < int(n)
		if got != want {
			t.Errorf("fewer than %d edits from %q to %q: %v, want %v", n, a, b, got, want)
		}
	})
}

// FuzzSimilarity: it is symmetric and at most 1, and 1 only for equal texts.
func FuzzSimilarity(f *testing.F) {
	f.Add("jane", "enaj")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := []rune(a), []rune(b)
		s := similarity(x, y)
		if s != similarity(y, x) || s < 0 || s > 1 || s == 1 && string(x) != string(y) {
			t.Errorf("%q and %q are similar by %v and %v", a, b, s, similarity(y, x))
		}
	})
}
