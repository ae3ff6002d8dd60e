// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Program is a small Java program of the tests' own with the parts of a cluster
// on its class path: the published classes do the work, the program only asks
// them.
type Program struct {
	Name      string            // of the process and of its compiled form in the cache
	ClassPath ClassPath         //
	Releases  [2]int            // JDKs it runs with: the first and the last release
	Sources   map[string][]byte // Java files by name
	Main      string            // class to start
	Args      []string
	Options   []string // of the JVM
}

// ClassPath fetches what a program needs and returns it as java's -cp takes it.
type ClassPath func(context.Context) (string, error)

// Maven is a class path of artifacts of Maven Central, given as
// group:name:version. Those in with bring what they need along; those in alone
// come by themselves.
func Maven(name string, with, alone []string) ClassPath {
	return func(ctx context.Context) (string, error) {
		dir, err := cached(name, func(dir string) error {
			var roots []artifact
			for _, coordinate := range with {
				roots = append(roots, parseArtifact(coordinate))
			}
			if err := fetchClassPath(ctx, roots, dir); err != nil {
				return err
			}
			for _, coordinate := range alone {
				if err := fetchArtifact(ctx, parseArtifact(coordinate), dir); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return "", fmt.Errorf("fetching %s: %w", name, err)
		}
		return filepath.Join(dir, "*"), nil
	}
}

// OpenSearchClassPath is the server and the security plugin that [StartOpenSearch] runs.
func OpenSearchClassPath(ctx context.Context) (string, error) {
	dir, err := cached("opensearch-"+openSearchVersion, func(dir string) error { return fetchOpenSearch(ctx, dir) })
	if err != nil {
		return "", fmt.Errorf("fetching opensearch: %w", err)
	}
	return filepath.Join(dir, "lib", "*") + ":" + filepath.Join(dir, "plugin", "*"), nil
}

func parseArtifact(coordinate string) artifact {
	parts := append(strings.Split(coordinate, ":"), "", "", "")
	return artifact{Group: parts[0], Name: parts[1], Version: parts[2], Type: "jar"}
}

// Running is a started program. What it writes to standard error is kept for
// [Running.Log].
type Running struct {
	Stdin  io.WriteCloser
	Stdout io.Reader

	proc *process
	home string
	ends []*os.File
}

// Start compiles the program, once for each text of its sources, and starts it.
// The caller must Stop it; it ends with the test binary in any case.
func (p Program) Start(ctx context.Context) (*Running, error) {
	java, err := jdkHome(p.Releases[0], p.Releases[1])
	if err != nil {
		return nil, err
	}
	jars, err := p.ClassPath(ctx)
	if err != nil {
		return nil, err
	}
	classes, err := p.compile(ctx, java, jars)
	if err != nil {
		return nil, fmt.Errorf("compiling %s: %w", p.Name, err)
	}
	home, err := os.MkdirTemp("", "passgate-"+p.Name+"-")
	if err != nil {
		return nil, fmt.Errorf("preparing %s: %w", p.Name, err)
	}
	args := slices.Concat(p.Options, []string{"-Djava.io.tmpdir=" + home, "-cp", classes + ":" + jars, p.Main}, p.Args)
	r := &Running{home: home, proc: &process{
		name: p.Name, cmd: exec.Command(filepath.Join(java, "bin", "java"), args...), log: filepath.Join(home, "output.log"),
	}}
	if err := r.start(); err != nil {
		r.Stop()
		return nil, err
	}
	return r, nil
}

// start connects the program's input and output and starts it.
func (r *Running) start() error {
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		return err
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		return err
	}
	defer inRead.Close() // the child has its own descriptors
	defer outWrite.Close()
	r.Stdin, r.Stdout, r.ends = inWrite, outRead, []*os.File{inWrite, outRead}
	r.proc.cmd.Dir, r.proc.cmd.Stdin, r.proc.cmd.Stdout = r.home, inRead, outWrite
	return r.proc.start()
}

// compile returns the directory of the program's classes.
func (p Program) compile(ctx context.Context, java, jars string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, jars, java)
	names := slices.Sorted(maps.Keys(p.Sources))
	for _, name := range names {
		fmt.Fprintf(sum, "%s %d\n%s", name, len(p.Sources[name]), p.Sources[name])
	}
	key := "classes-" + p.Name + "-" + hex.EncodeToString(sum.Sum(nil)[:8])
	return cached(key, func(dir string) error {
		work, err := os.MkdirTemp("", "passgate-sources-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(work)
		args := []string{"-nowarn", "-proc:none", "-d", dir, "-cp", jars}
		for _, name := range names {
			file := filepath.Join(work, filepath.Base(name))
			if err := os.WriteFile(file, p.Sources[name], 0o644); err != nil {
				return err
			}
			args = append(args, file)
		}
		return run(ctx, work, filepath.Join(java, "bin", "javac"), args...)
	})
}

// Log is the end of what the program wrote to standard error.
func (r *Running) Log() string { return r.proc.tail() }

// Ended is closed when the program has ended by itself or by Stop.
func (r *Running) Ended() <-chan struct{} { return r.proc.done }

// Stop ends the program and removes what it wrote.
func (r *Running) Stop() {
	if r.proc.done != nil {
		r.proc.stop()
	}
	for _, f := range r.ends {
		f.Close()
	}
	os.RemoveAll(r.home)
}
