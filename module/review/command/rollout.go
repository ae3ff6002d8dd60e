// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/review/export"
	"github.com/passgate/passgate/module/review/report"
)

func rolloutCommand() *cobra.Command {
	var r rollout
	c := &cobra.Command{
		Use:   "rollout",
		Short: "Shows what is left to fix before a policy is enforced",
		Long: `Shows, by actor, client and rule, what is refused or would be refused, and what
to fix; and how many of the known accounts have been seen. The list of accounts
is a file with one name a line.`,
		Example: `  passgate audit rollout --since 30d
  passgate audit rollout --since 30d --known accounts.txt --csv > rollout.csv`,
		RunE: r.run,
	}
	r.place.flags(c)
	r.span.flags(c)
	c.Flags().StringVar(&r.known, "known", "", "file with the names of all accounts, one a line")
	c.Flags().StringVar(&r.actor, "actor", "", "only actors that fit, such as 'billing-*': a team's own list")
	c.Flags().BoolVar(&r.csv, "csv", false, "comma-separated values, safe to open in a spreadsheet")
	c.Flags().BoolVar(&r.json, "json", false, "everything as JSON")
	return c
}

type rollout struct {
	place        place
	span         span
	known, actor string
	csv, json    bool
}

func (r *rollout) run(c *cobra.Command, _ []string) error {
	period, label, err := r.span.read(time.Now())
	if err != nil {
		return err
	}
	var known []string
	if r.known != "" {
		if known, err = lines(r.known); err != nil {
			return err
		}
	}
	v, err := r.place.view(c)
	if err != nil {
		return err
	}
	out, err := report.BuildRollout(c.Context(), v, period, r.actor, known)
	if err != nil {
		return err
	}
	if r.json {
		return export.JSON(c.OutOrStdout(), out)
	}
	var table interface {
		Row(cells ...string) error
		Flush() error
	} = export.NewTable(c.OutOrStdout())
	if r.csv {
		table = export.NewCSV(c.OutOrStdout())
	}
	if err := table.Row("actor", "client", "rule", "enforced", "rehearsed", "accounts", "last", "what to fix"); err != nil {
		return err
	}
	for _, l := range out.Lines {
		err := table.Row(l.Actor, l.Client, l.Rule, fmt.Sprint(l.Enforced), fmt.Sprint(l.Rehearsed), fmt.Sprint(l.Accounts), l.Last.Format("2006-01-02 15:04"), l.Fix)
		if err != nil {
			return err
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s: %d accounts seen", label, out.Seen)
	if known != nil {
		fmt.Fprintf(c.ErrOrStderr(), "; of the %d known ones %d, missing %d", out.Known, out.Covered, len(out.Missing))
	}
	fmt.Fprintln(c.ErrOrStderr())
	return nil
}

func lines(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the known accounts: %w", err)
	}
	defer f.Close()
	all := []string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if name := strings.TrimSpace(s.Text()); name != "" {
			all = append(all, name)
		}
	}
	return all, nil
}
