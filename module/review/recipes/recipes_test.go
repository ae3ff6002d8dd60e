// SPDX-License-Identifier: Apache-2.0

package recipes

import (
	"encoding/csv"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/traffic"
)

// tally is what we count for a recipe's answer.
func tally(t *testing.T, v *review.View, f review.Filter, by review.Column) map[string]int64 {
	t.Helper()
	tallies, err := v.Tally(t.Context(), f, by)
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int64)
	for _, x := range tallies {
		if x.Value == "" {
			x.Value = "awaited"
		}
		counts[x.Value] += x.Count
	}
	return counts
}

// answers are what the recipes must find, by their titles.
func answers(t *testing.T, v *review.View) map[string]map[string]int64 {
	changes := review.Filter{Changes: true}
	denied := changes.With(review.Verdict, "deny")
	denied.Enforced = review.Yes
	others := changes.With(review.Outcome, "applied")
	others.Self = review.No
	refusals, err := v.Count(t.Context(), denied)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := tally(t, v, changes, review.Outcome)
	return map[string]map[string]int64{
		"install the format":                    {},
		"refusals, one a line":                  {"lines": refusals},
		"changes by outcome":                    outcomes,
		"changes by outcome, by way of Parquet": outcomes,
		"refusals by cause":                     tally(t, v, denied, review.Cause),
		"refusals by rule":                      tally(t, v, denied.With(review.Cause, "policy"), review.Rule),
		"who changes others' passwords":         tally(t, v, others, review.Actor),
	}
}

// counted reads a tool's answer: a word and a number a line.
func counted(t *testing.T, title, out string) map[string]int64 {
	t.Helper()
	counts := make(map[string]int64)
	if title == "refusals, one a line" {
		counts["lines"] = int64(strings.Count(out, "\n"))
		return counts
	}
	r := csv.NewReader(strings.NewReader(strings.ReplaceAll(out, "\t", ",")))
	r.FieldsPerRecord = 2
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	for i, row := range rows {
		n, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil && i > 0 {
			t.Errorf("%q is no number", row[1])
		}
		if err == nil {
			counts[row[0]] += n
		}
	}
	return counts
}

type recipe struct{ tool, title, script string }

func recipesOf(t *testing.T) []recipe {
	t.Helper()
	text, err := os.ReadFile("../RECIPES.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []recipe
	for _, m := range regexp.MustCompile("(?s)```sh\n# ([^\n]*)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		tool, _, _ := strings.Cut(m[2], " ")
		all = append(all, recipe{tool, m[1], m[2]})
	}
	if len(all) != strings.Count(string(text), "```sh") || len(all) < 9 {
		t.Fatalf("%d recipes with a title", len(all))
	}
	return all
}

// tool returns the directory of a program, or skips.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return filepath.Dir(path)
	case os.Getenv("PASSGATE_E2E") == "":
		t.Skipf("%s is not installed", name)
	case name != "duckdb":
		t.Fatalf("PASSGATE_E2E is set, and %s is missing", name)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "passgate-e2e-duckdb", "bin")
	if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
		return dir
	}
	for _, args := range [][]string{{"python3", "-m", "venv", filepath.Dir(dir)}, {filepath.Join(dir, "pip"), "install", "--quiet", "duckdb-cli==1.5.6"}} {
		if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("installing DuckDB: %v\n%s", err, out)
		}
	}
	return dir
}

func TestRecipes(t *testing.T) {
	t.Parallel()
	trail := filepath.Join(t.TempDir(), "trail")
	plan := traffic.Plan{Seed: 3, Changes: 800, People: 60, From: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)}
	if _, err := traffic.Write(trail, plan, audit.Options{}); err != nil {
		t.Fatal(err)
	}
	v, err := review.Open(t.Context(), trail, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, home, work := answers(t, v), t.TempDir(), t.TempDir()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	// One after the other: the format that lnav needs is the first of its own.
	for _, r := range recipesOf(t) {
		t.Run(r.tool+": "+r.title, func(t *testing.T) {
			dir := tool(t, r.tool)
			script := strings.ReplaceAll(strings.ReplaceAll(r.script, "/var/log/passgate", trail), "module/review/", filepath.Join(root, "module/review")+"/")
			c := exec.CommandContext(t.Context(), "sh", "-ec", script)
			c.Dir = work
			c.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "TERM=dumb", "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			var errs strings.Builder
			c.Stderr = &errs
			out, err := c.Output()
			if err != nil {
				t.Fatalf("%v: %s%s", err, errs.String(), out)
			}
			expected, known := want[r.title]
			if !known {
				t.Fatal("nothing to compare its answer with")
			}
			if len(expected) == 0 {
				return
			}
			if got := counted(t, r.title, string(out)); !maps.Equal(got, expected) {
				t.Errorf("it counts %v, we %v", got, expected)
			}
		})
	}
}
