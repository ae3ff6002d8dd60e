// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// defaultHeartbeat holds until the trail says otherwise.
const defaultHeartbeat = time.Minute

// slack is what a loaded machine may be late by.
const slack = 15 * time.Second

// writeScope finds out when a gateway was recording. While one runs there is a
// record at least every heartbeat, so silence means that none did.
func writeScope(ctx context.Context, in *Input, r *Report) error {
	beats, err := heartbeats(ctx, in)
	if err != nil {
		return err
	}
	end := in.Period.Until
	if in.Now.Before(end) {
		end = in.Now
	}
	w := &watch{beats: beats, since: in.Period.Since, end: end}
	// What was last recorded before the period tells whether it begins in a gap.
	err = in.View.Each(ctx, review.Filter{Period: review.Period{Until: end}}, w.look)
	if err != nil {
		return err
	}
	w.finish()
	r.Gaps = w.gaps
	s := &r.Scope
	s.From, s.To, s.Gateways = w.from, end, gateways(beats)
	for _, g := range r.Gaps {
		s.Down += g.Hours()
	}
	if !s.From.IsZero() && end.After(s.From) {
		s.Up = end.Sub(s.From).Hours() - s.Down
	}
	return nil
}

// beat is a record that says how often there will be one.
type beat struct {
	place    int64
	start    bool // of a run, not only of a segment
	every    time.Duration
	instance string
}

// heartbeats reads the records that begin a run or a segment.
func heartbeats(ctx context.Context, in *Input) ([]beat, error) {
	f := review.Filter{
		Terms:  map[review.Column][]string{review.Code: {string(audit.CodeStart), string(audit.CodeOpened)}},
		Period: review.Period{Until: in.Period.Until},
	}
	a, err := in.View.Find(ctx, f, review.Page{Oldest: true})
	if err != nil {
		return nil, err
	}
	var beats []beat
	for _, found := range a.Found {
		b := beat{place: found.Place, instance: found.Record.Instance}
		if n := found.Record.Notice; n != nil && n.Start != nil {
			b.start, b.every = true, time.Duration(n.Start.Heartbeat)*time.Second
		}
		beats = append(beats, b)
	}
	return beats, nil
}

func gateways(beats []beat) []string {
	var names []string
	for _, b := range beats {
		if b.instance != "" && !slices.Contains(names, b.instance) {
			names = append(names, b.instance)
		}
	}
	return names
}

// watch goes through all records and keeps the gaps of the period.
type watch struct {
	beats      []beat
	since, end time.Time
	from       time.Time // since, or the first record if that is later
	last       time.Time
	lastPlace  int64
	lastCode   audit.Code
	every      time.Duration
	gaps       []Gap
}

func (w *watch) look(b *review.Brief) {
	at, code := b.Time(), audit.Code(b.Value(review.Code))
	if w.from.IsZero() {
		w.from = at
		if at.Before(w.since) {
			w.from = w.since
		}
	}
	if !w.last.IsZero() {
		w.silence(at, b.Place)
	}
	for len(w.beats) > 0 && w.beats[0].place <= b.Place {
		if w.beats[0].every > 0 {
			w.every = w.beats[0].every
		}
		w.beats = w.beats[1:]
	}
	if at.After(w.last) {
		w.last = at
	}
	w.lastPlace, w.lastCode = b.Place, code
}

// silence adds a gap if nothing was recorded for too long.
func (w *watch) silence(until time.Time, place int64) {
	every := w.every
	if every == 0 {
		every = defaultHeartbeat
	}
	g := Gap{From: w.last, Until: until, Kind: "silent", Place: w.lastPlace}
	switch {
	case w.lastCode == audit.CodeStop:
		g.Kind, g.Text = "stopped", "the gateway was stopped and started again"
	case until.Sub(w.last) <= 2*every+slack:
		return
	case w.starts(place):
		g.Kind, g.Text = "crashed", "the gateway ended without saying so, and was started again"
	default:
		g.Text = fmt.Sprintf("no record for longer than the heartbeat of %s", every)
	}
	if g.From.Before(w.since) {
		g.From = w.since
	}
	if g.Until.After(w.end) {
		g.Until = w.end
	}
	if g.Until.Sub(g.From) >= time.Second {
		w.gaps = append(w.gaps, g)
	}
}

// starts: the record at that place begins a run of the gateway. A new segment
// may be opened just before.
func (w *watch) starts(place int64) bool {
	for i, b := range w.beats[:min(2, len(w.beats))] {
		if b.start && b.place == place+int64(i) {
			return true
		}
	}
	return false
}

// finish looks at the time from the last record to the end.
func (w *watch) finish() {
	if w.last.IsZero() {
		return
	}
	before := len(w.gaps)
	w.silence(w.end, -1)
	if len(w.gaps) > before {
		g := &w.gaps[before]
		if g.Kind == "stopped" {
			g.Text = "the gateway was stopped"
		}
	}
}
