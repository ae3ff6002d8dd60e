// SPDX-License-Identifier: Apache-2.0

package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/command"
)

// passgate runs `passgate audit ARGS` and returns what it printed and its exit
// code.
func passgate(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	root := &cobra.Command{Use: "audit"}
	root.AddCommand(command.Commands()...)
	var o, e bytes.Buffer
	root.SetOut(&o)
	root.SetErr(&e)
	root.SetArgs(args)
	err := root.Execute()
	var exit *command.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.Code
	case err != nil:
		t.Errorf("%v ended without an exit code: %v", args, err)
	}
	return o.String(), e.String(), code
}

func trailOf(t *testing.T, n int) *audit.Trail {
	t.Helper()
	trail, err := audit.Open(filepath.Join(t.TempDir(), "trail"), audit.Options{
		Instance: "gw-1", SegmentSize: 15_000, Reserve: 1, StopFree: 1, WarnFree: 1, Retention: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trail.Close() })
	for range n {
		e := audit.Event{Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Allow, Targets: []string{"bob"}}
		o := e
		o.Stage, o.Outcome = audit.StageOutcome, audit.Applied
		if err := errors.Join(trail.Record(t.Context(), e), trail.Record(t.Context(), o)); err != nil {
			t.Fatal(err)
		}
	}
	return trail
}

func closed(t *testing.T, n int) (dir, key string) {
	t.Helper()
	trail := trailOf(t, n)
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
	return trail.Dir(), trail.Identity().Verifier
}

