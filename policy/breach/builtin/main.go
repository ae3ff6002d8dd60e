// SPDX-License-Identifier: Apache-2.0

// Command builtin rewrites builtin.pgb, the list that is part of the program,
// from a file of common passwords, one a line, gzipped:
//
//	go run ./policy/breach/builtin policy/common/passwords.txt.gz policy/breach/builtin.pgb
package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/passgate/passgate/policy/breach"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "builtin:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("expected INPUT OUTPUT")
	}
	folder, err := os.MkdirTemp("", "builtin")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	words := filepath.Join(folder, "words")
	if err := unzip(args[0], words); err != nil {
		return err
	}
	outcome, err := breach.Build(context.Background(), breach.Small(breach.Options{
		Out: args[1], Inputs: []string{words}, Format: breach.Words, Hashing: breach.IgnoringCase,
		Source: "npm @zxcvbn-ts/language-common 4.1.3, common passwords",
		Built:  time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
	}))
	fmt.Println(outcome.Header.Keys, "passwords")
	return err
}

func unzip(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	zip, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
