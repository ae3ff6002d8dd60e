// SPDX-License-Identifier: Apache-2.0

package module

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

const home = "github.com/passgate/passgate/"

// mayImport is the direction of the layers: policy below module below cmd, and
// within module the trail and the dialects below the gateway. A package may
// import, of this module, only what stands here and what lies below itself.
var mayImport = map[string][]string{
	"policy":         {"policy"},
	"module/audit":   {"module/audit"},
	"module/dialect": {"module/dialect", "module/audit"},
	"module/sandbox": {"policy", "module/sandbox"},
	"module":         {"policy", "module"},
	"cmd":            {"policy", "module", "cmd"},
}

// noCaddy are the parts that must work without Caddy.
var noCaddy = []string{"policy", "module/audit", "module/dialect", "module/sandbox"}

func TestLayers(t *testing.T) {
	t.Parallel()
	var checked int
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != "..") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		checked++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, "../")))
		for _, spec := range file.Imports {
			checkImport(t, dir, strings.Trim(spec.Path.Value, `"`))
		}
		return nil
	})
	if err != nil || checked < 50 {
		t.Fatalf("looked at %d files: %v", checked, err)
	}
}

func checkImport(t *testing.T, dir, imported string) {
	t.Helper()
	layer := layerOf(dir)
	if layer == "" {
		t.Errorf("%s belongs to no layer", dir)
		return
	}
	if strings.HasPrefix(imported, "github.com/caddyserver/") && contains(noCaddy, layer) {
		t.Errorf("%s imports %s: this layer must work without Caddy", dir, imported)
	}
	own, ok := strings.CutPrefix(imported, home)
	if !ok {
		return
	}
	for _, allowed := range mayImport[layer] {
		if own == allowed || strings.HasPrefix(own, allowed+"/") {
			return
		}
	}
	t.Errorf("%s imports %s: that is above it", dir, own)
}

// layerOf is the longest entry of mayImport that holds dir.
func layerOf(dir string) (best string) {
	for layer := range mayImport {
		if (dir == layer || strings.HasPrefix(dir, layer+"/")) && len(layer) > len(best) {
			best = layer
		}
	}
	return best
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
