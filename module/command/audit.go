// SPDX-License-Identifier: Apache-2.0

package command

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	trail "github.com/passgate/passgate/module/audit/command"
	review "github.com/passgate/passgate/module/review/command"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "audit",
		Short: "Keeps, proves and reviews the audit trail",
		Long:  "Verifies a trail and single records of it, and answers who changed whose password, what was refused and why.",
		CobraFunc: func(cmd *cobra.Command) {
			family(cmd, misuseAudit, append(trail.Commands(), review.Commands()...)...)
		},
	})
}
