// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestImportsStayPure holds the lowest layer down: everything under policy
// uses the standard library, golang.org/x and policy packages only, and the
// core itself nothing that reads files or speaks to a network.
func TestImportsStayPure(t *testing.T) {
	t.Parallel()
	const own = "github.com/passgate/passgate/policy"
	files := 0
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.Contains(file, "testdata") {
			return err
		}
		files++
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			domain := strings.Contains(strings.Split(imported, "/")[0], ".")
			if domain && !strings.HasPrefix(imported, "golang.org/x/") && imported != own && !strings.HasPrefix(imported, own+"/") {
				t.Errorf("%s imports %s: expected the standard library, golang.org/x or %s", file, imported, own)
			}
			core := filepath.Dir(file) == "." && !strings.HasSuffix(file, "_test.go")
			if core && (imported == "os" || imported == "net" || strings.HasPrefix(imported, "net/")) {
				t.Errorf("%s imports %s: the core is free of input and output", file, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("looked at %d files, expected the whole package", files)
	}
}
