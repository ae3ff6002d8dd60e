// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every Caddyfile in the README adapts, and is as caddy fmt writes it.
func TestReadmeCaddyfiles(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?s)```caddyfile\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) < 2 {
		t.Fatalf("found %d Caddyfiles", len(blocks))
	}
	for _, block := range blocks {
		text := block[1]
		if _, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
		if formatted := string(caddyfile.Format([]byte(text))); formatted != text {
			t.Errorf("not formatted:\n%s", text)
		}
	}
}

// Every link within the repository leads somewhere.
func TestReadmeLinks(t *testing.T) {
	t.Parallel()
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(readme(t), -1) {
		if _, err := os.Stat(filepath.Join("../..", link[1])); err != nil {
			t.Errorf("dead link: %v", err)
		}
	}
}

// The README's commands work as printed: the binary is built as it says, the
// demo runs until it is interrupted, and the first Caddyfile is a valid file.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	text := readme(t)
	for _, command := range []string{"go run ./cmd/passgate demo", "go test ./...", "go build -o passgate ./cmd/passgate"} {
		if !strings.Contains(text, "\n    "+command+"\n") {
			t.Errorf("the README does not say %q", command)
		}
	}
	runDemo(t, binary(t))
}

// output collects what a process prints while others read it.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func runDemo(t *testing.T, binary string) {
	t.Helper()
	var out output
	demo := exec.Command(binary, "demo")
	demo.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir())
	demo.Stdout, demo.Stderr = &out, &out
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- demo.Wait() }()
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(out.String(), "Ctrl-C"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			_ = demo.Process.Kill()
			t.Fatalf("the demo did not start: %s", out.String())
		}
	}
	if n := strings.Count(out.String(), "\n  curl "); n != 9 {
		t.Errorf("the demo prints %d commands, want 9", n)
	}
	if err := demo.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the demo ended with %v: %s", err, out.String())
		}
	case <-time.After(20 * time.Second):
		_ = demo.Process.Kill()
		t.Error("the demo did not end")
	}
}
