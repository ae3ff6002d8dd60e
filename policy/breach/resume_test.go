// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// interruptAt stops a build at the nth report of progress.
func interruptAt(n int, o Options) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o.Progress = func(Progress) {
		if n--; n <= 0 {
			cancel()
		}
	}
	_, err := Build(ctx, o)
	return err
}

// However often a build is interrupted, it comes to the same list.
func TestResume(t *testing.T) {
	t.Parallel()
	const n = 300_000
	lines := hashLines(n)
	tests := map[string]Options{
		"ordered":           {Inputs: []string{write(t, "f", strings.Join(lines, "\n"))}},
		"words":             {Inputs: []string{wordFile(t, 0, n/2), wordFile(t, n/3, n)}, runEntries: 70_000},
		"words and ordered": {Inputs: []string{wordFile(t, 0, n/2), write(t, "f", strings.Join(lines, "\r\n"))}, runEntries: 90_000},
		"ranges":            {Inputs: []string{rangeFolder(t, n/100, func(p string) string { return p + ".txt" }), wordFile(t, 0, n)}, AllowMissing: true, runEntries: 100_000},
	}
	for name, o := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.Source, o.bucketBits, o.checkpointAfter = "s", 12, 20_000
			want, _ := buildList(t, o)
			o.Out, o.Built = filepath.Join(t.TempDir(), "list.pgb"), built
			resumed := 0
			for stop := 3; ; stop += 3 {
				err := interruptAt(stop, o)
				if err == nil {
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				resumed++
				// What a crash may leave behind the last checkpoint.
				spoil(t, filepath.Join(o.Out+".partial", recordsName))
			}
			got, err := os.ReadFile(o.Out)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("after %d interruptions the list differs (%v)", resumed, err)
			}
			if resumed < 2 {
				t.Errorf("only interrupted %d times", resumed)
			}
		})
	}
}

func spoil(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("half a record"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestResumeSaysSo(t *testing.T) {
	t.Parallel()
	o := Options{Out: filepath.Join(t.TempDir(), "list.pgb"), Inputs: []string{wordFile(t, 0, 50_000)}, runEntries: 10_000}
	if err := interruptAt(3, o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	_, outcome := buildList(t, o)
	if !outcome.Resumed {
		t.Error("the build started afresh")
	}
}

// Work on other inputs, or with other options, is of no use.
func TestChangedInputStartsAfresh(t *testing.T) {
	t.Parallel()
	o := Options{Out: filepath.Join(t.TempDir(), "list.pgb"), Inputs: []string{wordFile(t, 0, 50_000)}, runEntries: 10_000}
	for _, change := range []func(){
		func() { o.SuffixBytes = 7 },
		func() { o.MinCount = 2 },
		func() { o.Inputs = []string{wordFile(t, 0, 40_000)} },
	} {
		if err := interruptAt(3, o); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		change()
		content, outcome := buildList(t, o)
		if outcome.Resumed {
			t.Error("the build went on with other work")
		}
		wantFound(t, open(t, content), 0, 1000, true)
	}
}

func TestDamagedWorkIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{recordsName, indexName} {
		o := Options{Out: filepath.Join(t.TempDir(), "list.pgb"), Inputs: []string{hashFile(t, 60_000, "\n")}, checkpointAfter: 10_000}
		if err := interruptAt(3, o); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(o.Out+".partial", name), 100); err != nil {
			t.Fatal(err)
		}
		if _, err := Build(context.Background(), o); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s cut: got %v", name, err)
		}
	}
}
