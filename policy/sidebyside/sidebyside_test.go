// SPDX-License-Identifier: Apache-2.0

package sidebyside

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/passgate/passgate/policy"
)

var update = flag.Bool("update", false, "write RESULTS.md anew")

// comparison is one row: our rule and theirs under equivalent settings.
type comparison struct {
	name        string // of the row in their runners
	ours        string // a policy of this one rule
	passay      string // what it is called there; empty if there is none
	pwquality   string
	differences map[string]string // by engine: why verdicts differ
}

var listed = strings.Fields("password dragon monkey football letmein sunshine princess welcome shadow master qwerty iloveyou lantern harbour")

// TestSideBySide runs all three engines and compares with RESULTS.md. Every
// difference must have an explanation here, and every explanation a difference.
func TestSideBySide(t *testing.T) {
	if os.Getenv("PASSGATE_SIDE_BY_SIDE") == "" {
		t.Skip("set PASSGATE_SIDE_BY_SIDE=1 to compare with Passay and libpwquality")
	}
	list := corpus()
	theirs := map[string]*verdicts{"Passay": runPassay(t, list), "libpwquality": runPwquality(t, list)}
	table := results(t, list, theirs)
	if *update {
		if err := os.WriteFile("RESULTS.md", []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile("RESULTS.md")
	if err != nil || string(written) != table {
		t.Errorf("RESULTS.md is out of date (%v); write it anew with -update", err)
	}
}

// tally counts one row against one engine.
type tally struct {
	compared, agree, onlyOurs, onlyTheirs int
	example                               string
}

func count(list []sample, p *policy.Policy, theirs *verdicts, row string) tally {
	var n tally
	for i, s := range list {
		broken, known := theirs.broken(i, row)
		if !known {
			continue
		}
		n.compared++
		ours := p.Judge(policy.Change{
			Password: s.password, Username: s.username, Current: s.current, HasCurrent: true,
		}) != nil
		switch {
		case ours == broken:
			n.agree++
			continue
		case ours:
			n.onlyOurs++
		default:
			n.onlyTheirs++
		}
		if n.example == "" {
			n.example = s.password
		}
	}
	return n
}

func results(t *testing.T, list []sample, theirs map[string]*verdicts) string {
	t.Helper()
	var table, reasons strings.Builder
	for _, row := range comparisons {
		p, err := policy.New(row.name, statements(row.ours))
		if err != nil {
			t.Fatal(err)
		}
		for _, engine := range []string{"Passay", "libpwquality"} {
			setting := map[string]string{"Passay": row.passay, "libpwquality": row.pwquality}[engine]
			if setting == "" {
				continue
			}
			n := count(list, p, theirs[engine], row.name)
			why := row.differences[engine]
			if (why != "") != (n.agree < n.compared) {
				t.Errorf("%s against %s: %d of %d agree (only ours %d, only theirs %d, for example %q), but the explanation is %q",
					row.name, engine, n.agree, n.compared, n.onlyOurs, n.onlyTheirs, n.example, why)
			}
			fmt.Fprintf(&table, "| `%s` | %s `%s` | %d | %.1f %% | %d | %d |\n", strings.ReplaceAll(row.ours, "\n", "; "), engine, setting,
				n.compared, 100*float64(n.agree)/float64(max(1, n.compared)), n.onlyOurs, n.onlyTheirs)
			if why != "" {
				fmt.Fprintf(&reasons, "- `%s`, %s: %s\n", strings.ReplaceAll(row.ours, "\n", "; "), engine, why)
			}
		}
	}
	return fmt.Sprintf(heading, len(list)) + table.String() + "\n## Why they differ\n\n" + reasons.String()
}

const heading = `# Side by side with Passay and libpwquality

%d passwords of every kind that people and programs make, judged rule by rule
under equivalent settings by this package, Passay 1.6.6 and libpwquality 1.4.5.
Written by TestSideBySide; doc.go says how to run it. libpwquality stops at the
first thing it finds wrong and has checks that can't be switched off (at least
six bytes, palindromes); where one of those came first, nothing is compared.

| our rule | theirs | compared | same verdict | only we refuse | only they refuse |
|---|---|---|---|---|---|
`

func statements(text string) []policy.Statement {
	var list []policy.Statement
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		list = append(list, policy.Statement{Name: fields[0], Args: fields[1:]})
	}
	return list
}

// verdicts are an engine's: for each sample the rows that are broken, and with
// a "?" those that weren't looked at.
type verdicts struct {
	rows    []string
	samples [][]string
}

func (v *verdicts) broken(sample int, row string) (broken, known bool) {
	if !slices.Contains(v.rows, row) || slices.Contains(v.samples[sample], row+"?") {
		return false, false
	}
	return slices.Contains(v.samples[sample], row), true
}

func parseVerdicts(t *testing.T, output string, want int) *verdicts {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(output, "\n"), "\n")
	if len(lines) != want+1 {
		t.Fatalf("%d lines of verdicts, want one for each of %d samples after the rows", len(lines), want)
	}
	v := &verdicts{rows: strings.Split(lines[0], ",")}
	for _, line := range lines[1:] {
		v.samples = append(v.samples, strings.Split(line, ","))
	}
	return v
}
