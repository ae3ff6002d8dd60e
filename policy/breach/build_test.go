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
)

// rangeFolder holds n passwords in range files; the other 2^20 are missing.
func rangeFolder(t testing.TB, n int, name func(prefix string) string) string {
	t.Helper()
	folder := t.TempDir()
	files := make(map[string]string)
	for _, line := range hashLines(n) {
		files[line[:5]] += line[5:] + "\r\n"
	}
	for prefix, text := range files {
		text += strings.Repeat("F", 35) + ":0\r\n" // padding
		if err := os.WriteFile(filepath.Join(folder, name(prefix)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// The same passwords give the same list, however they come.
func TestFormatsAgree(t *testing.T) {
	t.Parallel()
	const n = 2000
	lines := hashLines(n)
	backwards := slices.Clone(lines)
	slices.Reverse(backwards)
	inputs := map[string]Options{
		"LF":            {Inputs: []string{hashFile(t, n, "\n")}},
		"CRLF":          {Inputs: []string{hashFile(t, n, "\r\n")}},
		"no end":        {Inputs: []string{write(t, "f", strings.Join(lines, "\n"))}},
		"lower case":    {Inputs: []string{write(t, "f", strings.ToLower(strings.Join(lines, "\n")))}},
		"blank lines":   {Inputs: []string{write(t, "f", strings.Join(lines, "\n\n\n")+"\n\n")}},
		"unordered":     {Inputs: []string{write(t, "f", strings.Join(backwards, "\n"))}, Format: Unordered, runEntries: 300},
		"ranges":        {Inputs: []string{rangeFolder(t, n, func(p string) string { return p + ".txt" })}, AllowMissing: true},
		"bare ranges":   {Inputs: []string{rangeFolder(t, n, func(p string) string { return p })}, AllowMissing: true},
		"in two":        {Inputs: []string{write(t, "f", strings.Join(lines[:700], "\n")), write(t, "g", strings.Join(lines[600:], "\n"))}},
		"both":          {Inputs: []string{hashFile(t, n, "\n"), rangeFolder(t, n, func(p string) string { return p + ".txt" })}, AllowMissing: true},
		"repeated line": {Inputs: []string{write(t, "f", strings.Join(append(slices.Clone(lines[:5]), lines[4:]...), "\n"))}},
	}
	want, _ := buildList(t, Options{Inputs: []string{hashFile(t, n, "\n")}, Source: "s", Counts: true})
	for name, o := range inputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.Source, o.Counts = "s", true
			if got, _ := buildList(t, o); !bytes.Equal(got, want) {
				t.Error("the lists differ")
			}
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	text := "password 0\r\npassword 1\n\npassword 2\n" + strings.Repeat("x", 2*lineBuffer) + "\npassword 3\npassword 3\npassword 4"
	content, outcome := buildList(t, Options{Inputs: []string{write(t, "w", text)}, MinCount: 10})
	if outcome.Header.Keys != 5 || outcome.Dropped != 0 || outcome.Header.Source != "w" {
		t.Errorf("got %+v", outcome)
	}
	l := open(t, content)
	wantFound(t, l, 0, 5, true)
	wantFound(t, l, 5, 9, false)
	if _, err := l.Contains("x", 1_000_000); err != nil {
		t.Errorf("words count however often: %v", err)
	}
	folded, _ := buildList(t, Options{Inputs: []string{write(t, "w", "Password\nGEHEIM")}, Hashing: IgnoringCase})
	for _, password := range []string{"password", "PASSWORD", "geheim"} {
		if got, err := open(t, folded).Contains(password, 0); !got || err != nil {
			t.Errorf("%s: got %v, %v", password, got, err)
		}
	}
}

func TestManyRuns(t *testing.T) {
	t.Parallel()
	const n = 1500
	want, _ := buildList(t, Options{Inputs: []string{wordFile(t, 0, n)}, Source: "s"})
	got, _ := buildList(t, Options{Inputs: []string{wordFile(t, 0, n/2), wordFile(t, n/2, n)}, Source: "s", runEntries: 5})
	if !bytes.Equal(got, want) {
		t.Error("300 runs give another list than one")
	}
}

func TestMinCount(t *testing.T) {
	t.Parallel()
	_, outcome := buildList(t, Options{Inputs: []string{hashFile(t, 400, "\n")}, MinCount: 21})
	if outcome.Header.Keys != 200 || outcome.Dropped != 200 || outcome.Header.MinCount != 21 {
		t.Errorf("got %+v", outcome)
	}
}

func TestEmptyList(t *testing.T) {
	t.Parallel()
	content, _ := buildList(t, Options{Inputs: []string{write(t, "w", "\n")}})
	wantFound(t, open(t, content), 0, 10, false)
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	lines := hashLines(100)
	unordered := slices.Clone(lines)
	unordered[50], unordered[51] = unordered[51], unordered[50]
	ok := hashFile(t, 3, "\n")
	tests := []struct {
		name string
		o    Options
		want string // a part of the error
	}{
		{"no input", Options{}, "at least one input"},
		{"missing input", Options{Inputs: []string{"/does/not/exist"}}, "no such file"},
		{"not in order", Options{Inputs: []string{write(t, "f", strings.Join(unordered, "\n"))}}, "out of order; sort the file"},
		{"NTLM", Options{Inputs: []string{write(t, "f", lines[0][:32]+":1\n")}, Format: Ordered}, "NTLM"},
		{"a bad line", Options{Inputs: []string{write(t, "f", lines[0]+"\nrubbish\n")}}, fmt.Sprintf("byte %d: expected a SHA-1", len(lines[0])+1)},
		{"a bad line, unordered", Options{Inputs: []string{write(t, "f", lines[0]+"\nrubbish\n")}, Format: Unordered}, "expected a SHA-1"},
		{"missing ranges", Options{Inputs: []string{rangeFolder(t, 50, func(p string) string { return p + ".txt" })}}, "is missing"},
		{"folder as words", Options{Inputs: []string{t.TempDir()}, Format: Words}, "expected a folder for range files"},
		{"file as ranges", Options{Inputs: []string{ok}, Format: Ranges}, "expected a folder for range files"},
		{"suffix", Options{Inputs: []string{ok}, SuffixBytes: 3}, "4 to 18 suffix bytes"},
		{"hashes ignoring case", Options{Inputs: []string{ok}, Hashing: IgnoringCase}, "only words"},
		{"a device", Options{Inputs: []string{os.DevNull}}, "regular file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.o.Out = filepath.Join(t.TempDir(), "list.pgb")
			_, err := Build(context.Background(), test.o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
			if _, err := os.Stat(test.o.Out); err == nil {
				t.Error("a file was made all the same")
			}
		})
	}
	if _, err := Build(context.Background(), Options{Inputs: []string{ok}}); err == nil {
		t.Error("built nowhere")
	}
}

func TestRangeOutOfOrder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for i := range 20 {
		text := strings.Repeat("B", 35) + ":1\n" + strings.Repeat("A", 35) + ":1\n"
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05X.txt", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Build(context.Background(), Options{Out: filepath.Join(folder, "out"), Inputs: []string{folder}, AllowMissing: true})
	if err == nil || !strings.Contains(err.Error(), "range 00000") {
		t.Errorf("got %v", err)
	}
}

func TestOneBuildAtATime(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "list.pgb")
	second := error(nil)
	o := Options{Out: out, Inputs: []string{hashFile(t, 10, "\n")}}
	o.Progress = func(Progress) {
		_, second = Build(context.Background(), Options{Out: out, Inputs: o.Inputs})
	}
	if _, err := Build(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if second == nil || !strings.Contains(second.Error(), "another build") {
		t.Errorf("the second build got %v", second)
	}
}
