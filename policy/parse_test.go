// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestParseLine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		line string
		want []string
		note string
	}{
		{"", nil, ""},
		{"  # only a note", nil, "only a note"},
		{"min_length 15 # §1", []string{"min_length", "15"}, "§1"},
		{"a b#c", []string{"a", "b#c"}, ""},
		{`a "b # c" d`, []string{"a", "b # c", "d"}, ""},
		{`a "say \"x\""`, []string{"a", `say "x"`}, ""},
		{`a "back\slash"`, []string{"a", `back\slash`}, ""},
		{"a `b\"\\`", []string{"a", `b"\`}, ""},
		{`a ""`, []string{"a", ""}, ""},
	} {
		got, err := parseLine(row.line)
		var words []string
		if got.Name != "" {
			words = append([]string{got.Name}, got.Args...)
		}
		if err != nil || !slices.Equal(words, row.want) || got.note != row.note {
			t.Errorf("%q reads as %q, note %q, error %v; want %q, %q", row.line, words, got.note, err, row.want, row.note)
		}
	}
}

// FuzzStatementString: what a statement is written as reads back as itself.
func FuzzStatementString(f *testing.F) {
	f.Add("min_length", "15", "")
	f.Add("a", `b"c`, `\`)
	f.Add("allowed_characters", `~!@#"\`, "`")
	f.Fuzz(func(t *testing.T, name, one, two string) {
		if name == "" || strings.ContainsAny(name+one+two, "\n\r") || strings.ContainsAny(name, " \t\"`#{}") {
			return
		}
		if strings.Contains(one+two, "`") && strings.Contains(one+two, `\`) {
			return // no quoting of a Caddyfile can hold every such word
		}
		s := Statement{name, []string{one, two}}
		back, err := parseLine(s.String())
		if err != nil || back.Name != name || !slices.Equal(back.Args, s.Args) {
			t.Errorf("%q is written %s and reads back as %q, %v", s, s, back.Statement, err)
		}
	})
}

func FuzzParseLines(f *testing.F) {
	f.Add("preset x # y\nmin_length \"1")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := parseLines(text)
		if err != nil && lines != nil {
			t.Error("lines beside an error")
		}
	})
}
