// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"

	"github.com/spf13/cobra"

	trail "github.com/passgate/passgate/module/audit/command"
	"github.com/passgate/passgate/module/breach"
)

// withCodes lets a command, and those below it, end with an exit code of its own;
// Caddy knows 0 and 1. What there is to say has been printed.
func withCodes(cmd *cobra.Command) *cobra.Command {
	for _, sub := range cmd.Commands() {
		withCodes(sub)
	}
	run, misused := cmd.RunE, cmd.FlagErrorFunc()
	if run == nil {
		return cmd
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return leave(run(cmd, args)) }
	// A flag misspelled in a nightly job must not read as a verdict either.
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return leave(misused(cmd, err)) })
	return cmd
}

func leave(err error) error {
	if code, ok := exitCode(err); ok {
		exit(code)
		return nil
	}
	return err
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
