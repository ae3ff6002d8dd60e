// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	trail "github.com/passgate/passgate/module/audit/command"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/breach"
)

// exit ends the process with a status of its own; Caddy's commands know 0 and 1 only.
var exit = os.Exit

// The exit codes of policy check and policy hash.
const (
	exitAllow   = 0
	exitReject  = 1
	exitUnknown = 2 // it can't be told
)

// The exit codes of a command that was written wrongly. 1 would be an answer:
// rejected, found, tampered with.
const (
	misusePolicy = exitUnknown
	misuseBreach = 2
	misuseAudit  = proof.ExitUnchecked
)

// family makes a command of those below it. Cobra by itself answers a misspelled
// one with the help text and exit code 0, and a script goes on believing that it
// has verified something.
func family(cmd *cobra.Command, misuse int, below ...*cobra.Command) {
	var names []string
	for _, sub := range below {
		cmd.AddCommand(withCodes(sub, misuse))
		names = append(names, sub.Name())
	}
	unknown := func(cmd *cobra.Command, name string) error {
		return end(cmd, misuse, fmt.Errorf("expected one of %s after %s, found %q", strings.Join(names, ", "), cmd.CommandPath(), name))
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if args := cmd.Flags().Args(); len(args) > 0 { // the flag is one of the command that was meant
			return unknown(cmd, args[0])
		}
		return end(cmd, misuse, err)
	})
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknown(cmd, args[0])
	}
}

// withCodes lets a command, and those below it, end with an exit code of its own;
// Caddy knows 0 and 1.
func withCodes(cmd *cobra.Command, misuse int) *cobra.Command {
	for _, sub := range cmd.Commands() {
		withCodes(sub, misuse)
	}
	ofFlags := cmd.FlagErrorFunc()
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return end(cmd, misuse, ofFlags(cmd, err)) })
	if cmd.RunE == nil {
		return cmd
	}
	check, run := cmd.Args, cmd.RunE
	cmd.Args = cobra.ArbitraryArgs // cobra would say nothing where errors are silenced
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if check != nil {
			if err := check(cmd, args); err != nil {
				return end(cmd, misuse, err)
			}
		}
		err := run(cmd, args)
		if _, ok := exitCode(err); ok {
			return end(cmd, misuse, err)
		}
		return err
	}
	return cmd
}

// end ends the process. What an error with an exit code has to say has been printed.
func end(cmd *cobra.Command, misuse int, err error) error {
	code, printed := exitCode(err)
	if !printed {
		code = misuse
		fmt.Fprintf(cmd.ErrOrStderr(), "Error: %v; see %s --help\n", err, cmd.CommandPath())
	}
	exit(code)
	return nil
}

func exitCode(err error) (code int, ok bool) {
	var ofTrail *trail.ExitError
	var ofBreach *breach.ExitError
	switch {
	case errors.As(err, &ofTrail):
		return ofTrail.Code, true
	case errors.As(err, &ofBreach):
		return ofBreach.Code, true
	}
	return 0, false
}
