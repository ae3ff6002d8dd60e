// SPDX-License-Identifier: Apache-2.0

package history

import (
	"slices"
	"testing"
)

func TestVariants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		password string
		holds    []string
	}{
		{"summer2025", []string{"summer2024", "summer2026", "summer", "2025summer", "Summer2025"}},
		{"Ocelot09", []string{"Ocelot10", "Ocelot08", "ocelot09"}},
		{"ocelot99", []string{"ocelot98", "ocelot00"}},
		{"!ocelot", []string{"ocelot", "ocelot!"}},
		{"12345", []string{"12345"[:0]}},
		{"x", []string{"X"}},
		{"", nil},
	} {
		got := Variants(c.password)
		for _, want := range c.holds {
			if want != "" && !slices.Contains(got, want) {
				t.Errorf("%q: %q is missing in %q", c.password, want, got)
			}
		}
		if slices.Contains(got, c.password) || slices.Contains(got, "") || len(got) > maxVariants {
			t.Errorf("%q: %q", c.password, got)
		}
	}
}

func FuzzVariants(f *testing.F) {
	for _, s := range []string{"", "a1", "ß", "\xff9", "999", "İx"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := Variants(s); len(got) > maxVariants || slices.Contains(got, s) {
			t.Errorf("%q: %q", s, got)
		}
	})
}
