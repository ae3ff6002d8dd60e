// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func shell(t *testing.T, script string) *process {
	t.Helper()
	p := &process{name: "a shell", cmd: exec.Command("sh", "-c", script), log: filepath.Join(t.TempDir(), "log")}
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	return p
}

var errNotYet = errors.New("not yet")

// TestStopEndsTheGroup: a cluster's start script has children of its own.
func TestStopEndsTheGroup(t *testing.T) {
	t.Parallel()
	child := filepath.Join(t.TempDir(), "child")
	p := shell(t, "sleep 300 & echo $! > "+child+"; wait")
	var pid int
	err := p.await(context.Background(), 30*time.Second, func(context.Context) error {
		text, err := os.ReadFile(child)
		if err == nil {
			pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.stop()
	// The child may be left as a zombie of whoever adopted it, but it no longer runs.
	for deadline := time.Now().Add(10 * time.Second); runs(pid); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("expected the child to have ended with its parent")
		}
	}
}

func runs(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// TestAwaitShowsWhatWentWrong: a cluster that doesn't come up says why in its
// output, and the failure has to show that.
func TestAwaitShowsWhatWentWrong(t *testing.T) {
	t.Parallel()
	never := func(context.Context) error { return errNotYet }
	err := shell(t, "echo the port is taken; exit 3").await(context.Background(), time.Minute, never)
	if err == nil || !strings.Contains(err.Error(), "the port is taken") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("ended early: found %v", err)
	}
	err = shell(t, "echo starting; sleep 300").await(context.Background(), 300*time.Millisecond, never)
	if !errors.Is(err, errNotYet) || !strings.Contains(err.Error(), "starting") {
		t.Errorf("too slow: found %v", err)
	}
}