func TestVerify(t *testing.T) {
	t.Parallel()
	dir, key := closed(t, 30)
	point := filepath.Join(dir, "checkpoint")
	out, _, code := passgate(t, "verify", "--dir", dir, "--vkey", key, "--against", point)
	if code != 0 || !strings.Contains(out, "integrity     intact") || !strings.Contains(out, "completeness  complete") || !strings.Contains(out, "(yours)") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	out, _, code = passgate(t, "verify", "--dir", dir, "--json")
	var report struct {
		Integrity string
		ExitCode  int `json:"exit_code"`
		Size      int
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || report.Integrity != "intact" || report.Size < 60 {
		t.Errorf("exit code %d (%v):\n%s", code, err, out)
	}
	// A tail without checkpoints is incomplete, an edit is tampering.
	kept := filepath.Join(t.TempDir(), "kept")
	move(t, point, kept)
	move(t, filepath.Join(dir, "checkpoints"), kept+"s")
	if out, _, code = passgate(t, "verify", "--dir", dir); code != 2 || !strings.Contains(out, "INCOMPLETE: ") {
		t.Errorf("exit code %d without checkpoints:\n%s", code, out)
	}
	move(t, kept, point)
	move(t, kept+"s", filepath.Join(dir, "checkpoints"))
	tamper(t, dir)
	out, _, code = passgate(t, "verify", "--dir", dir, "--json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 1 || report.ExitCode != 1 || report.Integrity != "tampered" {
		t.Errorf("exit code %d (%v):\n%s", code, err, out)
	}
	if out, _, code = passgate(t, "verify", "--dir", dir); code != 1 || !strings.Contains(out, "TAMPERED: ") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func tamper(t *testing.T, dir string) {
	t.Helper()
	all, err := audit.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(all[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(all[0].Path, bytes.Replace(text, []byte("bob"), []byte("eve"), 1), 0o640); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyALiveTrail(t *testing.T) {
	t.Parallel()
	trail := trailOf(t, 5)
	out, _, code := passgate(t, "verify", "--dir", trail.Dir())
	if code != 0 || !strings.Contains(out, "a gateway is writing") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	out, _, code = passgate(t, "verify", "--dir", trail.Dir(), "--as-of", time.Now().Add(time.Hour).Format(time.RFC3339))
	if code != 2 {
		t.Errorf("exit code %d an hour later:\n%s", code, out)
	}
}

func TestProveAndCheck(t *testing.T) {
	t.Parallel()
	dir, key := closed(t, 30)
	keyFile := filepath.Join(t.TempDir(), "trail.vkey")
	if err := os.WriteFile(keyFile, []byte(key+"\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	var id string
	for r, err := range audit.Read(dir, audit.Query{From: 7}) {
		if err != nil {
			t.Fatal(err)
		}
		id = r.ID
		break
	}
	for _, record := range []string{"7", id} {
		name := filepath.Join(t.TempDir(), "r")
		out, errs, code := passgate(t, "prove", "--dir", dir, "--out", name, record)
		if code != 0 || !strings.Contains(out, name+".tlog-proof") {
			t.Fatalf("exit code %d: %s%s", code, out, errs)
		}
		out, errs, code = passgate(t, "check-proof", "--vkey", keyFile, name+".tlog-proof", name+".json")
		if code != 0 || !strings.Contains(out, "record 7 of the trail gw-1/") {
			t.Errorf("exit code %d: %s%s", code, out, errs)
		}
		if _, _, code = passgate(t, "check-proof", "--vkey", key, name+".tlog-proof", name+".tlog-proof"); code != 1 {
			t.Errorf("exit code %d for another line, want 1", code)
		}
		_, other := closed(t, 1)
		if _, _, code = passgate(t, "check-proof", "--vkey", other, name+".tlog-proof", name+".json"); code != 1 {
			t.Errorf("exit code %d for another key, want 1", code)
		}
	}
}

func TestConsistency(t *testing.T) {
	t.Parallel()
	dir, key := closed(t, 30)
	kept, err := audit.KeptCheckpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	today := time.Now().UTC().Format(time.DateOnly)
	size := strings.TrimLeft(filepath.Base(kept[1]), "0")
	for _, args := range [][]string{{kept[0], kept[1]}, {size, "now"}, {kept[0], today}, {today, "now"}} {
		proofFile := filepath.Join(t.TempDir(), "p")
		out, errs, code := passgate(t, append([]string{"consistency", "--dir", dir, "--vkey", key, "--out", proofFile}, args...)...)
		if code != 0 || !strings.HasPrefix(out, "consistent: ") {
			t.Errorf("%v: exit code %d: %s%s", args, code, out, errs)
		}
		if text, err := os.ReadFile(proofFile); err != nil || !bytes.HasPrefix(text, []byte("old ")) {
			t.Errorf("%v: no proof (%v)", args, err)
		}
		if strings.Contains(out, "beside the trail") {
			t.Errorf("%v: the key was given: %s", args, out)
		}
	}
	if out, errs, code := passgate(t, "consistency", "--dir", dir, size, "now"); code != 0 || !strings.Contains(out, "found beside the trail") {
		t.Errorf("whose keys they were is not said: exit code %d: %s%s", code, out, errs)
	}
	other, _ := closed(t, 30)
	foreign, err := audit.KeptCheckpoints(other)
	if err != nil {
		t.Fatal(err)
	}
	if out, _, code := passgate(t, "consistency", "--dir", dir, foreign[1], "now"); code != 1 {
		t.Errorf("exit code %d for a checkpoint of another trail: %s", code, out)
	}
}

func TestKeeping(t *testing.T) {
	t.Parallel()
	trail := trailOf(t, 30)
	dir, key := trail.Dir(), trail.Identity().Verifier
	if out, _, code := passgate(t, "key", "--dir", dir); code != 0 || strings.TrimSpace(out) != key {
		t.Errorf("exit code %d: %s", code, out)
	}
	out, errs, code := passgate(t, "rotate-key", "--dir", dir)
	if code != 0 || strings.Count(out, "+") < 2 {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if out, _, _ = passgate(t, "key", "--dir", dir); len(strings.Fields(out)) != 2 || !strings.HasPrefix(out, key) {
		t.Errorf("keys after the change: %s", out)
	}
	archive := filepath.Join(t.TempDir(), "old")
	out, errs, code = passgate(t, "retire", "--dir", dir, "--before", time.Now().Format(time.RFC3339Nano), "--why", "test", "--archive", archive, "--json")
	if code != 0 || !strings.Contains(out, `"last": `) {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if names, err := os.ReadDir(archive); err != nil || len(names) == 0 {
		t.Errorf("nothing in the archive (%v)", err)
	}
	if out, _, code = passgate(t, "verify", "--dir", dir, "--vkey", key); code != 0 || !strings.Contains(out, "retired") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestMisuseIsNoVerdict: an exit code of 1 says that something was tampered
// with, so a mistyped flag must not.
func TestMisuseIsNoVerdict(t *testing.T) {
	t.Parallel()
	dir, _ := closed(t, 1)
	empty := t.TempDir()
	for name, args := range map[string][]string{
		"no directory":      {"verify"},
		"no trail":          {"verify", "--dir", empty},
		"unknown flag":      {"verify", "--dir", dir, "--foo"},
		"argument too many": {"verify", "--dir", dir, "x"},
		"key is no key":     {"verify", "--dir", dir, "--vkey", "a+b+c"},
		"key file missing":  {"verify", "--dir", dir, "--vkey", "nowhere"},
		"key file empty":    {"verify", "--dir", dir, "--vkey", os.DevNull},
		"point missing":     {"verify", "--dir", dir, "--against", "nowhere"},
		"point empty":       {"verify", "--dir", dir, "--against", os.DevNull},
		"point is none":     {"verify", "--dir", dir, "--against", filepath.Join(dir, "log.json")},
		"time is none":      {"verify", "--dir", dir, "--as-of", "noon"},
		"no record":         {"prove", "--dir", dir},
		"unknown record":    {"prove", "--dir", dir, "some-id"},
		"record too high":   {"prove", "--dir", dir, "1000000"},
		"no key":            {"check-proof", "x", "y"},
		"no such date":      {"consistency", "--dir", dir, "2001-01-01", "now"},
		"no date at all":    {"consistency", "--dir", dir, "yesterday", "now"},
		"no reason":         {"retire", "--dir", dir, "--before", "2020-01-01"},
		"no before":         {"retire", "--dir", dir, "--why", "x"},
		"rotate nothing":    {"rotate-key", "--dir", empty},
		"no keys":           {"key", "--dir", empty},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, code := passgate(t, args...)
			if code != 3 || !strings.HasPrefix(errs, "Error: ") {
				t.Errorf("exit code %d: %s%s", code, out, errs)
			}
		})
	}
}

// TestTheManualsScript: the chain can be followed with a shell and sha256sum.
func TestTheManualsScript(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("../TRAIL.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(manual), "```sh\n")
	script, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the manual has no script")
	}
	run := func(dir string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", script, "sh", dir)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	dir, _ := closed(t, 15)
	if out, err := run(dir); err != nil || !strings.Contains(out, "the chain holds") {
		t.Errorf("%v: %s", err, out)
	}
	live := trailOf(t, 5)
	if out, err := run(live.Dir()); err != nil {
		t.Errorf("on a live trail: %v: %s", err, out)
	}
	tamper(t, dir)
	if out, err := run(dir); err == nil || !strings.Contains(out, "doesn't follow") {
		t.Errorf("on an altered trail: %s", out)
	}
}

func TestTheManualKnowsEveryCommand(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("../TRAIL.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range command.Commands() {
		if !strings.Contains(string(manual), "audit "+cmd.Name()) && !strings.Contains(string(manual), "`"+cmd.Name()+"`") {
			t.Errorf("%s isn't in the manual", cmd.Name())
		}
		if cmd.Short == "" || cmd.Long == "" || cmd.Flags().Lookup("json") == nil {
			t.Errorf("%s has no help, or no --json", cmd.Name())
		}
	}
}
