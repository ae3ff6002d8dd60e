// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/export"
)

func statsCommand() *cobra.Command {
	var s stats
	c := &cobra.Command{
		Use:   "stats",
		Short: "Counts changes by what is asked for",
		Long: `Counts changes, one record of each: the last word on it. Without --by it
gives an overview. Filters are those of audit query.`,
		Example: `  passgate audit stats --period 2026-Q3
  passgate audit stats --by rule --verdict deny --since 30d
  passgate audit stats --by actor --others --top 20 --csv`,
		RunE: s.run,
	}
	s.place.flags(c)
	s.filter.add(c)
	s.filter.addOthers(c)
	s.format.flags(c)
	c.Flags().StringVar(&s.by, "by", "", "count by this property: actor, target, rule, cluster …")
	c.Flags().IntVar(&s.top, "top", 0, "only the so many most frequent; 0: all with --by, else 10")
	return c
}

type stats struct {
	place  place
	filter filterFlags
	format format
	by     string
	top    int
}

// overview is what is counted without --by.
var overview = []review.Column{review.Verdict, review.Cause, review.Outcome, review.Cluster, review.Operation, review.Rule, review.Actor, review.Address}

// count is one line of the result.
type count struct {
	By    string `json:"by"`
	Value string `json:"value"`
	Extra string `json:"extra,omitempty"`
	Count int64  `json:"count"`
}

func (s *stats) run(c *cobra.Command, _ []string) error {
	f, err := s.filter.filter()
	if err != nil {
		return err
	}
	format, err := s.format.choose()
	if err != nil {
		return err
	}
	columns, top := overview, s.top
	if s.by != "" {
		column, ok := review.ColumnNamed(s.by)
		if !ok {
			return fmt.Errorf("by: expected one of %v, found %q", review.Columns(), s.by)
		}
		columns = []review.Column{column}
	} else if top == 0 {
		top = 10
	}
	v, err := s.place.view(c)
	if err != nil {
		return err
	}
	f.Changes = f.Terms[review.Stage] == nil // who asks for a stage means records
	var counts []count
	for _, column := range columns {
		tallies, err := v.Tally(c.Context(), f, column)
		if err != nil {
			return err
		}
		for i, t := range tallies {
			if top > 0 && i == top {
				break
			}
			if t.Value != "" || s.by != "" {
				counts = append(counts, count{column.String(), t.Value, t.Extra, t.Count})
			}
		}
	}
	return printCounts(c.OutOrStdout(), format, counts)
}

func printCounts(w io.Writer, format string, counts []count) error {
	if format == "json" {
		for _, c := range counts {
			if err := export.JSONLine(w, c); err != nil {
				return err
			}
		}
		return nil
	}
	var table interface {
		Row(cells ...string) error
		Flush() error
	} = export.NewTable(w)
	if format == "csv" {
		table = export.NewCSV(w)
	}
	rows := [][]string{{"by", "value", "extra", "count"}}
	for _, c := range counts {
		rows = append(rows, []string{c.By, c.Value, c.Extra, fmt.Sprint(c.Count)})
	}
	for _, row := range rows {
		if err := table.Row(row...); err != nil {
			return err
		}
	}
	return table.Flush()
}
