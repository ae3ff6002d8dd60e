// SPDX-License-Identifier: Apache-2.0

package mutant

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/e2e"
)

const source = "../../../dialect"

// envTable makes the run write the table of who caught what anew.
const envTable = "PASSGATE_MUTANT_TABLE"

// TestMutantsApply tells when a check reads otherwise than the mutants think.
func TestMutantsApply(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, m := range Mutants() {
		if seen[m.Check] {
			t.Errorf("%s: expected one mutant of this name, found two", m.Check)
		}
		seen[m.Check] = true
		text, err := os.ReadFile(filepath.Join(source, m.File))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.apply(string(text)); err != nil {
			t.Error(err)
		}
	}
}

// caught is what noticed one mutant.
type caught struct {
	Mutant
	units  []string       // tests of package dialect
	inputs map[string]int // recorded inputs, by question
	err    error
}

// TestMutantsAreCaught builds every mutant and runs who might notice.
func TestMutantsAreCaught(t *testing.T) {
	if !e2e.Enabled() {
		t.Skip("builds two packages for each of a hundred mutants: set " + e2e.EnvEnable + "=1")
	}
	all := Mutants()
	results := make([]caught, len(all))
	next := make(chan int)
	var working sync.WaitGroup
	for range 2 {
		dir := t.TempDir()
		working.Go(func() {
			for i := range next {
				results[i] = run(t.Context(), all[i], dir)
				if c := &results[i]; c.err == nil && len(c.units) == 0 && len(c.inputs) == 0 {
					t.Errorf("NOT CAUGHT: %s: the check is off and nobody notices; it is either unneeded or untested", c.Check)
				}
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	working.Wait()
	byUnits, byInputs := 0, 0
	table := new(strings.Builder)
	table.WriteString("| check | unit tests of package dialect | recorded inputs of the oracle |\n| --- | --- | --- |\n")
	for _, c := range results {
		if c.err != nil {
			t.Errorf("%s: %v", c.Check, c.err)
			continue
		}
		table.WriteString(c.row())
		byUnits += min(1, len(c.units))
		byInputs += min(1, len(c.inputs))
	}
	t.Logf("mutants: tried %d checks switched off, caught by unit tests %d, by recorded inputs %d\n%s", len(all), byUnits, byInputs, table)
	if os.Getenv(envTable) == "1" {
		if err := os.WriteFile("CAUGHT.md", []byte(header+table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const header = "# Which check is caught by which test\n\n" +
	"Each row is one strictness check, switched off; see doc.go. Written by `PASSGATE_MUTANT_TABLE=1 PASSGATE_E2E=1 go test .`\n\n"

func (c caught) row() string {
	var inputs []string
	for _, q := range slices.Sorted(maps.Keys(c.inputs)) {
		inputs = append(inputs, fmt.Sprintf("%s: %d", q, c.inputs[q]))
	}
	units := strings.Join(c.units, ", ")
	if units == "" {
		units = "-"
	}
	if len(inputs) == 0 {
		inputs = []string{"-"}
	}
	return fmt.Sprintf("| %s | %s | %s |\n", c.Check, units, strings.Join(inputs, ", "))
}

// buildLimit bounds one mutant; a busy machine may need a minute.
const buildLimit = 5 * time.Minute

var (
	failedTest  = regexp.MustCompile(`^--- FAIL: (\S+)`)
	bypassInput = regexp.MustCompile(`^\t(?:elasticsearch|opensearch) ([a-zA-Z_ ]+?) "`)
)

// run builds one mutant and runs the unit tests and the recorded inputs on it.
func run(ctx context.Context, m Mutant, dir string) caught {
	c := caught{Mutant: m, inputs: make(map[string]int)}
	overlay, err := m.overlay(source, dir)
	if err != nil {
		c.err = err
		return c
	}
	ctx, cancel := context.WithTimeout(ctx, buildLimit)
	defer cancel()
	units, err := goTest(ctx, overlay, source, ".")
	if err != nil {
		c.err = err
		return c
	}
	for line := range lines(units) {
		if found := failedTest.FindStringSubmatch(line); found != nil {
			c.units = append(c.units, found[1])
		}
	}
	slices.Sort(c.units)
	if len(c.units) > 0 && os.Getenv(envTable) != "1" {
		return c // who else would notice is a matter of the table
	}
	recorded, err := goTest(ctx, overlay, "..", "^TestRecorded$")
	if err != nil {
		c.err = err
		return c
	}
	for line := range lines(recorded) {
		line = strings.TrimLeft(line, " ")
		if found := bypassInput.FindStringSubmatch(line); found != nil {
			c.inputs[found[1]]++
		}
	}
	return c
}

// goTest runs tests of the package in dir; that some fail is no error.
func goTest(ctx context.Context, overlay, dir, tests string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-vet=off", "-timeout=120s", "-overlay", overlay, "-run", tests, ".")
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, e2e.EnvEnable+"=") })
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("go test in %s did not end within %v: %w", dir, buildLimit, ctx.Err())
	}
	if err != nil && (bytes.Contains(out, []byte("[build failed]")) || bytes.Contains(out, []byte("[setup failed]"))) {
		return nil, fmt.Errorf("the mutant does not build:\n%s", out)
	}
	return out, nil
}

func lines(text []byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
			if !yield(s.Text()) {
				return
			}
		}
	}
}
