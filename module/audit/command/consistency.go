// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/audit/seal"
)

func consistencyCommand() *cobra.Command {
	cmd := spec{
		use:   "consistency --dir DIR [--vkey KEY]... [--out FILE] [--json] OLD NEW",
		short: "Proves that nothing between two points in time was altered",
		long: `OLD and NEW are checkpoint files, dates (the last checkpoint kept up to the end of
that day, UTC), numbers of records, or the word now. Proves that the trail of NEW
contains all of the trail of OLD, unaltered. Without --vkey, any key that lies beside
the trail will do, so whoever made the directory may have made the keys too.

Exit code: 0 consistent, 1 not, 3 could not check.`,
		example: "  passgate audit consistency --dir /var/log/passgate 2026-07-01 2026-10-01",
		args:    2, run: runConsistency,
	}.command()
	dirFlag(cmd)
	keyFlag(cmd)
	cmd.Flags().String("out", "", "write the proof to this file")
	return cmd
}

func runConsistency(cmd *cobra.Command, args []string) (*result, error) {
	dir, err := dirOf(cmd)
	if err != nil {
		return nil, err
	}
	keys, err := keysOf(cmd)
	trust := "given"
	if err == nil && len(keys) == 0 {
		keys, err = audit.VerifierKeys(dir)
		trust = "directory"
	}
	if err != nil {
		return nil, err
	}
	older, err := checkpointAt(dir, args[0])
	if err != nil {
		return nil, err
	}
	newer, err := checkpointAt(dir, args[1])
	if err != nil {
		return nil, err
	}
	text, err := proof.ProveConsistency(dir, older, newer)
	if err != nil {
		return nil, err
	}
	got, err := proof.CheckConsistency(text, older, keys)
	if err != nil {
		return nil, err
	}
	if out, _ := cmd.Flags().GetString("out"); out != "" {
		if err := os.WriteFile(out, text, 0o640); err != nil {
			return nil, err
		}
	}
	return &result{
		text: func(w io.Writer) {
			fmt.Fprintf(w, "consistent: the first %d of %d records of %s are unaltered\n", got.Old, got.New, got.Origin)
			if trust == "directory" {
				fmt.Fprintln(w, "the keys were", trustText[trust]+", and give it with --vkey")
			}
		},
		data: struct {
			*proof.Consistent
			Trust string `json:"trust"`
		}{got, trust},
	}, nil
}

// checkpointAt finds the checkpoint somebody means.
func checkpointAt(dir, what string) ([]byte, error) {
	if what == "now" {
		return audit.NewestCheckpoint(dir)
	}
	if text, err := os.ReadFile(what); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	kept, err := audit.KeptCheckpoints(dir)
	if err != nil {
		return nil, err
	}
	if size, err := strconv.ParseInt(what, 10, 64); err == nil {
		return os.ReadFile(filepath.Join(dir, "checkpoints", fmt.Sprintf("%012d", size)))
	}
	day, err := time.Parse(time.DateOnly, what)
	if err != nil {
		return nil, fmt.Errorf("expected a checkpoint file, a date, a number of records or now, got %q", what)
	}
	for i := len(kept) - 1; i >= 0; i-- {
		text, err := os.ReadFile(kept[i])
		if err != nil {
			return nil, err
		}
		at, err := timeOf(dir, text)
		if err == nil && at.Before(day.AddDate(0, 0, 1)) {
			return text, nil
		}
	}
	return nil, fmt.Errorf("no checkpoint was kept up to the end of %s", what)
}

// timeOf is when the last record under a checkpoint was written.
func timeOf(dir string, text []byte) (time.Time, error) {
	point, err := seal.ReadUnverified(text)
	if err != nil {
		return time.Time{}, err
	}
	for r, err := range audit.Read(dir, audit.Query{From: point.Size - 1, To: point.Size}) {
		return r.Time, err
	}
	return time.Time{}, fmt.Errorf("record %d is not there", point.Size-1)
}
