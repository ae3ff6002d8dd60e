// SPDX-License-Identifier: Apache-2.0

package mutant

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Mutant is one check switched off.
type Mutant struct {
	Check string // what the check is for
	File  string // below package dialect
	Old   string // a piece of the file that stands there once
	New   string // what stands there when the check is off
	More  []Edit // if one edit is not enough
}

// Edit is one more change of the mutant's file.
type Edit struct{ Old, New string }

// apply returns the mutated text.
func (m Mutant) apply(text string) (string, error) {
	for _, edit := range append([]Edit{{m.Old, m.New}}, m.More...) {
		if n := strings.Count(text, edit.Old); n != 1 {
			return "", fmt.Errorf("%s: expected this once in %s, found it %d times; tell mutants.go how the check reads now:\n%s", m.Check, m.File, n, edit.Old)
		}
		text = strings.Replace(text, edit.Old, edit.New, 1)
	}
	return text, nil
}

// overlay writes the mutated file and the overlay that puts it in the place of
// the original (go help build, -overlay), and returns the overlay's path.
func (m Mutant) overlay(source, dir string) (string, error) {
	original, err := filepath.Abs(filepath.Join(source, m.File))
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(original)
	if err != nil {
		return "", fmt.Errorf("reading the source of %s: %w", m.Check, err)
	}
	mutated, err := m.apply(string(text))
	if err != nil {
		return "", err
	}
	copied := filepath.Join(dir, m.File)
	if err := os.WriteFile(copied, []byte(mutated), 0o644); err != nil {
		return "", fmt.Errorf("writing a mutant: %w", err)
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: copied}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, replace, 0o644); err != nil {
		return "", fmt.Errorf("writing a mutant: %w", err)
	}
	return file, nil
}
