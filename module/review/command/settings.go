// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/anomaly"
)

// settings are the flags that say what counts as unusual. They have the names
// of the page's options.
type settings struct {
	exempt, privileged         []string
	edge, accounts, unreadable string
}

func (s *settings) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&s.exempt, "exempt", nil, "an actor that is declared automation, such as 'svc-*'; may be repeated")
	c.Flags().StringArrayVar(&s.privileged, "privileged", nil, "an account whose changes always deserve a look; may be repeated; default: those that clusters come with")
	c.Flags().StringVar(&s.edge, "edge", "5/1h", "refusals of an account before a success, within how long")
	c.Flags().StringVar(&s.accounts, "accounts", "20/1h", "accounts asked for by one address")
	c.Flags().StringVar(&s.unreadable, "unreadable", "5/1h", "requests of one address that can't be read")
}

func (s *settings) read() (anomaly.Settings, error) {
	out := anomaly.Settings{Exempt: s.exempt, Privileged: s.privileged}
	for _, t := range []struct {
		name, text string
		into       *anomaly.Threshold
	}{{"edge", s.edge, &out.Edge}, {"accounts", s.accounts, &out.Accounts}, {"unreadable", s.unreadable, &out.Unreadable}} {
		threshold, err := anomaly.ParseThreshold(t.text)
		if err != nil {
			return out, fmt.Errorf("%s: %w", t.name, err)
		}
		*t.into = threshold
	}
	return out, nil
}

// span is the period that a command is about.
type span struct{ period, since, until string }

func (s *span) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.period, "period", "", "2026, 2026-Q3, 2026-07, 2026-W30 or 2026-07-14 (UTC); default: the current quarter")
	c.Flags().StringVar(&s.since, "since", "", "instead of --period: a time, a day, or how long ago: 36h, 7d")
	c.Flags().StringVar(&s.until, "until", "", "likewise; not included; default: now")
}

// read returns the period, both ends set, and what to call it.
func (s *span) read(now time.Time) (review.Period, string, error) {
	if s.since == "" && s.until == "" {
		label := s.period
		if label == "" {
			label = fmt.Sprintf("%d-Q%d", now.UTC().Year(), (int(now.UTC().Month())+2)/3)
		}
		p, err := review.ParsePeriod(label)
		return p, label, err
	}
	if s.period != "" || s.since == "" {
		return review.Period{}, "", errors.New("expected --period, or --since with or without --until")
	}
	p := review.Period{Until: now.UTC()}
	var err error
	if p.Since, err = review.ParseMoment(s.since, now); err != nil {
		return p, "", fmt.Errorf("since: %w", err)
	}
	if s.until != "" {
		if p.Until, err = review.ParseMoment(s.until, now); err != nil {
			return p, "", fmt.Errorf("until: %w", err)
		}
	}
	if !p.Since.Before(p.Until) {
		return p, "", errors.New("expected --since before --until")
	}
	return p, p.Since.Format("2006-01-02 15:04") + " to " + p.Until.Format("2006-01-02 15:04"), nil
}
