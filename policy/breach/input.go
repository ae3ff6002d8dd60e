// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Format is what an input of [Build] contains.
type Format string

const (
	// Auto tells the others apart: a folder is Ranges; a file whose first line
	// is HASH:COUNT or a hash is Ordered; any other file is Words.
	Auto Format = ""
	// Ordered is Have I Been Pwned's single file: lines of HASH:COUNT in hex,
	// ascending by hash. It is streamed.
	Ordered Format = "ordered"
	// Unordered is the same in any order; it is sorted on disk first.
	Unordered Format = "unordered"
	// Ranges is a folder of 2^20 range files.
	Ranges Format = "ranges"
	// Words is a file of passwords, one a line; they are hashed and sorted on
	// disk.
	Words Format = "words"
)

// ParseFormat reads a format's name; "auto" and "" are Auto.
func ParseFormat(name string) (Format, error) {
	switch f := Format(name); f {
	case "auto", Auto:
		return Auto, nil
	case Ordered, Unordered, Ranges, Words:
		return f, nil
	}
	return Auto, fmt.Errorf("expected the format auto, ordered, unordered, ranges or words, found %q", name)
}

// input is one of the inputs, with what identifies it when a build goes on.
type input struct {
	Path   string
	Format Format
	Size   int64
	Time   int64 // of modification, in nanoseconds
}

func findInputs(paths []string, format Format) (all []input, err error) {
	for _, path := range paths {
		in, err := findInput(path, format)
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	if len(all) == 0 {
		return nil, errors.New("expected at least one input, found none")
	}
	return all, nil
}

func findInput(path string, format Format) (in input, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return in, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return in, err
	}
	in = input{path, format, info.Size(), info.ModTime().UnixNano()}
	switch {
	case info.IsDir() && (format == Auto || format == Ranges):
		in.Format = Ranges
	case info.IsDir() || format == Ranges:
		return in, fmt.Errorf("%s: expected a folder for range files and a file for everything else", path)
	case !info.Mode().IsRegular():
		return in, fmt.Errorf("%s: expected a regular file; one that can't be read again can't be built from", path)
	case format == Auto:
		in.Format, err = guess(path)
	}
	return in, err
}

// guess looks at the first line.
func guess(path string) (Format, error) {
	file, err := os.Open(path)
	if err != nil {
		return Auto, err
	}
	defer file.Close()
	line, err := bufio.NewReaderSize(file, 4096).ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return Auto, err
	}
	if _, err := parseHashLine("", trimLineEnd(line)); err == nil {
		return Ordered, nil
	}
	return Words, nil
}

// sorted reports whether the input can be streamed as it is.
func (in input) sorted() bool { return in.Format == Ordered || in.Format == Ranges }

// open starts a sorted input at a key.
func (in input) open(from Key, o Options) (source, error) {
	if in.Format == Ranges {
		return openRanges(in.Path, from, o.AllowMissing)
	}
	return openOrdered(in.Path, from)
}
