// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"maps"
	"slices"
)

// definition is what a statement may look like and what it does. Each rule's
// file holds its own; the catalogue lists them.
type definition struct {
	usage string // an example, for errors
	merge merge  // what happens to the same statement from several sources
	build func(b *builder, args []string) error
}

// merge says how statements of one name go together.
type merge int

const (
	additive merge = iota // every one counts
	single                // once by hand; of several presets each counts
	larger                // once by hand; of several presets the largest number counts
	smaller               // once by hand; of several presets the smallest number counts
)

// catalogue holds every statement a policy may contain, "preset" aside: New
// expands that one before it looks here.
func catalogue() map[string]definition {
	all := make(map[string]definition)
	for _, group := range []map[string]definition{
		lengthStatements, classStatements, characterStatements, repeatStatements, sequenceStatements,
		patternStatements, tierStatements, nameStatements, wordStatements, currentStatements, estimateStatements,
		elsewhereStatements, hashStatements, selectorStatements, settingStatements,
	} {
		maps.Copy(all, group)
	}
	return all
}

// IsStatement reports whether a policy may contain a statement of that name.
func IsStatement(name string) bool {
	_, ok := withPreset(catalogue())[name]
	return ok
}

// statementNames lists every statement in alphabetical order.
func statementNames() []string {
	return slices.Sorted(maps.Keys(withPreset(catalogue())))
}

func withPreset(all map[string]definition) map[string]definition {
	all["preset"] = definition{usage: "preset nist-800-63b-4"}
	return all
}

func unknownStatement(name string) error {
	return fmt.Errorf("expected a statement of a policy, found %q; write %s", name, closest(name, statementNames()))
}
