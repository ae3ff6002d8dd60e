// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"io"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit"
)

func keyCommand() *cobra.Command {
	cmd := spec{
		use:   "key --dir DIR [--json]",
		short: "Prints the trail's verifier keys, for the auditor to keep",
		long:  "Prints the public keys that checkpoints of this trail are signed with, first the\none it began with. Keep them elsewhere: beside the trail they prove nothing.",
		run: func(cmd *cobra.Command, _ []string) (*result, error) {
			dir, err := dirOf(cmd)
			if err != nil {
				return nil, err
			}
			id, err := audit.ReadIdentity(dir)
			if err != nil {
				return nil, err
			}
			all, err := audit.VerifierKeys(dir)
			if err != nil {
				return nil, err
			}
			keys := []string{id.Verifier}
			for _, k := range all {
				if k != id.Verifier {
					keys = append(keys, k)
				}
			}
			return &result{
				text: func(w io.Writer) {
					for _, k := range keys {
						fmt.Fprintln(w, k)
					}
				},
				data: map[string]any{"origin": id.Origin, "vkeys": keys},
			}, nil
		},
	}.command()
	dirFlag(cmd)
	return cmd
}

func rotateKeyCommand() *cobra.Command {
	cmd := spec{
		use:   "rotate-key --dir DIR [--json]",
		short: "Replaces the key that signs checkpoints",
		long: `Makes a new signing key, has the old one vouch for it on the trail and in a
checkpoint that both sign, and destroys the old one. Prints the new verifier
key. The running gateway does it; without one, this command does.`,
		run: func(cmd *cobra.Command, _ []string) (*result, error) {
			dir, err := dirOf(cmd)
			if err != nil {
				return nil, err
			}
			reply, err := audit.Ask(dir, audit.Task{RotateKey: true})
			if err != nil {
				return nil, err
			}
			return &result{
				text: func(w io.Writer) { fmt.Fprintln(w, reply.Verifier) },
				data: reply,
			}, nil
		},
	}.command()
	dirFlag(cmd)
	return cmd
}

func retireCommand() *cobra.Command {
	cmd := spec{
		use:   "retire --dir DIR --before DATE --why TEXT [--by NAME] [--archive DIR] [--json]",
		short: "Archives or removes old records; every proof stays valid",
		long: `Takes the segments that end before DATE out of the trail, and says so on it.
The hashes of their records stay, so what is left verifies, and archived lines
can still be proven. Records younger than the trail's retention can't go. The
running gateway does it; without one, this command does.`,
		example: "  passgate audit retire --dir /var/log/passgate --before 2025-10-01 --archive /mnt/old --why 'retention is 400 days'",
		run:     runRetire,
	}.command()
	dirFlag(cmd)
	cmd.Flags().String("before", "", "date (UTC) or RFC 3339 time")
	cmd.Flags().String("why", "", "reason, for the trail")
	cmd.Flags().String("by", "", "who does it, for the trail; default your login name")
	cmd.Flags().String("archive", "", "directory to move the segments to; without it they are removed")
	return cmd
}

func runRetire(cmd *cobra.Command, _ []string) (*result, error) {
	dir, err := dirOf(cmd)
	if err != nil {
		return nil, err
	}
	get := func(name string) string { s, _ := cmd.Flags().GetString(name); return s }
	r := audit.Retirement{Archive: get("archive"), By: get("by"), Why: get("why")}
	if r.Before, err = parseTime(get("before")); err != nil {
		return nil, fmt.Errorf("reading --before: %w", err)
	}
	if r.Archive != "" {
		// The gateway that does it stands in another directory.
		if r.Archive, err = filepath.Abs(r.Archive); err != nil {
			return nil, err
		}
	}
	if r.By == "" {
		if u, err := user.Current(); err == nil {
			r.By = u.Username
		}
	}
	reply, err := audit.Ask(dir, audit.Task{Retire: &r})
	if err != nil {
		return nil, err
	}
	return &result{
		text: func(w io.Writer) {
			fmt.Fprintf(w, "retired records %d to %d\n", reply.Retired.First, reply.Retired.Last)
		},
		data: reply,
	}, nil
}
