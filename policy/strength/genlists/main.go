// SPDX-License-Identifier: Apache-2.0

// Command genlists rewrites lists.txt.gz, the word lists of package strength,
// from the tarball of npm's zxcvbn 4.4.2:
//
//	npm pack zxcvbn@4.4.2
//	go run ./policy/strength/genlists zxcvbn-4.4.2.tgz policy/strength/lists.txt.gz
//
// It refuses any other tarball. The output is the same, byte for byte, on
// every run: one line per list, its name and then its words, commonest first,
// separated by spaces.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

// The tarball and the file within it.
const (
	tarballSHA512 = "06ad01fa2c53fc33321bc9205f6c56708e6352f0b0aab3314856a6ee6d2501fefc9dfd3886fea5342b322d8772613ac254ca8d0d8ff6d3a2bb784c5809e4b251"
	listsPath     = "package/lib/frequency_lists.js"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "genlists:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("expected TARBALL OUTPUT")
	}
	tarball, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	if sum := sha512.Sum512(tarball); hex.EncodeToString(sum[:]) != tarballSHA512 {
		return fmt.Errorf("expected zxcvbn 4.4.2's tarball, found one with SHA-512 %x", sum)
	}
	source, err := extract(tarball)
	if err != nil {
		return err
	}
	text, err := render(source)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], compress(text), 0o644)
}

func extract(tarball []byte) ([]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if err != nil {
			return nil, fmt.Errorf("looking for %s: %w", listsPath, err)
		}
		if header.Name == listsPath {
			return io.ReadAll(files)
		}
	}
}

// A list is written there as name: "word,word,…".split(","), in quotes of
// either kind.
var listLine = regexp.MustCompile(`(?m)^\s*(\w+): (?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\.split\(`)

func render(source []byte) ([]byte, error) {
	var text bytes.Buffer
	lists := listLine.FindAllSubmatch(source, -1)
	if len(lists) != 6 {
		return nil, fmt.Errorf("expected 6 lists, found %d", len(lists))
	}
	unescape := strings.NewReplacer(`\'`, `'`, `\"`, `"`, `\\`, `\`)
	for _, list := range lists {
		words := corrected(string(list[1]), strings.Split(unescape.Replace(string(list[2])+string(list[3])), ","))
		for _, word := range words {
			if word == "" || strings.ContainsAny(word, " \n") || word != strings.ToLower(word) {
				return nil, fmt.Errorf("list %s has a word that can't be written here: %q", list[1], word)
			}
		}
		fmt.Fprintf(&text, "%s %s\n", list[1], strings.Join(words, " "))
	}
	return text.Bytes(), nil
}

// corrected makes the two changes of zxcvbn4j 1.9.0, so that no name passes here
// that OpenSearch finds in its lists: harvey, surname 210, is male name 210,
// and bobadilla becomes the last of the 10,000 surnames.
func corrected(name string, words []string) []string {
	const harvey, place = "harvey", 210
	switch name {
	case "male_names":
		return slices.Insert(words, place-1, harvey)
	case "surnames":
		words = slices.DeleteFunc(words, func(word string) bool { return word == harvey })
		return append(words, "bobadilla")
	}
	return words
}

func compress(text []byte) []byte {
	var out bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is valid, a buffer takes every write
	zip.Write(text)
	zip.Close()
	return out.Bytes()
}
