// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/review/anomaly"
	"github.com/passgate/passgate/module/review/export"
	"github.com/passgate/passgate/module/review/report"
)

func anomaliesCommand() *cobra.Command {
	var a anomalies
	c := &cobra.Command{
		Use:   "anomalies",
		Short: "Lists what looks like an attack or a mistake",
		Long: `Lists what looks like an attack or a mistake, with the records it rests on:
somebody who walked up to the policy's edge, one source that asked for many
accounts, a source of requests that can't be read in one way only.`,
		Example: `  passgate audit anomalies --period 2026-Q3 --exempt 'svc-*'
  passgate audit anomalies --since 7d --json`,
		RunE: a.run,
	}
	a.place.flags(c)
	a.span.flags(c)
	a.settings.flags(c)
	c.Flags().BoolVar(&a.json, "json", false, "one finding a line")
	return c
}

type anomalies struct {
	place    place
	span     span
	settings settings
	json     bool
}

func (a *anomalies) run(c *cobra.Command, _ []string) error {
	period, _, err := a.span.read(time.Now())
	if err != nil {
		return err
	}
	settings, err := a.settings.read()
	if err != nil {
		return err
	}
	v, err := a.place.view(c)
	if err != nil {
		return err
	}
	found, err := anomaly.Find(c.Context(), v, period, settings)
	if err != nil {
		return err
	}
	for _, f := range found {
		if a.json {
			err = export.JSONLine(c.OutOrStdout(), f)
		} else {
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s  %-10s  %s; records %s\n", f.From.Format("2006-01-02 15:04:05Z"), f.Kind, export.Visible(f.Text), report.Places(f.Records))
		}
		if err != nil {
			return err
		}
	}
	if len(found) == 0 && !a.json {
		fmt.Fprintln(c.OutOrStdout(), "nothing found")
	}
	return nil
}
