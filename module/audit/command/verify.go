// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit/proof"
)

func verifyCommand() *cobra.Command {
	cmd := spec{
		use:   "verify --dir DIR [--vkey KEY]... [--against FILE]... [--as-of TIME] [--json]",
		short: "Checks that a trail is what the gateway wrote, and that all of it is there",
		long: `Reads the whole trail and gives two verdicts: integrity, whether every record
is what was written, and completeness, whether all of them are there.

It may run beside the gateway, and takes no lock. Bring your own copy of the
verifier key (--vkey), and a checkpoint you kept elsewhere (--against): without
them the trail can only be shown to agree with itself.

Exit code: 0 intact, 1 tampered, 2 incomplete, 3 could not check.`,
		example: "  passgate audit verify --dir /var/log/passgate --vkey trail.vkey --against checkpoint-2026-10",
		run:     runVerify,
	}.command()
	dirFlag(cmd)
	keyFlag(cmd)
	cmd.Flags().StringArray("against", nil, "a checkpoint file you kept elsewhere; may be repeated")
	cmd.Flags().String("as-of", "", "judge completeness as of this time (RFC 3339), for a copy of a trail; default now")
	return cmd
}

func runVerify(cmd *cobra.Command, _ []string) (*result, error) {
	dir, err := dirOf(cmd)
	if err != nil {
		return nil, err
	}
	opts, err := verifyOptions(cmd)
	if err != nil {
		return nil, err
	}
	bar := newProgress(cmd.ErrOrStderr())
	opts.Progress = bar.at
	report, err := proof.Verify(dir, opts)
	bar.clear()
	if err != nil {
		return nil, err
	}
	return &result{
		text: func(w io.Writer) { printReport(w, report) },
		data: struct {
			*proof.Report
			ExitCode int `json:"exit_code"`
		}{report, report.ExitCode()},
		code: report.ExitCode(),
	}, nil
}

func verifyOptions(cmd *cobra.Command) (opts proof.Options, err error) {
	if opts.Keys, err = keysOf(cmd); err != nil {
		return opts, err
	}
	files, _ := cmd.Flags().GetStringArray("against")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return opts, fmt.Errorf("reading --against: %w", err)
		}
		opts.Against = append(opts.Against, text)
	}
	if asOf, _ := cmd.Flags().GetString("as-of"); asOf != "" {
		if opts.Now, err = parseTime(asOf); err != nil {
			return opts, fmt.Errorf("reading --as-of: %w", err)
		}
	}
	return opts, nil
}

// parseTime reads a time of RFC 3339, or a date, which means its beginning in UTC.
func parseTime(text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return at, fmt.Errorf("expected a time like 2026-11-23T08:00:00Z or a date like 2026-11-23, got %q", text)
	}
	return at, nil
}

const clockFormat = "2006-01-02 15:04:05 MST"

func printReport(w io.Writer, r *proof.Report) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "trail\t%s in %s\n", r.Origin, r.Dir)
	if r.Records > 0 {
		fmt.Fprintf(t, "records\t%d to %d, %s to %s\n", r.First, r.Size-1, r.Since.Format(clockFormat), r.Until.Format(clockFormat))
	}
	signed := fmt.Sprintf("the first %d", r.Signed)
	if r.Pending > 0 {
		signed += fmt.Sprintf("; %d younger ones wait for the next checkpoint", r.Pending)
	}
	fmt.Fprintf(t, "signed\t%s\n", signed)
	if r.Root != "" {
		fmt.Fprintf(t, "root\t%s\n", r.Root)
	}
	for _, k := range r.Keys {
		fmt.Fprintf(t, "key\t%s (%s)\n", k.Verifier, trustText[k.Trust])
	}
	for _, p := range r.Retired {
		fmt.Fprintf(t, "retired\trecords %d to %d, older than %s\n", p.First, p.Last, p.Before.Format(clockFormat))
	}
	if r.Live {
		fmt.Fprintf(t, "live\ta gateway is writing; changes that await their outcome: %d\n", r.InFlight)
	}
	if r.InDoubt > 0 {
		fmt.Fprintf(t, "in doubt\tchanges that lost their outcome in a crash: %d\n", r.InDoubt)
	}
	fmt.Fprintf(t, "integrity\t%s\n", r.Integrity)
	fmt.Fprintf(t, "completeness\t%s\n", r.Completeness)
	t.Flush()
	for _, f := range r.Findings {
		fmt.Fprintf(w, "- %s%s\n", breaksText[f.Breaks], f.Text)
	}
}

var trustText = map[string]string{
	"given":     "yours",
	"directory": "found beside the trail: compare it with the one you wrote down",
	"vouched":   "announced by the one before",
}

var breaksText = map[string]string{"integrity": "TAMPERED: ", "completeness": "INCOMPLETE: ", "none": ""}
