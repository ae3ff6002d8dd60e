// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxPassword bounds what is read as one password, in bytes.
const maxPassword = 64 << 10

// readPassword reads a password from a hidden prompt, or the first line of
// standard input. A command line is no place for one: others can read it.
func readPassword(in io.Reader, prompt io.Writer, fromStdin bool) (string, error) {
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

func readLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, maxPassword+1)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password from standard input: %w", err)
	}
	if line == "" {
		return "", errors.New("expected a password on standard input, found nothing")
	}
	if len(line) > maxPassword {
		return "", fmt.Errorf("expected a password of at most %d bytes on standard input, found a longer line", maxPassword)
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}
