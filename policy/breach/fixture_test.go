// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var built = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func password(i int) string { return fmt.Sprintf("password %d", i) }

func countOf(i int) uint32 { return uint32(1 + i%40) }

// hashLines are the lines of n passwords, ordered by hash, as Have I Been
// Pwned writes them.
func hashLines(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("%X:%d", Exact.KeyOf(password(i)), countOf(i))
	}
	slices.Sort(lines)
	return lines
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hashFile holds n passwords' hashes.
func hashFile(t testing.TB, n int, lineEnd string) string {
	t.Helper()
	return write(t, "hashes.txt", strings.Join(hashLines(n), lineEnd)+lineEnd)
}

func wordFile(t testing.TB, from, to int) string {
	t.Helper()
	var text strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintln(&text, password(i))
	}
	return write(t, "words.txt", text.String())
}

// buildList builds and reads a list.
func buildList(t testing.TB, o Options) ([]byte, Outcome) {
	t.Helper()
	if o.Out == "" {
		o.Out = filepath.Join(t.TempDir(), "list.pgb")
	}
	o.Built = built
	outcome, err := Build(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(o.Out + ".partial"); err == nil {
		t.Error("the work folder is left")
	}
	content, err := os.ReadFile(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(context.Background(), bytes.NewReader(content), int64(len(content)), nil); err != nil {
		t.Fatal(err)
	}
	return content, outcome
}

func open(t testing.TB, content []byte) *List {
	t.Helper()
	l, err := Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// wantFound checks that passwords from to to are found, or aren't.
func wantFound(t testing.TB, l interface {
	Contains(string, uint32) (bool, error)
}, from, to int, want bool) {
	t.Helper()
	for i := from; i < to; i++ {
		if got, err := l.Contains(password(i), 0); got != want || err != nil {
			t.Fatalf("%s: found %v, %v; want %v", password(i), got, err, want)
		}
	}
}
