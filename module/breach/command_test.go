// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/prompt"
)

// run runs a command as the binary does.
func run(t *testing.T, ctx context.Context, stdin string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	root := &cobra.Command{Use: "breach"}
	root.AddCommand(Commands()...)
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&o)
	root.SetErr(&e)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var end *ExitError
	switch {
	case errors.As(err, &end):
		code = end.Code
	case err != nil:
		code = -1 // cobra's own: wrong usage
	}
	return code, o.String(), e.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// built is a list of two passwords.
func built(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "list.pgb")
	code, stdout, stderr := run(t, t.Context(), "", "build", "--out", out, file(t, "words.txt", "tangerine orbit\nhunter2\n"))
	if code != 0 || !strings.Contains(stdout, "2 passwords") || stderr != "" {
		t.Fatalf("%d %q %q", code, stdout, stderr)
	}
	return out
}

func TestCheck(t *testing.T) {
	t.Parallel()
	path := built(t)
	tests := []struct {
		name, stdin string
		args        []string
		code        int
	}{
		{"found", "hunter2\n", []string{"--file", path, "--stdin"}, 1},
		{"found without line end", "hunter2", []string{"--file", path, "--stdin"}, 1},
		{"found with CRLF", "hunter2\r\n", []string{"--file", path, "--stdin"}, 1},
		{"found, first line only", "hunter2\nmore\n", []string{"--file", path}, 1},
		{"not found", "hunter3\n", []string{"--file", path, "--stdin"}, 0},
		{"spaces count", " hunter2\n", []string{"--file", path, "--stdin"}, 0},
		{"built-in", "QWERTY\n", []string{"--stdin"}, 1},
		{"not built-in", "tangerine orbit\n", []string{"--stdin"}, 0},
		{"nothing", "", []string{"--file", path, "--stdin"}, 2},
		{"too long", strings.Repeat("x", prompt.Longest+1), []string{"--file", path, "--stdin"}, 2},
		{"no list", "hunter2\n", []string{"--file", path + "x", "--stdin"}, 2},
		{"not a list", "hunter2\n", []string{"--file", file(t, "f", "text"), "--stdin"}, 2},
		{"on the command line", "", []string{"--file", path, "hunter2"}, -1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, t.Context(), test.stdin, append([]string{"check"}, test.args...)...)
			if code != test.code {
				t.Errorf("exit code %d, want %d; %q %q", code, test.code, stdout, stderr)
			}
			if password := strings.TrimSpace(test.stdin); password != "" && strings.Contains(stdout+stderr, password) {
				t.Error("the password was printed")
			}
			if (stderr == "") != (code == 0 || code == 1 || code == -1) {
				t.Errorf("printed %q", stderr)
			}
		})
	}
}

func TestBuildErrors(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "list.pgb")
	words := file(t, "w", "a\n")
	for name, args := range map[string][]string{
		"expected the format auto": {"build", "--out", out, "--format", "csv", words},
		"no such file":             {"build", "--out", out, words + "x"},
		"suffix bytes":             {"build", "--out", out, "--suffix-bytes", "2", words},
	} {
		if code, _, stderr := run(t, t.Context(), "", args...); code != 1 || !strings.Contains(stderr, name) || strings.Contains(stderr, "Usage") {
			t.Errorf("%v: %d %q", args, code, stderr)
		}
	}
	for name, args := range map[string][]string{"expected --out": {"build", words}, "expected --file": {"verify"}} {
		if code, _, stderr := run(t, t.Context(), "", args...); code != exitUnknown || !strings.Contains(stderr, name) {
			t.Errorf("%v: %d %q", args, code, stderr)
		}
	}
	if code, _, _ := run(t, t.Context(), "", "build", "--out", out); code != -1 {
		t.Errorf("no inputs: exit code %d", code)
	}
}

func TestBuildInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := filepath.Join(t.TempDir(), "list.pgb")
	code, _, stderr := run(t, ctx, "", "build", "--out", out, file(t, "w", "a\nb\n"))
	if code != 1 || !strings.Contains(stderr, "goes on") {
		t.Errorf("%d %q", code, stderr)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	path := built(t)
	if code, stdout, _ := run(t, t.Context(), "", "verify", "--file", path); code != 0 || !strings.Contains(stdout, "undamaged") {
		t.Errorf("%d %q", code, stdout)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[515] ^= 1
	if code, _, stderr := run(t, t.Context(), "", "verify", "--file", file(t, "f", string(content))); code != 1 || stderr == "" {
		t.Errorf("%d %q", code, stderr)
	}
}

func TestStats(t *testing.T) {
	t.Parallel()
	path := built(t)
	code, stdout, _ := run(t, t.Context(), "", "stats", "--file", path, "--json")
	var r report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != 0 {
		t.Fatalf("%d %q %v", code, stdout, err)
	}
	if r.Keys != 2 || r.Bits != 68 || r.Source != "words.txt" || r.Empty != 1<<20-2 || r.Largest != 1 {
		t.Errorf("got %+v", r)
	}
	code, stdout, _ = run(t, t.Context(), "", "stats")
	if code != 0 || !strings.Contains(stdout, "passwords    49233") {
		t.Errorf("%d %q", code, stdout)
	}
}
