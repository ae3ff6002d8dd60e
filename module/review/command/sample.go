// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/review"
)

func sampleCommand() *cobra.Command {
	var s sample
	c := &cobra.Command{
		Use:   "sample",
		Short: "Draws changes at random, for spot checks",
		Long: `Draws changes at random. The same seed on the same records draws the same
changes, so that another can repeat the spot check; every change of the period
is equally likely.`,
		Example: `  passgate audit sample --period 2026-Q3 --n 25 --seed 4711`,
		RunE:    s.run,
	}
	s.place.flags(c)
	s.filter.add(c)
	s.filter.addOthers(c)
	s.format.flags(c)
	c.Flags().IntVar(&s.n, "n", 25, "how many")
	c.Flags().Uint64Var(&s.seed, "seed", 0, "any number; default: one is drawn and told")
	return c
}

type sample struct {
	place  place
	filter filterFlags
	format format
	n      int
	seed   uint64
}

func (s *sample) run(c *cobra.Command, _ []string) error {
	f, err := s.filter.filter()
	if err != nil {
		return err
	}
	format, err := s.format.choose()
	if err != nil {
		return err
	}
	if s.n < 1 || s.n > 10_000 {
		return fmt.Errorf("n: expected a number from 1 to 10000, found %d", s.n)
	}
	if !c.Flags().Changed("seed") {
		s.seed = uint64(time.Now().UnixNano())
	}
	v, err := s.place.view(c)
	if err != nil {
		return err
	}
	f.Changes = true
	places, total, err := draw(c, v, f, s.n, s.seed)
	if err != nil {
		return err
	}
	out, err := newOutput(c.OutOrStdout(), format)
	if err != nil {
		return err
	}
	for _, place := range places {
		found, ok, err := v.At(c.Context(), place)
		if err != nil {
			return err
		}
		if ok {
			if err := out.put(found); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(c.ErrOrStderr(), "%d of %d changes, drawn with --seed %d\n", len(places), total, s.seed)
	return out.flush()
}

// draw keeps n of all selected places, each equally likely (reservoir
// sampling: Vitter, 1985, algorithm R), in the order of the trail.
func draw(c *cobra.Command, v *review.View, f review.Filter, n int, seed uint64) (places []int64, total int64, err error) {
	rng := rand.New(rand.NewPCG(seed, 0))
	err = v.Each(c.Context(), f, func(b *review.Brief) {
		total++
		if len(places) < n {
			places = append(places, b.Place)
		} else if i := rng.Int64N(total); i < int64(n) {
			places[i] = b.Place
		}
	})
	slices.Sort(places)
	return places, total, err
}
