// SPDX-License-Identifier: Apache-2.0

package command

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/breach"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "breach",
		Short: "Builds and asks lists of breached passwords",
		Long:  "Builds the file that the rule breached looks passwords up in, from Have I Been Pwned's text or range files or from word lists, and looks single passwords up.",
		CobraFunc: func(cmd *cobra.Command) {
			family(cmd, misuseBreach, breach.Commands()...)
		},
	})
}
