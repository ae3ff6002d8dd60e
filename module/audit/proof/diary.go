// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"bytes"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// diary keeps what completeness needs to know of the records.
type diary struct {
	report *Report
	trust  *trust

	open      map[string]int64 // decisions without outcome
	heartbeat time.Duration
	start     int64 // newest gateway start; -1: none
	last      time.Time
	lastCode  audit.Code
	written   time.Time // of the newest record stamped by the writer itself
	stepped   bool      // the clock was set since
	times     []stamp   // of the last records, for those not signed yet
	retired   []retirement
	aside     []aside // what was put into quarantine
}

type stamp struct {
	seq int64
	at  time.Time
}

type aside struct {
	seq int64
	audit.Damage
}

type retirement struct {
	seq int64
	audit.Retired
}

const (
	defaultHeartbeat = time.Minute
	// slack is what a loaded machine may be late by.
	slack = 15 * time.Second
	// signingDelay is how long a record may be without a checkpoint.
	signingDelay = 10 * time.Second
	// clockAhead is how far the gateway's clock may be ahead of the auditor's.
	clockAhead = 2 * time.Minute
)

func newDiary(r *Report, t *trust) diary {
	return diary{report: r, trust: t, open: make(map[string]int64), heartbeat: defaultHeartbeat, start: -1}
}

// enter takes one record.
func (d *diary) enter(seq int64, line []byte) {
	f := audit.FactsOf(line)
	at, _ := audit.TimeOf(line)
	if d.report.Since.IsZero() {
		d.report.Since = at
	}
	switch {
	case f.Opens():
		d.open[string(f.Change)] = seq
	case f.Closes():
		delete(d.open, string(f.Change))
		if string(f.Code) == string(audit.CodeInDoubt) {
			d.report.InDoubt++
		}
	case bytes.HasPrefix(f.Code, []byte("CRED-9")) || bytes.HasPrefix(f.Code, []byte("CRED-3")):
		d.notice(seq, at, line)
	}
	if code := audit.Code(f.Code); d.lastCode == audit.CodeStop && code != audit.CodeStart && code != audit.CodeOpened {
		d.report.find(breaksIntegrity, "after_stop", seq, "record %d follows one that says the gateway has stopped, and no start: no gateway has written it", seq)
	}
	if string(f.Code) != string(audit.CodeOpened) { // it follows another record at once, and may precede a start
		d.gap(seq, at, audit.Code(f.Code))
		d.lastCode = audit.Code(f.Code)
	}
	if at.After(d.last) {
		d.last = at
	}
	d.report.Until = d.last
	d.remember(seq, at)
}

// gap looks for silence while a gateway should have been writing.
func (d *diary) gap(seq int64, at time.Time, code audit.Code) {
	if d.last.IsZero() || code == audit.CodeStart || d.lastCode == audit.CodeStop {
		return
	}
	if silence := at.Sub(d.last); silence > 2*d.heartbeat+slack {
		d.report.find(breaksCompleteness, "silence", seq, "nothing was recorded for %s before record %d, though a gateway was running: a heartbeat is due every %s",
			silence.Round(time.Second), seq, d.heartbeat)
	}
}

// remember keeps the last minute of stamps or so.
func (d *diary) remember(seq int64, at time.Time) {
	if len(d.times) >= 1<<16 {
		d.times = append(d.times[:0], d.times[1<<15:]...)
	}
	d.times = append(d.times, stamp{seq, at})
}

// stampOf returns the time of a recent record, or the oldest one remembered
// after it.
func (d *diary) stampOf(seq int64) time.Time {
	for _, s := range d.times {
		if s.seq >= seq {
			return s.at
		}
	}
	return d.last
}

// notice reads what a notice says about the trail itself.
func (d *diary) notice(seq int64, at time.Time, line []byte) {
	rec, err := audit.Parse(line)
	if err != nil || rec.Notice == nil {
		d.report.find(breaksIntegrity, "not_a_record", seq, "record %d is a notice that can't be read", seq)
		return
	}
	n := rec.Notice
	switch {
	case n.Start != nil:
		d.started(seq, n.Start)
	case n.Segment != nil:
		d.expect(n.Segment.Heartbeat)
	case n.Key != nil:
		if !d.trust.change(seq, n.Key) {
			d.report.find(breaksNothing, "key_unvouched", seq, "record %d changes the signing key, and no trusted key vouches for the new one; if you know it, give it with --vkey", seq)
		}
	case n.Retired != nil:
		d.retired = append(d.retired, retirement{seq, *n.Retired})
	case n.Clock != nil:
		d.stepped = true
		if n.Clock.Step < 0 {
			d.last = at // what came before bears times that are yet to come
		}
		d.report.find(breaksNothing, "clock_stepped", seq, "the gateway's clock was set by %s", time.Duration(n.Clock.Step)*time.Millisecond)
	case n.Damage != nil:
		d.aside = append(d.aside, aside{seq, *n.Damage})
		d.report.find(breaksNothing, "damage", seq, "%s was %s (%d bytes); see record %d", n.Damage.File, n.Damage.Kind, n.Damage.Bytes, seq)
	case n.Refused != nil:
		d.report.find(breaksNothing, "unavailable", seq, "%d requests were refused because the trail could not record, from %s to %s",
			n.Refused.Count, n.Refused.From.Format(time.RFC3339), n.Refused.Until.Format(time.RFC3339))
	}
	d.ordered(seq, at, n.Code)
}

// started: what was open before must have been given an outcome by now, or be
// given one by the records right behind this.
func (d *diary) started(seq int64, s *audit.Start) {
	d.expect(s.Heartbeat)
	if !s.Clean {
		d.report.find(breaksNothing, "crash", seq, "the gateway had stopped without saying so before record %d; last record before: %s", seq, d.last.Format(time.RFC3339))
	}
	d.start = seq
}

func (d *diary) expect(heartbeat int64) {
	if heartbeat > 0 {
		d.heartbeat = time.Duration(heartbeat) * time.Second
	}
}

// ordered compares the times the writer itself puts on records: they go back
// only if the clock was set, and then the trail says so.
func (d *diary) ordered(seq int64, at time.Time, code audit.Code) {
	switch code {
	case audit.CodeStart, audit.CodeStop, audit.CodeOpened, audit.CodeSealed, audit.CodeHeartbeat, audit.CodeClock:
	default:
		return
	}
	if back := d.written.Sub(at); back > slack && !d.stepped && code != audit.CodeStart {
		d.report.find(breaksCompleteness, "time_reversed", seq, "record %d is %s older than one before it, and no record tells of a clock that was set", seq, back.Round(time.Second))
	}
	if code != audit.CodeClock && code != audit.CodeStart {
		d.stepped = false
	}
	d.written = at
}
