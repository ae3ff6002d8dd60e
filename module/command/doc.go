// SPDX-License-Identifier: Apache-2.0

// Package command registers Passgate's own commands with Caddy: `policy`, whose
// subcommands check, presets, explain and hash are here, and `audit` and `breach`,
// whose subcommands live with what they serve. It sees to their exit codes, which
// scripts rely on. No policy command prints a password, takes one from the command
// line, or asks the network for anything.
package command

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "policy",
		Short: "Tries and explains password policies",
		Long:  "Judges a password as the gateway would, lists the presets that ship with it, and says which policy is meant for whom.",
		CobraFunc: func(cmd *cobra.Command) {
			family(cmd, misusePolicy, checkCommand(), presetsCommand(), explainCommand(), hashCommand())
		},
	})
}
