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
	run := cmd.RunE
	if run == nil {
		return cmd
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if code, ok := exitCode(err); ok {
			exit(code)
			return nil
		}
		return err
	}
	return cmd
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
