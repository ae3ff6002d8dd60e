// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// chart is a series of stacked columns over time, drawn as SVG, with the same
// numbers in a table.
type chart struct {
	Title   string
	Desc    string
	Series  []series
	Columns []column
	Top     int64 // the scale's upper end
	First   string
	Last    string
	Unit    string // what a column stands for
	Width   int    // of the drawing, in its own units
}

type series struct {
	Class, Name string
	Total       int64
}

type column struct {
	Label  string
	Link   string
	Bars   []bar
	Counts []int64 // by series
	Total  int64
	X, W   float64
}

type bar struct {
	Class string
	Y, H  float64
	Title string
}

// kinds of outcomes that are told apart in charts, from the bottom up.
var chartSeries = []struct {
	class, name string
	outcomes    []audit.Outcome
}{
	{"applied", "applied", []audit.Outcome{audit.Applied, audit.Pending}},
	{"same", "sent again, unchanged", []audit.Outcome{audit.Unchanged}},
	{"refused", "refused by the gateway", []audit.Outcome{audit.Denied}},
	{"failed", "refused by the cluster", []audit.Outcome{audit.Failed, audit.Unauthenticated}},
	{"doubt", "unknown", []audit.Outcome{audit.Unknown, ""}},
}

const (
	chartWidth  = 1000
	chartHeight = 100
)

// step is how long a column is, so that there are not too many.
func step(p review.Period) (time.Duration, string) {
	switch d := p.Until.Sub(p.Since); {
	case d <= 3*24*time.Hour:
		return time.Hour, "hour"
	case d <= 130*24*time.Hour:
		return 24 * time.Hour, "day"
	}
	return 7 * 24 * time.Hour, "week"
}

// newChart draws the buckets of a period. Where nothing happened there is a
// column too, so that the distances are true.
func newChart(p review.Period, buckets []review.Bucket) *chart {
	width, unit := step(p)
	c := &chart{Title: "Changes and refusals over time", Unit: unit, Width: chartWidth}
	sums := make(map[time.Time][]int64)
	for _, b := range buckets {
		at := floor(b.Start, width)
		if sums[at] == nil {
			sums[at] = make([]int64, len(chartSeries))
		}
		for i, s := range chartSeries {
			for _, o := range s.outcomes {
				sums[at][i] += b.Counts[string(o)]
			}
		}
	}
	for at := floor(p.Since, width); at.Before(p.Until); at = at.Add(width) {
		c.Columns = append(c.Columns, newColumn(at, width, sums[at]))
	}
	c.finish()
	return c
}

// floor rounds down to a whole step; weeks begin on Mondays.
func floor(t time.Time, width time.Duration) time.Time {
	if width == 7*24*time.Hour {
		d := t.Truncate(24 * time.Hour)
		return d.AddDate(0, 0, -(int(d.Weekday())+6)%7)
	}
	return t.Truncate(width)
}

func newColumn(at time.Time, width time.Duration, counts []int64) column {
	if counts == nil {
		counts = make([]int64, len(chartSeries))
	}
	col := column{Label: at.Format("2006-01-02"), Counts: counts}
	if width < 24*time.Hour {
		col.Label = at.Format("2006-01-02 15:04")
	}
	col.Link = link("events", values("since", at.Format(time.RFC3339), "until", at.Add(width).Format(time.RFC3339)))
	for _, n := range counts {
		col.Total += n
	}
	return col
}

// finish scales the columns to the highest.
func (c *chart) finish() {
	if len(c.Columns) == 0 {
		return
	}
	var highest int64
	for _, s := range chartSeries {
		c.Series = append(c.Series, series{Class: s.class, Name: s.name})
	}
	for _, col := range c.Columns {
		highest = max(highest, col.Total)
		for i, n := range col.Counts {
			c.Series[i].Total += n
		}
	}
	c.Top = nice(highest)
	c.First, c.Last = c.Columns[0].Label, c.Columns[len(c.Columns)-1].Label
	slot := float64(chartWidth) / float64(len(c.Columns))
	for i := range c.Columns {
		c.Columns[i].draw(float64(i)*slot, slot, c.Top)
	}
	peak := slices.MaxFunc(c.Columns, func(a, b column) int { return int(a.Total - b.Total) })
	c.Desc = fmt.Sprintf("Stacked columns, one for each %s from %s to %s. The highest is %s with %s.", c.Unit, c.First, c.Last, peak.Label, plural(peak.Total, "change", "changes"))
}

func (col *column) draw(x, slot float64, top int64) {
	col.X, col.W = x+slot*.08, slot*.84
	base := float64(chartHeight)
	var words []string
	for i, n := range col.Counts {
		if n == 0 {
			continue
		}
		h := max(float64(n)/float64(top)*chartHeight, .8)
		base -= h
		col.Bars = append(col.Bars, bar{Class: chartSeries[i].class, Y: base, H: h})
		words = append(words, thousands(n)+" "+chartSeries[i].name)
	}
	for i := range col.Bars {
		col.Bars[i].Title = col.Label + ": " + strings.Join(words, ", ")
	}
}

// nice rounds up to a number that is easy to read off a scale.
func nice(n int64) int64 {
	for scale := int64(4); ; scale *= 10 {
		for _, m := range []int64{1, 2, 3, 4, 5, 6, 8} { // times four: a quarter is a whole number
			if m*scale >= n {
				return m * scale
			}
		}
	}
}
