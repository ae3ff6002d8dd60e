// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecodeComponent(t *testing.T) {
	t.Parallel()
	cases := []struct {
		in, want string
		plus     bool
		bad      bool
	}{
		{in: "joe", want: "joe"},
		{in: "a%2Fb", want: "a/b"},
		{in: "a%252Fb", want: "a%2Fb"},
		{in: "%%65", want: "%65"},
		{in: "%c3%a9", want: "é"},
		{in: "%ff", want: "\uFFFD"},
		{in: "\xe9", want: "é"},
		{in: "a+b", want: "a+b"},
		{in: "a+b", want: "a b", plus: true},
		{in: "%zz", bad: true},
		{in: "%", bad: true},
		{in: "%4", bad: true},
	}
	for _, c := range cases {
		got, err := decodeComponent(c.in, c.plus)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("decodeComponent(%q, %v) = %q, %v; want %q, failing: %v", c.in, c.plus, got, err, c.want, c.bad)
		}
	}
}

func TestDecodeQuery(t *testing.T) {
	t.Parallel()
	cases := map[string]map[string]string{
		"":                        {},
		"pretty":                  {"pretty": ""},
		"a=1&b=2":                 {"a": "1", "b": "2"},
		"a=1;b=2":                 {"a": "1", "b": "2"},
		";username=x":             {"username": "x"},
		"username=a&username=b":   {"username": "b"},
		"user%6eame=a%20b+c":      {"username": "a b c"},
		"&&=x&a=1":                {"a": "1"},
		"filter_path=a.b,-c&x=a=": {"filter_path": "a.b,-c", "x": "a="},
	}
	for query, want := range cases {
		if got, err := decodeQuery(query); err != nil || !maps.Equal(got, want) {
			t.Errorf("decodeQuery(%q) = %v, %v; want %v", query, got, err, want)
		}
	}
}

// What net/url decodes, the clusters decode in the same way, but for bytes that
// aren't UTF-8 and for percent signs in a row.
func FuzzDecodeComponent(f *testing.F) {
	for _, seed := range []string{"joe", "a%2Fb", "%%65", "%ff", "+", "%c3%a9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := decodeComponent(s, false)
		want, wantErr := url.PathUnescape(s)
		ascii := strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
		if wantErr != nil || strings.Contains(s, "%%") || !utf8.ValidString(want) || !ascii {
			return
		}
		if err != nil || got != want {
			t.Errorf("decodeComponent(%q) = %q, %v; want %q", s, got, err, want)
		}
	})
}
