// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is a span of time, Until exclusive. A zero bound is none.
type Period struct{ Since, Until time.Time }

const periodForms = "2026, 2026-Q3, 2026-07, 2026-W30 or 2026-07-14"

// ParsePeriod reads a year, quarter, month, ISO week or day, in UTC.
func ParsePeriod(text string) (Period, error) {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {"2006-01-02", 0, 0, 1}} {
		if at, err := time.Parse(form.layout, text); err == nil {
			return Period{at, at.AddDate(form.years, form.months, form.days)}, nil
		}
	}
	year, part, _ := strings.Cut(text, "-")
	from, err := time.Parse("2006", year)
	if err == nil && len(part) > 1 {
		n, err := strconv.Atoi(part[1:])
		switch {
		case err != nil:
		case (part[0] == 'Q' || part[0] == 'q') && 1 <= n && n <= 4:
			from = from.AddDate(0, 3*(n-1), 0)
			return Period{from, from.AddDate(0, 3, 0)}, nil
		case part[0] == 'W' || part[0] == 'w':
			if p, ok := isoWeek(from.Year(), n); ok {
				return p, nil
			}
		}
	}
	return Period{}, fmt.Errorf("expected a period such as %s, found %q", periodForms, text)
}

// isoWeek: week 1 is the one with the year's first Thursday (ISO 8601).
func isoWeek(year, week int) (Period, bool) {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := fourth.AddDate(0, 0, 7*(week-1)-(int(fourth.Weekday())+6)%7)
	y, w := monday.ISOWeek()
	return Period{monday, monday.AddDate(0, 0, 7)}, y == year && w == week
}

// ParseMoment reads a time (RFC 3339), a day, a minute of a day, or a span
// such as 36h or 7d, which reaches back from now.
func ParseMoment(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && 0 <= n && n <= 100_000 {
			return now.UTC().AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.UTC().Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("expected a time such as 2026-07-14, 2026-07-14T08:00:00Z, 36h or 7d, found %q", text)
}
