// SPDX-License-Identifier: Apache-2.0

// Command measure takes the figures about building in MEASURED.md. It needs up
// to 3 GB in the given folder, which it empties again:
//
//	go run ./policy/breach/measure FOLDER
//
// The figures about lookups at full scale are TestFullScale's.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/passgate/passgate/policy/breach"
)

const (
	textKeys   = 30_000_000 // in Have I Been Pwned's format: 1.3 GB
	wordCount  = 20_000_000 // plain words: 300 MB, and 260 MB of runs
	rangeCount = 20_000     // range files: 850 MB
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) >= 3 && args[0] == "build" { // in a process of its own, for its memory
		return buildAndReport(args[1], args[2:])
	}
	if len(args) != 1 {
		return errors.New("expected FOLDER")
	}
	folder, err := os.MkdirTemp(args[0], "measure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, step := range []func(string) error{orderedText, words, rangeFiles} {
		if err := step(folder); err != nil {
			return err
		}
		if err := empty(folder); err != nil {
			return err
		}
	}
	return nil
}

func empty(folder string) error {
	files, err := os.ReadDir(folder)
	for _, file := range files {
		err = errors.Join(err, os.RemoveAll(filepath.Join(folder, file.Name())))
	}
	return err
}

func buildAndReport(out string, inputs []string) error {
	start := time.Now()
	outcome, err := breach.Build(context.Background(), breach.Options{Out: out, Inputs: inputs, AllowMissing: true})
	if err != nil {
		return err
	}
	taken := time.Since(start)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	memory := "?"
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			memory = strings.TrimSpace(rest)
		}
	}
	h := outcome.Header
	fmt.Printf("built %d keys in %.1f s wall (%.0f ns a key), peak memory %s, file %d bytes\n",
		h.Keys, taken.Seconds(), float64(taken.Nanoseconds())/float64(h.Keys), memory, h.Size())
	return nil
}

// build runs in a child, whose CPU time is told too.
func build(out string, inputs ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.Command(self, append([]string{"build", out}, inputs...)...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Run(); err != nil {
		return err
	}
	fmt.Printf("CPU: %.1f s user, %.1f s system\n", child.ProcessState.UserTime().Seconds(), child.ProcessState.SystemTime().Seconds())
	return nil
}
