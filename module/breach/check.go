// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	list "github.com/passgate/passgate/policy/breach"
)

func checkCommand() *cobra.Command {
	var path string
	var stdin bool
	var least uint32
	cmd := &cobra.Command{
		Use:   "check [--file FILE] [--stdin]",
		Short: "Looks a password up",
		Long: `Reads a password from a hidden prompt, or the first line of standard input, and
says whether it is in the list. Nothing is sent anywhere.

Exit codes: 0 not found, 1 found, 2 it can't be told.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&path, "file", "", "list to look in (default: the built-in one)")
	cmd.Flags().BoolVar(&stdin, "stdin", false, "read the password from standard input")
	cmd.Flags().Uint32Var(&least, "min-count", 0, "only count passwords seen at least so often")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, err := check(cmd, path, stdin, least)
		if err != nil {
			return failed(cmd, exitUnknown, err)
		}
		if found {
			fmt.Fprintln(cmd.OutOrStdout(), "found: choose another password")
			return &ExitError{Code: exitFound}
		}
		fmt.Fprintln(cmd.OutOrStdout(), "not found")
		return nil
	}
	return quiet(cmd)
}

// check opens the list first: no one likes to be asked for nothing.
func check(cmd *cobra.Command, path string, stdin bool, least uint32) (bool, error) {
	contains := list.Builtin().Contains
	if path != "" {
		set, err := list.OpenSet(path)
		if err != nil {
			return false, err
		}
		defer set.Close()
		contains = set.Contains
	}
	password, err := readPassword(cmd.InOrStdin(), cmd.ErrOrStderr(), stdin)
	if err != nil {
		return false, err
	}
	return contains(password, least)
}

// longest is the longest password that is read, in bytes.
const longest = 64 << 10

// readPassword prompts on a terminal and reads the first line elsewhere.
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
	line, err := bufio.NewReader(io.LimitReader(in, longest+1)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password from standard input: %w", err)
	}
	if line == "" {
		return "", errors.New("expected a password on standard input, found nothing")
	}
	if len(line) > longest {
		return "", fmt.Errorf("expected a password of at most %d bytes on standard input, found a longer line", longest)
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}
