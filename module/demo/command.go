// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"os/signal"
	"syscall"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func init() { caddycmd.RegisterCommand(Command()) }

// Command is "passgate demo". Importing this package registers it.
func Command() caddycmd.Command {
	return caddycmd.Command{
		Name:  "demo",
		Usage: "[--port <n>] [--keep <directory>] [--sample <n>] [--caddyfile]",
		Short: "Tries the gateway before three embedded clusters",
		Long: `Starts an embedded Elasticsearch, OpenSearch and Huawei CSS control plane on
loopback, puts the gateway in front of each, and prints curl commands that show
a password refused, a request with both fields refused, and a password set. A
fourth address serves the page on which the trail is reviewed.

It needs no root and no network, and leaves no file behind: the audit trail is
in a temporary directory and goes when the demo ends (Ctrl-C), unless --keep
names a directory for it.`,
		CobraFunc: func(cmd *cobra.Command) {
			var o Options
			cmd.Flags().IntVar(&o.Port, "port", 0, "first of four ports to listen on, one for each cluster and one for the review page (default: free ones)")
			cmd.Flags().StringVar(&o.Keep, "keep", "", "directory to keep the audit trail in (default: a temporary one)")
			cmd.Flags().IntVar(&o.Sample, "sample", 0, "begin the trail with so many changes of an invented company")
			cmd.Flags().BoolVar(&o.ShowCaddyfile, "caddyfile", false, "print the gateway's configuration too")
			cmd.Args = cobra.NoArgs
			cmd.RunE = func(cmd *cobra.Command, _ []string) error {
				ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
				defer stop()
				return run(ctx, cmd, o)
			}
		},
	}
}

func run(ctx context.Context, cmd *cobra.Command, o Options) error {
	d, err := Start(o)
	if err != nil {
		return err
	}
	d.Describe(cmd.OutOrStdout())
	<-ctx.Done()
	return d.Close()
}
