// SPDX-License-Identifier: Apache-2.0

// Package breach holds the commands below `passgate breach`, which build, ask
// and check lists of breached passwords; package policy/breach does the work.
//
// No command takes a password from the command line or prints one. A command
// prints its own errors and ends in an [ExitError] where the exit code isn't 0.
package breach

import (
	"fmt"

	"github.com/spf13/cobra"
)

// Commands returns the subcommands of `breach`.
func Commands() []*cobra.Command {
	return []*cobra.Command{buildCommand(), checkCommand(), verifyCommand(), statsCommand()}
}

// Exit codes. check tells found and failed apart.
const (
	exitFound   = 1
	exitFailed  = 1
	exitUnknown = 2
)

// ExitError is the end of a command whose exit code isn't 0. Whatever is to be
// said has been printed.
type ExitError struct {
	Code int
	Err  error // nil: the answer itself is the reason
}

func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// quiet makes cobra leave the printing to the command.
func quiet(cmd *cobra.Command) *cobra.Command {
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	return cmd
}

func failed(cmd *cobra.Command, code int, err error) error {
	fmt.Fprintln(cmd.ErrOrStderr(), "Error:", err)
	return &ExitError{code, err}
}
