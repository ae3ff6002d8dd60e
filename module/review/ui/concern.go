// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"context"
	"fmt"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/anomaly"
	"github.com/passgate/passgate/module/review/signoff"
)

const hour = time.Hour

// concern is something that needs attention: what, why, and where to look.
type concern struct {
	Level string // alarm, look or note
	Title string
	Why   string
	Link  string
	Count int64
	Time  time.Time // of one thing; zero for a number of them
}

// concerns lists what needs attention, the gravest first.
func (p *overview) concerns(ctx context.Context, r *request, f review.Filter) error {
	found, err := r.anomalies(ctx, p.Span)
	if err != nil {
		return err
	}
	counted, err := r.counted(ctx, f)
	if err != nil {
		return err
	}
	for _, c := range counted {
		if c.Level == "alarm" {
			p.Attention = append(p.Attention, c)
		}
	}
	p.Attention = append(p.Attention, anomalyConcerns(found)...)
	for _, c := range counted {
		if c.Level != "alarm" {
			p.Attention = append(p.Attention, c)
		}
	}
	return nil
}

// findings are what was found in a period when the trail had that size.
type findings struct {
	size  int64
	at    time.Time
	found []anomaly.Finding
}

const (
	// A page may be as old as this where the trail grows all the time.
	findingsAge = 15 * time.Second
	maxFindings = 100
)

// anomalies looks for them anew only if there are new records.
func (r *request) anomalies(ctx context.Context, s span) ([]anomaly.Finding, error) {
	site, key, size := r.site, s.Query.Encode(), r.view.Extent().Size
	site.mu.Lock()
	known, ok := site.findings[key]
	site.mu.Unlock()
	if age := r.now.Sub(known.at); ok && age >= 0 && (age < findingsAge || known.size == size && age < hour) {
		return known.found, nil
	}
	found, err := anomaly.Find(ctx, r.view, s.Period, site.o.Settings)
	if err != nil {
		return nil, err
	}
	site.mu.Lock()
	defer site.mu.Unlock()
	if site.findings == nil || len(site.findings) >= maxFindings {
		site.findings = make(map[string]findings)
	}
	site.findings[key] = findings{size, r.now, found}
	return found, nil
}

// perKind bounds how many anomalies of one kind are listed by themselves.
const perKind = 4

// anomalyConcerns are the newest of each kind, and how many there are besides.
func anomalyConcerns(found []anomaly.Finding) []concern {
	var all []concern
	shown := make(map[anomaly.Kind]int)
	for i := len(found) - 1; i >= 0; i-- {
		kind := found[i].Kind
		if shown[kind]++; shown[kind] <= perKind {
			all = append(all, anomalyConcern(&found[i]))
		}
	}
	for _, kind := range []anomaly.Kind{anomaly.Edge, anomaly.Accounts, anomaly.Unreadable} {
		if more := shown[kind] - perKind; more > 0 {
			all = append(all, concern{Level: "note", Title: anomalyTitle[kind], Count: int64(more), Link: "report",
				Why: "older ones in this period; the report and passgate audit anomalies list all of them"})
		}
	}
	return all
}

var anomalyTitle = map[anomaly.Kind]string{
	anomaly.Edge: "Somebody walked up to the policy's edge", anomaly.Accounts: "One source, many accounts", anomaly.Unreadable: "A source of unreadable requests",
}

func anomalyConcern(f *anomaly.Finding) concern {
	q := values("since", f.From.UTC().Format(time.RFC3339), "until", f.Until.Add(time.Second).UTC().Format(time.RFC3339))
	if f.Kind == anomaly.Edge {
		q.Set("target", review.Literal(f.Target))
	} else {
		q.Set("address", f.Address)
	}
	if f.Kind == anomaly.Unreadable {
		q.Set("cause", "unreadable,both_fields")
	}
	return concern{Level: "look", Title: anomalyTitle[f.Kind], Why: f.Text, Link: link("events", q), Count: int64(f.Count), Time: f.From}
}

// question is a number of records that needs attention when it isn't 0.
type question struct {
	level, title, why string
	ask               func(f review.Filter, s *anomaly.Settings) review.Filter
}

func pattern(c review.Column, patterns ...string) func(review.Filter, *anomaly.Settings) review.Filter {
	return func(f review.Filter, _ *anomaly.Settings) review.Filter {
		f.Terms = map[review.Column][]string{c: patterns}
		return f
	}
}

