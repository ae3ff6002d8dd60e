// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/passgate/passgate/policy/breach"
)

func password(i int) string { return fmt.Sprintf("pw%dx", i) }

// sortedKeys are the hashes of n passwords in order.
func sortedKeys(n int) []breach.Key {
	keys := make([]breach.Key, n)
	for i := range keys {
		keys[i] = breach.Exact.KeyOf(password(i))
	}
	slices.SortFunc(keys, func(a, b breach.Key) int { return bytes.Compare(a[:], b[:]) })
	return keys
}

// count is how often the key was seen: mostly a few times, sometimes millions
// (a power law, like the real one).
func count(k breach.Key) int {
	u := (float64(k[19]) + 256*float64(k[18]) + 1) / 65537
	return 1 + int(math.Pow(u, -1.2))
}

func writeLines(path string, lines func(w *bufio.Writer)) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 1<<20)
	lines(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}

func orderedText(folder string) error {
	text, out := filepath.Join(folder, "ordered.txt"), filepath.Join(folder, "list.pgb")
	keys := sortedKeys(textKeys)
	err := writeLines(text, func(w *bufio.Writer) {
		for _, k := range keys {
			fmt.Fprintf(w, "%X:%d\r\n", k[:], count(k))
		}
	})
	if err != nil {
		return err
	}
	keys = nil
	info, err := os.Stat(text)
	if err != nil {
		return err
	}
	fmt.Printf("\n== ordered text, %d lines, %d bytes\n", textKeys, info.Size())
	if err := build(out, text); err != nil {
		return err
	}
	return lookUp(out)
}

func words(folder string) error {
	text := filepath.Join(folder, "words.txt")
	err := writeLines(text, func(w *bufio.Writer) {
		for i := range wordCount {
			fmt.Fprintln(w, password(i))
		}
	})
	if err != nil {
		return err
	}
	fmt.Printf("\n== words, %d\n", wordCount)
	return build(filepath.Join(folder, "list.pgb"), text)
}

// rangeFiles has the first ranges, filled as they are at 1e9.
func rangeFiles(folder string) error {
	const lines = 950
	ranges := filepath.Join(folder, "ranges")
	if err := os.Mkdir(ranges, 0o700); err != nil {
		return err
	}
	for r := range rangeCount {
		all := make([]string, lines)
		for i := range all {
			k := breach.Exact.KeyOf(password(r*lines + i))
			all[i] = fmt.Sprintf("%X:%d\r\n", k[:], count(k))[5:]
		}
		slices.Sort(all)
		name := filepath.Join(ranges, fmt.Sprintf("%05X.txt", r))
		if err := os.WriteFile(name, []byte(strings.Join(all, "")), 0o600); err != nil {
			return err
		}
	}
	fmt.Printf("\n== range files, %d of %d lines\n", rangeCount, lines)
	return build(filepath.Join(folder, "list.pgb"), ranges)
}
