// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/passgate/passgate/module/review/signoff"
)

// built is the binary, made once as the README says.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "passgate-readme-")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "passgate"), "./cmd/passgate")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		return dir, errors.New(string(out))
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := built(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "passgate")
}

// commandsOf lists the commands of a section of the README.
func commandsOf(t *testing.T, section string) []string {
	t.Helper()
	_, text, _ := strings.Cut(readme(t), "\n## "+section+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	var commands []string
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "    "); ok {
			commands = append(commands, strings.TrimSpace(rest))
		}
	}
	return commands
}

// auditor is somebody who has the README, a shell, and nothing else.
type auditor struct {
	t    *testing.T
	work string
	env  []string
}

func newAuditor(t *testing.T) *auditor {
	t.Helper()
	a := &auditor{t: t, work: t.TempDir()}
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"} {
		a.env = append(a.env, name+"="+home)
	}
	if err := os.Symlink(binary(t), filepath.Join(a.work, "passgate")); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *auditor) command(text string) *exec.Cmd {
	c := exec.Command("sh", "-c", "exec "+text)
	c.Dir, c.Env = a.work, append(os.Environ(), a.env...)
	return c
}

// demo starts it and returns what it printed, once it is ready.
func (a *auditor) demo(text string) string {
	a.t.Helper()
	var out output
	c := a.command(text)
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() {
		if err := errors.Join(c.Process.Signal(syscall.SIGINT), c.Wait()); err != nil {
			a.t.Errorf("the demo ended with %v: %s", err, out.String())
		}
	})
	for deadline := time.Now().Add(time.Minute); !strings.Contains(out.String(), "Ctrl-C"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			a.t.Fatalf("the demo did not start: %s", out.String())
		}
	}
	return out.String()
}

// page asks for a page of the review until the trail is read.
func (a *auditor) page(address, user, password string) int {
	a.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, address, nil)
		if err != nil {
			a.t.Fatal(err)
		}
		if user != "" {
			r.SetBasicAuth(user, password)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			a.t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return resp.StatusCode
		}
	}
}

// The README's section alone leads from nothing to a signed review of the
// demo's trail.
func TestReadmeReviewing(t *testing.T) {
	t.Parallel()
	commands := commandsOf(t, "Reviewing")
	if len(commands) < 8 || commands[0] != "go build -o passgate ./cmd/passgate" || !strings.HasPrefix(commands[1], "./passgate demo --sample") {
		t.Fatalf("the section's commands are %q", commands)
	}
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		if os.Getenv("PASSGATE_E2E") != "" {
			t.Fatal("PASSGATE_E2E is set, and ssh-keygen is missing")
		}
		t.Skip("ssh-keygen is not installed")
	}
	a := newAuditor(t)
	printed := a.demo(commands[1])
	found := regexp.MustCompile(`in a browser: (\S+) \(user (\S+), password (\S+)\)`).FindStringSubmatch(printed)
	if found == nil {
		t.Fatalf("the demo prints no page: %s", printed)
	}
	if code := a.page(found[1], found[2], found[3]); code != http.StatusOK {
		t.Errorf("the page answers %d", code)
	}
	if code := a.page(found[1], "", ""); code != http.StatusUnauthorized {
		t.Errorf("the page answers %d to nobody", code)
	}
	for _, command := range commands[2:] {
		out, err := a.command(command).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
		if command != commands[3] && !strings.HasPrefix(command, "ssh-keygen") && len(out) == 0 {
			t.Errorf("%s says nothing", command)
		}
	}
	if report, err := os.ReadFile(filepath.Join(a.work, "report.html")); err != nil || !strings.Contains(string(report), "Yes: intact and complete") {
		t.Errorf("the report doesn't say that the record is whole (%v)", err)
	}
	reviews, err := signoff.Read(signoff.Dir(filepath.Join(a.work, "demo-trail")))
	if err != nil || len(reviews) != 1 || reviews[0].Err != nil || reviews[0].Note != "hashes: ticket 4711" {
		t.Errorf("the review isn't signed: %+v (%v)", reviews, err)
	}
	out, err := a.command("./passgate audit query --dir demo-trail --code CRED-9012 --json").Output()
	if err != nil || strings.Count(string(out), "\n") != 1 {
		t.Errorf("the trail doesn't record the review: %s (%v)", out, err)
	}
}
