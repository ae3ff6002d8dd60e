// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// TestGaps composes trails with silences of known kinds.
func TestGaps(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 7, 14, 0, 0, 0, 0, time.UTC)
	at := func(hour float64, code audit.Code) audit.Past {
		n := audit.Notice{Code: code, Time: day.Add(time.Duration(hour * float64(time.Hour)))}
		if code == audit.CodeStart {
			n.Start = &audit.Start{Heartbeat: 3600}
		}
		return audit.Past{Notice: &n}
	}
	// up records every hour, and once more at the end.
	up := func(from, to float64) (past []audit.Past) {
		for h := from; h < to; h++ {
			past = append(past, at(h, audit.CodeHeartbeat))
		}
		return append(past, at(to, audit.CodeHeartbeat))
	}
	for _, c := range []struct {
		name string
		past []audit.Past
		want []string
	}{
		{"recording all day", up(0, 23.5), nil},
		{"stopped at noon for two hours", slices.Concat(up(0, 11.9), []audit.Past{at(12, audit.CodeStop), at(14, audit.CodeStart)}, up(14.1, 23.5)), []string{"stopped 2.0"}},
		{"crashed for five hours", slices.Concat(up(0, 12), []audit.Past{at(17, audit.CodeStart)}, up(17.1, 23.5)), []string{"crashed 5.0"}},
		{"crashed, and a new segment", slices.Concat(up(0, 12), []audit.Past{at(17, audit.CodeOpened), at(17, audit.CodeStart)}, up(17.1, 23.5)), []string{"crashed 5.0"}},
		{"silent for five hours", slices.Concat(up(0, 12), up(17, 23.5)), []string{"silent 5.0"}},
		{"quiet for less than two heartbeats", slices.Concat(up(0, 12), up(13.9, 23.5)), nil},
		{"stopped for good at six", slices.Concat(up(0, 5.9), []audit.Past{at(6, audit.CodeStop)}), []string{"stopped 18.0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &watch{since: day, end: day.Add(24 * time.Hour)}
			v := quiet(t, c.past)
			var err error
			in := &Input{View: v, Period: review.Period{Since: day, Until: w.end}}
			if w.beats, err = heartbeats(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			if err := v.Each(t.Context(), review.Filter{Period: review.Period{Until: w.end}}, w.look); err != nil {
				t.Fatal(err)
			}
			w.finish()
			var got []string
			for _, g := range w.gaps {
				got = append(got, fmt.Sprintf("%s %.1f", g.Kind, g.Hours()))
				if g.Text == "" {
					t.Errorf("%+v", g)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// quiet composes a trail in which nobody fills the silences with heartbeats,
// but whose records say that one is due every hour. The record of the stop
// that composing ends with lies outside the period.
func quiet(t *testing.T, past []audit.Past) *review.View {
	t.Helper()
	dir := t.TempDir()
	first := past[0].Time()
	begin := audit.Notice{Code: audit.CodeStart, Time: first, Start: &audit.Start{Heartbeat: 3600}}
	end := audit.Notice{Code: audit.CodeConfig, Time: first.Add(48 * time.Hour)}
	all := slices.Concat([]audit.Past{{Notice: &begin}}, past, []audit.Past{{Notice: &end}})
	if _, err := audit.Compose(dir, audit.Options{Instance: "gw", Heartbeat: 1000 * time.Hour}, slices.Values(all)); err != nil {
		t.Fatal(err)
	}
	return view(t, dir)
}
