// SPDX-License-Identifier: Apache-2.0

package command

import (
	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/review"
)

func queryCommand() *cobra.Command {
	var q query
	c := &cobra.Command{
		Use:   "query",
		Short: "Finds records of the trail",
		Long: `Finds records of the trail, oldest first.

Patterns are compared with the whole value: * stands for any text, ? for one
character, \ takes the next character literally. "!" in front excludes, and "-"
is an empty value. A flag given twice means either; different flags must all hold.

The answer says what stands on the trail, not whether the trail is whole:
that is what audit verify is for.`,
		Example: `  passgate audit query --verdict deny --cause policy --since 7d
  passgate audit query --target elastic --others --changes
  passgate audit query --actor 'desk.*' --period 2026-Q3 --csv > desk.csv
  passgate audit query --address 10.20.0.0/16 --rule min_length --json | jq -r .user.name`,
		RunE: q.run,
	}
	q.place.flags(c)
	q.filter.add(c)
	q.filter.addOthers(c)
	q.format.flags(c)
	c.Flags().IntVar(&q.limit, "limit", 0, "print at most so many records; 0: all")
	c.Flags().BoolVar(&q.newest, "newest", false, "newest first")
	return c
}

type query struct {
	place  place
	filter filterFlags
	format format
	limit  int
	newest bool
}

func (q *query) run(c *cobra.Command, _ []string) error {
	f, err := q.filter.filter()
	if err != nil {
		return err
	}
	format, err := q.format.choose()
	if err != nil {
		return err
	}
	out, err := newOutput(c.OutOrStdout(), format)
	if err != nil {
		return err
	}
	if err := q.find(c, f, out); err != nil {
		return err
	}
	out.remark(c.ErrOrStderr())
	return out.flush()
}

// find scans the trail, unless the question needs a view of all of it.
func (q *query) find(c *cobra.Command, f review.Filter, out *output) error {
	if q.newest || f.Changes {
		return q.fromView(c, f, out)
	}
	var failed error
	err := review.Scan(c.Context(), q.place.dir, q.place.cache, f, func(r review.Found) bool {
		failed = out.put(r)
		return failed == nil && (q.limit == 0 || out.printed < q.limit)
	})
	if err == nil {
		err = failed
	}
	return err
}

func (q *query) fromView(c *cobra.Command, f review.Filter, out *output) error {
	v, err := q.place.view(c)
	if err != nil {
		return err
	}
	page := review.Page{Limit: pageSize, Oldest: !q.newest}
	for {
		if left := q.limit - out.printed; q.limit > 0 {
			page.Limit = min(left, pageSize)
		}
		a, err := v.Find(c.Context(), f, page)
		if err != nil {
			return err
		}
		for _, r := range a.Found {
			if err := out.put(r); err != nil {
				return err
			}
			page.Before, page.After = r.Place, r.Place
		}
		if !a.More || q.limit > 0 && out.printed >= q.limit {
			return nil
		}
	}
}

// pageSize bounds how many records are held in memory.
const pageSize = 5000
