// SPDX-License-Identifier: Apache-2.0

// Package command holds the subcommands of the binary that talk about policies:
// passgate policy check, presets, explain and hash. None of them ever prints a
// password, takes one from the command line, or asks the network for anything.
package command

import (
	"os"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "policy",
		Short: "Tries and explains password policies",
		Long:  "Judges a password as the gateway would, lists the presets that ship with it, and says which policy is meant for whom.",
		CobraFunc: func(cmd *cobra.Command) {
			cmd.AddCommand(checkCommand(), presetsCommand(), explainCommand(), hashCommand())
		},
	})
}

// exit ends the process with a status of its own; Caddy's commands know 0 and 1 only.
var exit = os.Exit

// The exit codes of check.
const (
	exitAllow   = 0
	exitReject  = 1
	exitUnknown = 2 // it can't be told
)
