// SPDX-License-Identifier: Apache-2.0

package command

import (
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/review"
)

func tailCommand() *cobra.Command {
	var t tail
	c := &cobra.Command{
		Use:   "tail",
		Short: "Shows the newest records, and new ones as they come",
		Example: `  passgate audit tail -f
  passgate audit tail -n 100 --attention
  passgate audit tail -f --verdict deny --json`,
		RunE: t.run,
	}
	t.place.flags(c)
	t.filter.add(c)
	t.filter.addOthers(c)
	t.format.flags(c)
	c.Flags().IntVarP(&t.lines, "lines", "n", 10, "how many of the newest records")
	c.Flags().BoolVarP(&t.follow, "follow", "f", false, "go on until interrupted")
	return c
}

type tail struct {
	place  place
	filter filterFlags
	format format
	lines  int
	follow bool
}

func (t *tail) run(c *cobra.Command, _ []string) error {
	f, err := t.filter.filter()
	if err != nil {
		return err
	}
	format, err := t.format.choose()
	if err != nil {
		return err
	}
	out, err := newOutput(c.OutOrStdout(), format)
	if err != nil {
		return err
	}
	end, err := review.End(c.Context(), t.place.dir)
	if err != nil {
		return err
	}
	last, err := review.Last(c.Context(), t.place.dir, bounded(f, end), t.lines)
	for _, r := range last {
		if err == nil {
			err = out.put(r)
		}
	}
	if err == nil {
		err = out.flush()
	}
	out.remark(c.ErrOrStderr())
	if err != nil || !t.follow {
		return err
	}
	f.From = max(f.From, end)
	return t.goOn(c, f, out)
}

// bounded is f up to the place where following begins.
func bounded(f review.Filter, end int64) review.Filter {
	if f.To == 0 || f.To > end {
		f.To = end
	}
	return f
}

func (t *tail) goOn(c *cobra.Command, f review.Filter, out *output) error {
	ctx, stop := signal.NotifyContext(c.Context(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var failed error
	err := review.Follow(ctx, t.place.dir, f, func(r review.Found) bool {
		if failed = out.put(r); failed == nil {
			failed = out.flush()
		}
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	return err
}
