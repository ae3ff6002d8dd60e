// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/passgate/passgate/policy/strength"
)

// line is a statement with where it comes from.
type line struct {
	Statement
	clause string // of the standard, for a preset's lines
	preset string // the preset it came from, empty if written by hand
	index  int    // of the statement given to New that it stems from

	implied bool // of every policy that doesn't say otherwise
}

// expand replaces "preset" statements by the lines of the presets.
func expand(statements []Statement) (lines []line, presets []*preset, err error) {
	for i, s := range statements {
		if s.Name != "preset" {
			lines = append(lines, line{Statement: s, index: i})
			continue
		}
		if len(s.Args) != 1 {
			return nil, nil, StatementError{i, expected("the name of one preset", s.Args, "preset nist-800-63b-4")}
		}
		p, err := loadPreset(s.Args[0])
		if err != nil {
			return nil, nil, StatementError{i, err}
		}
		if slices.ContainsFunc(presets, func(q *preset) bool { return q.name == p.name }) {
			return nil, nil, StatementError{i, fmt.Errorf("expected each preset once, found %s twice; remove one", p.name)}
		}
		presets = append(presets, p)
		for _, l := range p.lines {
			l.index = i
			lines = append(lines, l)
		}
	}
	return lines, presets, nil
}

// resolve leaves, of statements that may be there only once, the one that
// counts: what is written by hand replaces what presets say; of several
// presets the stricter one counts, or each where none is stricter.
func resolve(lines []line) ([]line, error) {
	lines, err := switchedOff(lines)
	if err != nil {
		return nil, err
	}
	definitions := catalogue()
	var kept []line
	for i, l := range lines {
		d, known := definitions[l.Name]
		if !known {
			return nil, StatementError{l.index, unknownStatement(l.Name)}
		}
		drop, err := overruled(lines, i, d.merge)
		if err != nil {
			return nil, err
		}
		if !drop {
			kept = append(kept, l)
		}
	}
	return kept, nil
}

// switchedOff takes out the presets' lines that an "off" statement names.
func switchedOff(lines []line) ([]line, error) {
	for _, l := range lines {
		if l.Name != "off" {
			continue
		}
		if len(l.Args) == 0 {
			return nil, StatementError{l.index, expected("names of rules that a preset of this policy has", nil, "off min_classes")}
		}
		for _, name := range l.Args {
			off := func(m line) bool { return m.Name == name && m.preset != "" }
			if !slices.ContainsFunc(lines, off) {
				return nil, StatementError{l.index, fmt.Errorf("off: expected a rule that a preset of this policy has, found %q; remove it", name)}
			}
			lines = slices.DeleteFunc(slices.Clone(lines), off)
		}
	}
	return lines, nil
}

// overruled reports whether another line takes the place of line i.
func overruled(lines []line, i int, how merge) (bool, error) {
	l := lines[i]
	for j, m := range lines {
		switch {
		case j == i || m.Name != l.Name:
		case j < i && slices.Equal(m.Args, l.Args) && m.preset != "" && l.preset != "":
			return true, nil
		case how == additive:
		case l.preset == "" && m.preset == "" && j < i:
			return false, StatementError{l.index, fmt.Errorf("expected %s once, found it twice; remove one of the two", l.Name)}
		case l.preset != "" && m.preset == "":
			return true, nil
		case l.preset != "" && m.preset != "" && stricter(m, l, how):
			return true, nil
		}
	}
	return false, nil
}

// stricter reports whether m asks for more than l, both being amounts of the
// same thing.
func stricter(m, l line, how merge) bool {
	if len(m.Args) == 0 || len(l.Args) == 0 || !slices.Equal(m.Args[1:], l.Args[1:]) {
		return false
	}
	a, okA := magnitude(m.Args[0])
	b, okB := magnitude(l.Args[0])
	return okA && okB && (how == larger && a > b || how == smaller && a < b)
}

// magnitude is the size of an argument: a number, a duration or a strength.
func magnitude(arg string) (int64, bool) {
	if n, err := strconv.ParseInt(arg, 10, 64); err == nil {
		return n, true
	}
	if d, err := parseDuration(arg, ""); err == nil {
		return int64(d), true
	}
	score, err := strength.ParseName(arg)
	return int64(score), err == nil
}