func code(codes ...audit.Code) func(review.Filter, *anomaly.Settings) review.Filter {
	return func(f review.Filter, _ *anomaly.Settings) review.Filter {
		f.Changes, f.Terms = false, map[review.Column][]string{review.Code: nil}
		for _, c := range codes {
			f.Terms[review.Code] = append(f.Terms[review.Code], string(c))
		}
		return f
	}
}

var questions = []question{
	{"alarm", "Changes that bypassed the gateway", "a cluster's own log tells of them, and the trail doesn't", code(audit.CodeBypass)},
	{"alarm", "Damage to the trail's files", "a file was missing, replaced, cut or failing", code(audit.CodeDamage)},
	{"alarm", "Times without recording", "the trail could not be written; changes were refused meanwhile", code(audit.CodeRefused)},
	{"alarm", "Password and hash in one request", "no ordinary client sends both; what is judged would not be what counts", pattern(review.Cause, "both_fields")},
	{"look", "Privileged accounts changed by somebody else", "accounts that can change security itself", privilegedByOthers},
	{"look", "In doubt", "the change may or may not have happened: compare with the cluster", pattern(review.Outcome, "unknown")},
	{"look", "Hashes that can't be judged", "sent instead of a password, and refused", pattern(review.Cause, "hash")},
	{"look", "Operations that are not allowed here", "they would set a password nobody can judge", pattern(review.Cause, "forbidden")},
	{"look", "Refused because something was down", "the trail, the history, or the cluster's word on who is asking", pattern(review.Cause, "unavailable")},
	{"look", "Floods", "refusals of one source, counted instead of recorded one by one", code(audit.CodeFlood)},
	{"look", "The trail itself", "a torn end, a new signing key, records retired, or the clock set", code(audit.CodeTorn, audit.CodeKey, audit.CodeRetired, audit.CodeClock)},
	{"note", "Requests that could not be read", "single ones are mistakes; the client needs fixing", pattern(review.Cause, "unreadable")},
	{"note", "Let through by monitor mode", "the policy would have refused them, but is only being rehearsed", monitored},
}

func privilegedByOthers(f review.Filter, s *anomaly.Settings) review.Filter {
	f.Terms = map[review.Column][]string{review.Target: s.Privileged, review.Outcome: {"applied", "pending"}}
	f.Self = review.No
	return f
}

func monitored(f review.Filter, _ *anomaly.Settings) review.Filter {
	f.Terms = map[review.Column][]string{review.Verdict: {"deny"}}
	f.Enforced = review.No
	return f
}

func (r *request) counted(ctx context.Context, f review.Filter) ([]concern, error) {
	var all []concern
	for _, q := range questions {
		asked := q.ask(f, &r.site.o.Settings)
		n, err := r.view.Count(ctx, asked)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			all = append(all, concern{Level: q.level, Title: q.title, Why: q.why, Link: events(asked), Count: n})
		}
	}
	return all, nil
}

// reviewed is how far the trail has been signed off.
type reviewed struct {
	By      string
	Time    time.Time
	Last    int64 // place of the last reviewed record; -1: none
	Since   int64 // changes after it
	Broken  int   // reviews that don't hold
	Command string
}

func (p *overview) reviews(ctx context.Context, r *request, _ review.Filter) error {
	var err error
	p.Reviewed, err = r.reviewed(ctx)
	return err
}

func (r *request) reviewed(ctx context.Context) (reviewed, error) {
	out := reviewed{Last: -1, Command: r.command("ack", "--note", `"…"`)}
	all, err := signoff.Read(r.site.o.Reviews)
	if err != nil {
		return out, err
	}
	for _, review := range all {
		switch {
		case review.Err != nil:
			out.Broken++
		case review.Last > out.Last:
			out.By, out.Time, out.Last = review.Reviewer, review.Time, review.Last
		}
	}
	out.Since, err = r.view.Count(ctx, review.Filter{From: out.Last + 1, Changes: true})
	return out, err
}

// command is what to type to do something about this trail.
func (r *request) command(name string, args ...string) string {
	text := fmt.Sprintf("passgate audit %s --dir %s", name, r.site.o.Dir)
	for _, a := range args {
		text += " " + a
	}
	return text
}
