// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/sandbox"
)

// cleanRoom gives the process a home and a temporary directory of its own, so
// that whatever the demo leaves behind is found. It rules out t.Parallel, as
// does Caddy, whose configuration is the process's.
func cleanRoom(t *testing.T) string {
	t.Helper()
	room := t.TempDir()
	for _, name := range []string{"HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"} {
		dir := filepath.Join(room, strings.ToLower(name))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv(name, dir)
	}
	return room
}

// leftBehind lists what the demo put into a clean room, directories included.
func leftBehind(t *testing.T, room string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(room, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// segments lists the files of a trail.
func segments(t *testing.T, trail string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(trail, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".jsonl") {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// printedCommands are the lines a user would paste.
func printedCommands(output string) []string {
	var commands []string
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "curl ") {
			commands = append(commands, line)
		}
	}
	return commands
}

// paste runs a printed command in a shell, or, where there is no curl, sends
// what it says. It returns what the user would see.
func paste(t *testing.T, command string) string {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		return sendAsCurl(t, command)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "sh", "-c", command).CombinedOutput()
	if err != nil {
		t.Fatalf("running %s: %v\n%s", command, err, out)
	}
	return string(out)
}

func TestPrintedCommands(t *testing.T) {
	room := cleanRoom(t)
	d, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	var out bytes.Buffer
	d.Describe(&out)
	commands := printedCommands(out.String())
	if len(commands) != 9 {
		t.Fatalf("printed %d commands, want 9:\n%s", len(commands), out.String())
	}
	if !strings.Contains(out.String(), d.trail) {
		t.Errorf("the trail's directory %s isn't printed", d.trail)
	}
	want := []struct{ status, part string }{
		{"HTTP 400", "15"}, // the length asked for
		{"HTTP 400", "both"},
		{"HTTP 200", ""},
	}
	for round, run := range []func(*testing.T, string) string{paste, sendAsCurl} {
		for i, command := range commands {
			s, w := d.sites[i/3], want[i%3]
			got := run(t, command)
			if !strings.Contains(got, w.status) || !strings.Contains(got, w.part) || strings.Contains(got, weakPassword) {
				t.Errorf("round %d, %s, %s: got %s, want %s with %q and without the password", round, s.dialect, shows[i%3], got, w.status, w.part)
			}
			if applied := s.inForce(goodPassword); applied != (i%3 == 2 || round > 0) {
				t.Errorf("round %d, %s, %s: the new password is in force: %v", round, s.dialect, shows[i%3], applied)
			}
		}
	}
	checkTrail(t, d.trail)
	if err := d.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if files := leftBehind(t, room); len(files) > 0 {
		t.Errorf("left behind: %q", files)
	}
	for _, s := range d.sites {
		if _, err := http.Get(s.upstream.URL()); err == nil {
			t.Errorf("%s still answers", s.dialect)
		}
	}
}

// askPage gets a page of the review, once the trail is read.
func askPage(t *testing.T, d *Demo, path, password string) (int, string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.reviewing.address()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if password != "" {
			r.SetBasicAuth(d.reviewing.user, password)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return resp.StatusCode, string(body)
		}
	}
}

func TestReviewPage(t *testing.T) {
	room := cleanRoom(t)
	d, err := Start(Options{Sample: 200})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	var out bytes.Buffer
	d.Describe(&out)
	for _, part := range []string{d.reviewing.address(), d.reviewing.user, d.reviewing.password} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the page's %s isn't printed", part)
		}
	}
	paste(t, printedCommands(out.String())[0])
	for path, want := range map[string]string{"": "es-prod", "events": "jane", "people": "desk.omar"} {
		if status, body := askPage(t, d, path, d.reviewing.password); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("/%s: %d without %s", path, status, want)
		}
		for _, password := range []string{"", "wrong"} {
			if status, body := askPage(t, d, path, password); status != http.StatusUnauthorized || strings.Contains(body, want) {
				t.Errorf("/%s with password %q: %d", path, password, status)
			}
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if files := leftBehind(t, room); len(files) > 0 {
		t.Errorf("left behind: %q", files)
	}
}

