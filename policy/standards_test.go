// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestStandardsExamples holds every preset to its standard's examples and
// counter-examples, which are in testdata/standards.
func TestStandardsExamples(t *testing.T) {
	t.Parallel()
	for _, name := range Presets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata", "standards", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			lines, err := parseLines(string(text))
			if err != nil {
				t.Fatal(err)
			}
			p := policyOf(t, "preset "+name)
			allowed, refused := 0, make(map[string]bool)
			for _, l := range lines {
				c := example(t, l.Statement)
				want := strings.ReplaceAll(l.Name, ",", " ")
				if want == "allow" {
					want = ""
				}
				if got := codes(p.Judge(c)); got != want {
					t.Errorf("%q broke %q, want %q (%s)", c.Password, got, want, l.note)
				}
				if want == "" {
					allowed++
				}
				for code := range strings.FieldsSeq(want) {
					refused[code] = true
				}
			}
			if allowed == 0 {
				t.Error("no example is allowed")
			}
			everyRuleHasACounterExample(t, p, refused)
		})
	}
}

func everyRuleHasACounterExample(t *testing.T, p *Policy, refused map[string]bool) {
	t.Helper()
	for _, r := range p.rules {
		if r.line.preset != "" && r.stage != elsewhere && !refused[r.violation.Rule] {
			t.Errorf("no counter-example breaks %s", r.line.Statement)
		}
	}
}

// example reads a line: verdict, password, what else the change carries.
func example(t *testing.T, s Statement) Change {
	t.Helper()
	if len(s.Args) == 0 {
		t.Fatalf("line %q has no password", s)
	}
	c := Change{Password: s.Args[0]}
	for _, arg := range s.Args[1:] {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "user":
			c.Username = value
		case "full_name":
			c.FullName = value
		case "email":
			c.Email = value
		case "current":
			c.Current, c.HasCurrent = value, true
		default:
			n, err := strconv.Atoi(strings.TrimPrefix(key, "x"))
			if err != nil {
				t.Fatalf("line %q: %q is neither an attribute nor a repetition", s, arg)
			}
			c.Password = strings.Repeat(c.Password, n)
		}
	}
	return c
}
