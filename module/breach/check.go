// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/prompt"
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
		Args: prompt.NoArgs,
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
	password, err := prompt.Password(cmd.InOrStdin(), cmd.ErrOrStderr(), stdin)
	if err != nil {
		return false, err
	}
	return contains(password, least)
}
