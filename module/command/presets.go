// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/policy"
)

func presetsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "presets [NAME]",
		Short: "Lists the presets, or one with its rules and their clauses",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, name := range policy.Presets() {
					fmt.Fprintln(cmd.OutOrStdout(), name)
				}
				return nil
			}
			p, err := policy.New(args[0], []policy.Statement{{Name: "preset", Args: args}})
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.OutOrStdout(), p.Text())
			return nil
		},
	}
}
