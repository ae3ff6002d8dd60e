// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"

	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/report"
	"github.com/passgate/passgate/module/review/signoff"
)

type reportView struct {
	frame
	Periods  []string
	Chosen   string
	Profile  string
	Profiles []profileChoice
	HTML     string
	CSV      string
	JSON     string
	Exports  []searchLink
	Commands []string
}

type profileChoice struct {
	Value, Name string
	Selected    bool
}

func reportPage(r *request) (*answer, error) {
	p := &reportView{frame: r.frame("report", "Report and export")}
	for _, c := range r.choices() {
		if c.query.Get("period") != "" {
			p.Periods = append(p.Periods, c.query.Get("period"))
		}
	}
	p.Periods = append(p.Periods, r.now.Format("2006-01"), r.now.AddDate(0, 0, -r.now.Day()).Format("2006-01"), r.now.Format("2006"))
	p.Chosen, p.Profile = r.query.Get("period"), r.query.Get("profile")
	if p.Chosen == "" {
		p.Chosen = p.Periods[0]
	}
	if p.Profile == "" {
		p.Profile = string(report.Plain)
	}
	period, err := review.ParsePeriod(p.Chosen)
	if err != nil {
		return nil, badRequest(err)
	}
	profile, err := report.ParseProfile(p.Profile)
	if err != nil {
		return nil, badRequest(err)
	}
	for _, c := range report.Profiles() {
		p.Profiles = append(p.Profiles, profileChoice{string(c), c.Name(), c == profile})
	}
	q := values("period", p.Chosen, "profile", p.Profile)
	p.HTML, p.CSV, p.JSON = link("report.html", q), link("report.csv", q), link("report.json", q)
	for _, e := range []struct {
		name  string
		query review.Filter
	}{
		{"all changes", review.Filter{}}, {"refusals", review.Filter{}.With(review.Outcome, "denied")},
		{"changes of others' passwords", review.Filter{Self: review.No}.With(review.Outcome, "applied")},
	} {
		e.query.Period = period
		p.Exports = append(p.Exports, searchLink{e.name, link("export.csv", e.query.Values()), link("export.jsonl", e.query.Values())})
	}
	p.Commands = []string{
		r.command("report", "--period", p.Chosen, "--profile", p.Profile, "--out", "report.html"),
		r.command("sample", "--period", p.Chosen, "--n", "25", "--seed", "1"),
		r.command("rollout", "--period", p.Chosen),
	}
	return &answer{template: "report", data: p}, nil
}

// build draws up the report that the address asks for.
func (r *request) build() (*report.Report, error) {
	label := r.query.Get("period")
	period, err := review.ParsePeriod(label)
	if err != nil {
		return nil, badRequest(err)
	}
	profile, err := report.ParseProfile(r.query.Get("profile"))
	if err != nil {
		return nil, badRequest(err)
	}
	verdict := r.site.keeper.checked()
	if verdict.report == nil && verdict.err == nil {
		return nil, mistake{http.StatusServiceUnavailable, errors.New("the record is still being checked; try again in a moment")}
	}
	reviews, err := signoff.Read(r.site.o.Reviews)
	if err != nil {
		return nil, err
	}
	return report.Build(r.Context(), report.Input{
		View: r.view, Verified: verdict.report, Reviews: reviews, Signers: r.site.o.Signers, Period: period, Label: label,
		Profile: profile, Settings: r.site.o.Settings, MaxAge: r.site.o.MaxAge, Now: r.now,
	})
}

// sendReport renders first, so that an error is never half a report.
func sendReport(r *request, w http.ResponseWriter, format, kind string, render func(*report.Report, *bytes.Buffer) error) error {
	rep, err := r.build()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := render(rep, &b); err != nil {
		return err
	}
	r.record("report", string(rep.Profile), format, rep.Record.First, rep.Record.Last, rep.Record.Records)
	w.Header().Set("Content-Type", kind)
	if format != "html" {
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=\"passgate-%s.%s\"", rep.Label, format))
	}
	_, err = w.Write(b.Bytes())
	return ignore(err)
}

func reportHTML(r *request, w http.ResponseWriter) error {
	return sendReport(r, w, "html", "text/html; charset=utf-8", func(rep *report.Report, b *bytes.Buffer) error {
		// The report carries its style in itself, to be kept as one file.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src '"+report.StyleHash()+"'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		return report.HTML(b, rep)
	})
}

func reportCSV(r *request, w http.ResponseWriter) error {
	return sendReport(r, w, "csv", "text/csv; charset=utf-8; header=present", func(rep *report.Report, b *bytes.Buffer) error { return report.CSV(b, rep) })
}

func reportJSON(r *request, w http.ResponseWriter) error {
	return sendReport(r, w, "json", "application/json", func(rep *report.Report, b *bytes.Buffer) error { return report.JSON(b, rep) })
}
