// SPDX-License-Identifier: Apache-2.0

// Command generate makes the embedded list of common passwords from the npm
// package it is taken from. It needs npm; the package's digest is pinned, so
// the result is the same everywhere.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	source    = "@zxcvbn-ts/language-common@4.1.3"
	integrity = "g2bg4skmlJG9aJqC/nWziZzgYpSe/f3rKeGobrkdFiOrfZVFqqzUgC6BUQWuX54Sua9j0Jxxt+1bf4f/Mal1Kg==" // SHA-512 of the package, as in npm's lock files
	member    = "package/src/passwords.json"
)

func main() {
	out := flag.String("out", "passwords.txt.gz", "file to write")
	flag.Parse()
	if err := generate(*out); err != nil {
		fmt.Fprintln(os.Stderr, "generating the list of common passwords:", err)
		os.Exit(1)
	}
}

func generate(out string) error {
	archive, err := fetch()
	if err != nil {
		return err
	}
	words, err := read(archive)
	if err != nil {
		return err
	}
	compressed, err := compress(words)
	if err != nil {
		return err
	}
	return os.WriteFile(out, compressed, 0o644)
}

// fetch downloads the package with npm and checks its digest.
func fetch() ([]byte, error) {
	dir, err := os.MkdirTemp("", "common-passwords")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	pack := exec.Command("npm", "pack", source, "--pack-destination", dir)
	if text, err := pack.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("running npm pack: %w: %s", err, text)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(files) != 1 {
		return nil, fmt.Errorf("expected one package from npm pack, found %d", len(files))
	}
	archive, err := os.ReadFile(files[0])
	if err != nil {
		return nil, err
	}
	sum := sha512.Sum512(archive)
	if found := base64.StdEncoding.EncodeToString(sum[:]); found != integrity {
		return nil, fmt.Errorf("expected package digest %s, found %s", integrity, found)
	}
	return archive, nil
}

// read takes the list out of the package.
func read(archive []byte) ([]string, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("expected %s in the package, found none", member)
		}
		if err != nil {
			return nil, err
		}
		if header.Name == member {
			var words []string
			err := json.NewDecoder(files).Decode(&words)
			return words, err
		}
	}
}

// compress writes one word a line. A word with white space would be read as
// two, so there must be none.
func compress(words []string) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	for _, word := range words {
		if len(strings.Fields(word)) != 1 {
			return nil, fmt.Errorf("expected words without white space, found %q", word)
		}
		if _, err := io.WriteString(w, word+"\n"); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
