// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const goldenRule = "----------\n"

// Each file holds a Caddyfile, a rule, and what it adapts to: JSON, or the error
// a person reads. `go test ./module -run Adapt -update` rewrites them.
func TestAdapt(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/caddyfile/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input, want, ok := strings.Cut(string(data), goldenRule)
			if !ok {
				t.Fatalf("expected a rule of ten hyphens in %s", file)
			}
			if formatted := caddyfile.Format([]byte(input)); string(formatted) != input {
				t.Errorf("not as caddy fmt writes it:\n%s", formatted)
			}
			got := adapt(input)
			if *update {
				if err := os.WriteFile(file, []byte(input+goldenRule+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("adapts to\n%s\nwant\n%s", got, want)
			}
			if isError := strings.HasPrefix(filepath.Base(file), "error_"); isError == strings.HasPrefix(got, "{") {
				t.Errorf("an error is expected exactly where the file's name says so:\n%s", got)
			}
		})
	}
}

func adapt(text string) string {
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": "Caddyfile"})
	if err != nil {
		return err.Error() + "\n"
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, config, "", "\t"); err != nil {
		return err.Error() + "\n"
	}
	return pretty.String() + "\n"
}
