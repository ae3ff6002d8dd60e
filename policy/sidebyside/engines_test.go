// SPDX-License-Identifier: Apache-2.0

package sidebyside

import (
	"context"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func runPassay(t *testing.T, list []sample) *verdicts {
	t.Helper()
	dir := t.TempDir()
	run(t, dir, nil, "mvn", "-q", "-B", "dependency:copy", "-Dartifact=org.passay:passay:1.6.6", "-DoutputDirectory="+dir)
	source, err := filepath.Abs("PassayVerdicts.java")
	if err != nil {
		t.Fatal(err)
	}
	output := run(t, dir, nil, "java", "-cp", filepath.Join(dir, "passay-1.6.6.jar"), source, write(t, dir, list), strings.Join(listed, ","))
	return parseVerdicts(t, output, len(list))
}

// runPwquality unpacks Debian's packages and runs them with the system's
// Python, for which its binding is built.
func runPwquality(t *testing.T, list []sample) *verdicts {
	t.Helper()
	dir := t.TempDir()
	run(t, dir, nil, "apt-get", "-q", "download", "libpwquality1", "python3-pwquality", "libcrack2")
	packages, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(packages) != 3 {
		t.Fatalf("%d packages, %v, want 3", len(packages), err)
	}
	for _, p := range packages {
		run(t, dir, nil, "dpkg", "-x", p, dir)
	}
	libraries, err := filepath.Glob(filepath.Join(dir, "usr", "lib", "*", "libpwquality.so.1"))
	if err != nil || len(libraries) != 1 {
		t.Fatalf("%d libraries, %v, want 1", len(libraries), err)
	}
	script, err := filepath.Abs("pwquality_verdicts.py")
	if err != nil {
		t.Fatal(err)
	}
	environment := []string{
		"LD_LIBRARY_PATH=" + filepath.Dir(libraries[0]),
		"PYTHONPATH=" + filepath.Join(dir, "usr", "lib", "python3", "dist-packages"),
		"PYTHONIOENCODING=utf-8",
	}
	return parseVerdicts(t, run(t, dir, environment, "/usr/bin/python3", script, write(t, dir, list)), len(list))
}

func run(t *testing.T, dir string, environment []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), environment...)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("running %s: %v\n%s", name, err, problems.String())
	}
	return string(output)
}

// write puts the samples in a file, in hex so that nothing needs quoting.
func write(t *testing.T, dir string, list []sample) string {
	t.Helper()
	var b strings.Builder
	for _, s := range list {
		b.WriteString(hex.EncodeToString([]byte(s.password)) + "\t" + hex.EncodeToString([]byte(s.username)) + "\t" +
			hex.EncodeToString([]byte(s.current)) + "\n")
	}
	path := filepath.Join(dir, "samples.txt")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
