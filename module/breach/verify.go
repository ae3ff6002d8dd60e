// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	list "github.com/passgate/passgate/policy/breach"
)

func verifyCommand() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "verify --file FILE",
		Short: "Reads a list whole and checks it",
		Long:  "Checks a list's checksum and the order of its records, for example after copying it. Exit code 1 if it is damaged.",
		Args:  cobra.NoArgs,
	}
	cmd.Flags().StringVar(&path, "file", "", "list to check (required)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if path == "" {
			return failed(cmd, exitUnknown, errors.New("expected --file with the list to check"))
		}
		if err := verify(cmd, path); err != nil {
			return failed(cmd, exitFailed, err)
		}
		fmt.Fprintln(cmd.OutOrStdout(), path+": complete and undamaged")
		return nil
	}
	return quiet(cmd)
}

func verify(cmd *cobra.Command, path string) error {
	ctx, stop := signal.NotifyContext(contextOf(cmd), os.Interrupt, syscall.SIGTERM)
	defer stop()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	bar := newBar(cmd.ErrOrStderr())
	defer bar.clear()
	return list.Verify(ctx, file, info.Size(), bar.show)
}
