// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var codeSpan = regexp.MustCompile("`([^`\n]+)`")

// TestRulesDocument: RULES.md names every statement there
// is, and every statement it shows is one that New accepts.
func TestRulesDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	definitions := withPreset(catalogue())
	shown := make(map[string]bool)
	for _, span := range codeSpan.FindAllStringSubmatch(strings.ReplaceAll(string(text), "```", ""), -1) {
		name, _, more := strings.Cut(span[1], " ")
		if _, known := definitions[name]; !known || strings.Contains(span[1], "PATH") || span[1] == "preset NAME" {
			continue
		}
		shown[name] = true
		if !more && !takesNothing(name) {
			continue
		}
		// each needs something of the others to make sense
		rest := []Statement{{"class", []string{"consonant", "bcdf"}}, {"preset", []string{"huawei-css"}}}
		statements := append(statementsOf(t, span[1]), rest...)
		if name == "preset" || name == "class" {
			statements = statements[:1]
		}
		if _, err := New("test", statements); err != nil {
			t.Errorf("RULES.md shows %q: %v", span[1], err)
		}
	}
	for name := range definitions {
		if !shown[name] {
			t.Errorf("RULES.md doesn't show %s", name)
		}
	}
}

// takesNothing: a statement that stands alone.
func takesNothing(name string) bool {
	_, err := New("test", []Statement{{Name: name}})
	return err == nil
}

// TestUsages: the example in every error is itself right.
func TestUsages(t *testing.T) {
	t.Parallel()
	for name, d := range catalogue() {
		text := d.usage
		switch name {
		case "monitor", "off":
			text += "\npreset huawei-css"
		case "message":
			text += "\nmin_length 8"
		case "min_class_count", "max_class_count":
			text += "\nclass vowel aeiou"
		}
		if _, err := New("test", statementsOf(t, text)); err != nil || !strings.HasPrefix(d.usage, name) {
			t.Errorf("usage %q of %s: %v", d.usage, name, err)
		}
	}
}
