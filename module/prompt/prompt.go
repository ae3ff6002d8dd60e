// SPDX-License-Identifier: Apache-2.0

// Package prompt takes a password from whoever runs a command: hidden while it is
// typed, or from standard input, but never from the command line, which others can
// read. It never shows what it took.
package prompt

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Longest is the longest password that is read, in bytes.
const Longest = 64 << 10

// Password prompts on a terminal; elsewhere, or where it is asked to, it reads the
// first line of in.
func Password(in io.Reader, prompt io.Writer, fromStdin bool) (string, error) {
	file, isFile := in.(*os.File)
	if fromStdin || !isFile || !term.IsTerminal(int(file.Fd())) {
		return readLine(in)
	}
	fmt.Fprint(prompt, "Password: ")
	password, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(prompt)
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	return string(password), nil
}

// NoArgs refuses arguments without repeating them, as cobra.NoArgs would: one may
// be a password.
func NoArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return errors.New("expected no argument, since others can read a command line; type the password at the prompt, or use --stdin")
	}
	return nil
}

func readLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, Longest+1)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password from standard input: %w", err)
	}
	if line == "" {
		return "", errors.New("expected a password on standard input, found nothing")
	}
	if len(line) > Longest {
		return "", fmt.Errorf("expected a password of at most %d bytes on standard input, found a longer line", Longest)
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}