func TestSampleNeedsAnEmptyTrail(t *testing.T) {
	room := cleanRoom(t)
	keep := filepath.Join(t.TempDir(), "kept")
	if err := writeSample(keep, 20, time.Now()); err != nil {
		t.Fatal(err)
	}
	for options, want := range map[Options]string{
		{Keep: keep, Sample: 20}: "found one", {Sample: -1}: "from 1 to", {Sample: maxSample + 1}: "from 1 to",
	} {
		d, err := Start(options)
		if err == nil || !strings.Contains(err.Error(), want) {
			_ = d.Close()
			t.Errorf("%+v: %v; want an error with %q", options, err, want)
		}
	}
	if files := leftBehind(t, room); len(files) > 0 {
		t.Errorf("left behind: %q", files)
	}
}

// checkTrail reads the trail of both rounds: twelve refusals, six changes asked
// for and done, and no password.
func checkTrail(t *testing.T, dir string) {
	t.Helper()
	counted := map[string]int{}
	for _, file := range segments(t, dir) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{weakPassword, goodPassword, aHash} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("the trail holds %q", secret)
			}
		}
		for line := range bytes.Lines(content) {
			var record struct {
				Gateway struct{ Stage, Verdict, Outcome string }
			}
			if err := json.Unmarshal(line, &record); err != nil {
				t.Fatalf("reading %s: %v", line, err)
			}
			counted[record.Gateway.Stage+" "+record.Gateway.Verdict]++
			if record.Gateway.Stage == "outcome" && record.Gateway.Outcome != "applied" && record.Gateway.Outcome != "unchanged" {
				t.Errorf("outcome %s, want applied or unchanged", record.Gateway.Outcome)
			}
		}
	}
	for kind, want := range map[string]int{"decision deny": 12, "decision allow": 6, "outcome allow": 6} {
		if counted[kind] != want {
			t.Errorf("%d records of %q, want %d", counted[kind], kind, want)
		}
	}
}

func TestStartOnATakenPort(t *testing.T) {
	room := cleanRoom(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	d, err := Start(Options{Port: taken.Addr().(*net.TCPAddr).Port})
	if err == nil || !strings.Contains(err.Error(), "--port") {
		_ = d.Close()
		t.Errorf("started on a taken port: %v; want an error that names --port", err)
	}
	if files := leftBehind(t, room); len(files) > 0 {
		t.Errorf("left behind: %q", files)
	}
}

// A port that was free when it was chosen is another one's when the gateway comes
// to it: it takes other ports.
func TestAPortIsTakenMeanwhile(t *testing.T) {
	room := cleanRoom(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	d := &Demo{sites: newSites()}
	defer func() { _ = d.Close() }()
	if err := d.makeDirectories(); err != nil {
		t.Fatal(err)
	}
	for _, s := range d.sites {
		if s.upstream, err = sandbox.Listen(s.cluster); err != nil {
			t.Fatal(err)
		}
	}
	ports, err := choosePorts(0, len(d.sites)+1)
	if err != nil {
		t.Fatal(err)
	}
	ports[1] = taken.Addr().(*net.TCPAddr).Port
	if err := d.startOn(ports); err != nil {
		t.Fatal(err)
	}
	if d.sites[1].port == ports[1] {
		t.Error("the taken port is in use")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if files := leftBehind(t, room); len(files) > 0 {
		t.Errorf("left behind: %q", files)
	}
}

func TestCommandEndsCleanlyAndKeepsTheTrail(t *testing.T) {
	room := cleanRoom(t)
	keep := filepath.Join(t.TempDir(), "kept")
	cmd := &cobra.Command{}
	pasted := make(chan string, 1)
	out := &watcher{found: func(command string) { pasted <- command }}
	cmd.SetOut(out)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, cmd, Options{Keep: keep, ShowCaddyfile: true}) }()
	select {
	case command := <-pasted:
		paste(t, command)
	case err := <-ended:
		t.Fatalf("ended early: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	if files := leftBehind(t, room); len(files) > 0 {
		t.Errorf("left behind: %q", files)
	}
	if files := segments(t, keep); len(files) == 0 {
		t.Errorf("the trail wasn't kept")
	}
}

// watcher hands over the first command printed.
type watcher struct {
	found func(string)
}

func (w *watcher) Write(p []byte) (int, error) {
	if commands := printedCommands(string(p)); len(commands) > 0 && w.found != nil {
		w.found(commands[0])
		w.found = nil
	}
	return len(p), nil
}
