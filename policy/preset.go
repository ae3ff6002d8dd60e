// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

// presetFiles hold the policies that ship with us, one a file. A file reads
// like a policy; what follows "#" on a line is its clause. Lines only a preset
// may have:
//
//	standard NAME      the standard that the clauses are of, or
//	cluster NAME       the product whose own rule this is
//	forbids WHAT       "composition", "contains" or "expiry": see prohibitions
//	permits N          passwords of N characters must be possible
//
//go:embed presets/*.policy
var presetFiles embed.FS

// preset is one such file.
type preset struct {
	name     string
	standard string // what the clauses are of
	cluster  bool   // it is a cluster's own rule, not a standard
	lines    []line
	forbids  map[string]string // what is forbidden: the clause that does
	permits  int
	permit   string // the clause of permits
}

// Presets lists the names Preset knows, in alphabetical order.
func Presets() []string {
	entries, err := presetFiles.ReadDir("presets")
	if err != nil {
		panic("reading the embedded presets: " + err.Error())
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".policy"))
	}
	slices.Sort(names)
	return names
}

func loadPreset(name string) (*preset, error) {
	if !slices.Contains(Presets(), name) {
		return nil, fmt.Errorf("expected the name of a preset, found %q; write %s", name, closest(name, Presets()))
	}
	text, err := presetFiles.ReadFile(path.Join("presets", name+".policy"))
	if err != nil {
		return nil, fmt.Errorf("reading preset %s: %w", name, err)
	}
	return parsePreset(name, string(text))
}

func parsePreset(name, text string) (*preset, error) {
	parsed, err := parseLines(text)
	if err != nil {
		return nil, fmt.Errorf("reading preset %s: %w", name, err)
	}
	p := &preset{name: name, forbids: make(map[string]string)}
	for _, l := range parsed {
		if err := p.read(l); err != nil {
			return nil, fmt.Errorf("reading preset %s: %s: %w", name, l.Statement, err)
		}
	}
	return p, nil
}

// read takes one line of a preset file.
func (p *preset) read(l parsedLine) error {
	clause := strings.TrimSpace(p.standard + " " + l.note)
	switch {
	case l.Name == "standard", l.Name == "cluster":
		p.standard, p.cluster = strings.Join(l.Args, " "), l.Name == "cluster"
	case l.note == "":
		return fmt.Errorf("expected the clause it comes from after #, found nothing")
	case l.Name == "forbids":
		what := strings.Join(l.Args, " ")
		if _, ok := prohibitions[what]; !ok {
			return fmt.Errorf("expected composition, contains or expiry, found %q", what)
		}
		p.forbids[what] = clause
	case l.Name == "permits":
		n, err := onlyNumber(l.Args, "permits 64")
		p.permits, p.permit = n, clause
		return err
	default:
		p.lines = append(p.lines, line{Statement: l.Statement, clause: clause, preset: p.name})
	}
	return nil
}
