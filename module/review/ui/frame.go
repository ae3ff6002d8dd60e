// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"net/url"
	"time"

	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review"
)

// frame is what every page has around it.
type frame struct {
	Title   string
	Active  string
	Nav     []navigation
	Reader  string
	Trail   string
	Verdict verdictView
	Now     time.Time
	Style   string
	Script  string // empty: the page needs none
	Text    string // what was searched for
}

type navigation struct {
	Link, Name string
	Here       bool
}

var menu = []struct{ page, name string }{
	{"", "Overview"}, {"events", "Events"}, {"people", "People"}, {"rules", "Rules"},
	{"integrity", "Integrity"}, {"reviews", "Reviews"}, {"report", "Report"},
}

func (r *request) frame(page, title string) frame {
	f := frame{
		Title: title, Active: page, Reader: r.reader, Now: r.site.o.Now().UTC(), Style: styleLink,
		Verdict: r.verdict(), Text: r.query.Get("text"),
	}
	f.Trail = f.Verdict.Trail
	// The period goes along from page to page.
	keep := url.Values{}
	for _, name := range []string{"period", "since", "until"} {
		if v := r.query.Get(name); v != "" {
			keep.Set(name, v)
		}
	}
	for _, m := range menu {
		q := keep
		if m.page == "integrity" || m.page == "reviews" {
			q = nil
		}
		f.Nav = append(f.Nav, navigation{link(m.page, q), m.name, m.page == page})
	}
	return f
}

// verdictView is the verdict on the trail in words.
type verdictView struct {
	Class    string // good, bad, warn, wait
	Title    string
	Detail   string
	Trail    string
	At       time.Time
	Size     int64 // records under the check
	Younger  int64 // records since
	OwnKey   bool  // the key came from the trail's own directory
	Report   *proof.Report
	Problems int
}

func (r *request) verdict() verdictView {
	v := r.site.keeper.checked()
	out := verdictView{At: v.at, Report: v.report}
	switch p := v.report; {
	case v.err != nil:
		out.Class, out.Title = "bad", "The record can't be checked"
		out.Detail = v.err.Error()
		return out
	case p == nil:
		out.Class, out.Title, out.Detail = "wait", "The record is being checked", "The first check is under way."
		return out
	case p.Integrity != proof.Intact:
		out.Class, out.Title = "bad", "The record has been tampered with"
	case p.Completeness != proof.Complete:
		out.Class, out.Title = "bad", "The record is incomplete"
	default:
		out.Class, out.Title = "good", "The record is whole"
	}
	p := v.report
	out.Trail, out.Size = p.Origin, p.Size
	out.Younger = max(r.view.Extent().Size-p.Size, 0)
	for _, k := range p.Keys {
		out.OwnKey = out.OwnKey || k.Trust == "directory"
	}
	for _, f := range p.Findings {
		if f.Breaks != "none" {
			out.Problems++
		}
	}
	out.Detail = fmt.Sprintf("%s records, every one hashed, chained and under a signed checkpoint.", thousands(p.Signed))
	if out.Class == "bad" {
		out.Detail = fmt.Sprintf("%s; see Integrity before relying on anything below.", plural(int64(out.Problems), "finding", "findings"))
	}
	return out
}

// span is the period a page is about, with the choices there are.
type span struct {
	review.Period
	Label   string
	Choices []choice
	Query   url.Values // to hand the period on
}

type choice struct {
	Link, Name string
	Here       bool
}

// span reads the period of a page; without one it is the last 30 days.
func (r *request) span(page string) (span, error) {
	q := url.Values{}
	for _, name := range []string{"period", "since", "until"} {
		if v := r.query.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	if len(q) == 0 {
		q.Set("since", "30d")
	}
	f, err := review.ParseFilter(q, r.now)
	if err != nil {
		return span{}, badRequest(err)
	}
	s := span{Period: f.Period, Query: q, Label: periodLabel(q)}
	for _, c := range r.choices() {
		s.Choices = append(s.Choices, choice{link(page, c.query), c.name, c.query.Encode() == q.Encode()})
	}
	return s, nil
}

// quarter is the period a time is in.
func quarter(t time.Time) string { return fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3) }

type periodChoice struct {
	name  string
	query url.Values
}

// choices are the usual periods, relative to the newest records.
func (r *request) choices() []periodChoice {
	last := r.now.AddDate(0, -3, 0)
	if quarter(last) == quarter(r.now) {
		last = r.now.AddDate(0, -3, -3)
	}
	return []periodChoice{
		{"7 days", values("since", "7d")}, {"30 days", values("since", "30d")},
		{quarter(r.now), values("period", quarter(r.now))}, {quarter(last), values("period", quarter(last))},
		{"12 months", values("since", "365d")},
	}
}

func periodLabel(q url.Values) string {
	since, until := q.Get("since"), q.Get("until")
	switch {
	case q.Get("period") != "":
		return q.Get("period")
	case until == "" && len(since) > 1 && since[len(since)-1] == 'd':
		return "the last " + since[:len(since)-1] + " days"
	case until == "":
		return "since " + since
	case since == "":
		return "until " + until
	}
	return since + " to " + until
}
