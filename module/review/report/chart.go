// SPDX-License-Identifier: Apache-2.0

package report

// Chart is the days as a drawing, 1000 wide and 100 high.
type Chart struct {
	Days    []Day
	Top     int64 // the scale's upper end
	Columns []ChartColumn
}

// ChartColumn is a day's stack of bars.
type ChartColumn struct{ Bars []ChartBar }

// ChartBar is one rectangle; Class is a, r, f or u.
type ChartBar struct {
	Class      string
	X, Y, W, H float64
}

// Chart draws the days of the report.
func (r *Report) Chart() Chart {
	c := Chart{Days: r.Days}
	for _, d := range r.Days {
		c.Top = max(c.Top, d.Applied+d.Refused+d.Failed+d.Unknown)
	}
	if c.Top == 0 {
		return c
	}
	slot := 1000 / float64(len(r.Days))
	for i, d := range r.Days {
		var col ChartColumn
		base := 100.0
		for _, part := range []struct {
			class string
			n     int64
		}{{"a", d.Applied}, {"r", d.Refused}, {"f", d.Failed}, {"u", d.Unknown}} {
			if part.n == 0 {
				continue
			}
			h := 100 * float64(part.n) / float64(c.Top)
			base -= h
			col.Bars = append(col.Bars, ChartBar{part.class, float64(i)*slot + slot*.08, base, slot * .84, h})
		}
		c.Columns = append(c.Columns, col)
	}
	return c
}
