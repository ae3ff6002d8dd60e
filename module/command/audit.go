// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	trail "github.com/passgate/passgate/module/audit/command"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "audit",
		Short: "Keeps, proves and reviews the audit trail",
		Long:  "Verifies a trail and single records of it, and answers who changed whose password, what was refused and why.",
		CobraFunc: func(cmd *cobra.Command) {
			for _, sub := range trail.Commands() {
				cmd.AddCommand(withCodes(sub))
			}
		},
	})
}

// withCodes lets a command end with its own exit code, of which Caddy knows two.
func withCodes(cmd *cobra.Command) *cobra.Command {
	run := cmd.RunE
	if run == nil {
		return cmd
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		var end *trail.ExitError
		if errors.As(err, &end) {
			exit(end.Code)
			return nil
		}
		return err
	}
	return cmd
}
