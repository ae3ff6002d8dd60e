// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/passgate/passgate/module/review"
)

type eventsView struct {
	frame
	Fields  fields
	Chips   []chip
	Rows    []row
	Total   int // -1: unknown
	Records bool
	Newer   string
	Older   string
	Newest  string
	CSV     string
	Lines   string
	Live    string
	Filter  bool // something is filtered
}

// fields are what the form holds.
type fields struct {
	Text, Actor, Target, Address, Since, Until string
	Outcome, Verdict, Cause, Cluster, Rule     options
	Others, Attention, Records                 bool
	Rest                                       []pair // filters the form has no field for
}

type pair struct{ Name, Value string }

type options struct {
	Name, Label string
	Any         string
	Values      []option
}

type option struct {
	Value    string
	Selected bool
}

// chip is a filter that can be taken off.
type chip struct{ Name, Value, Without string }

// eventsPerPage is about two screens.
const eventsPerPage = 50

// recordID is the id a client is told when a change is refused.
var recordID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func eventsPage(r *request) (*answer, error) {
	if clean, changed := tidy(r.query); changed {
		return &answer{status: http.StatusSeeOther, template: "message", header: http.Header{"Location": {link("./events", clean)}},
			data: frameless{Title: "Events", Style: styleLink, Done: -1}}, nil
	}
	if text := strings.TrimSpace(r.query.Get("text")); recordID.MatchString(text) && len(r.query) == 1 {
		if found, err := r.view.OfChange(r.Context(), text); err == nil && len(found) > 0 {
			return &answer{status: http.StatusSeeOther, template: "message", header: http.Header{"Location": {link("./event", values("change", text))}},
				data: frameless{Title: "Events", Style: styleLink, Done: -1}}, nil
		}
	}
	f, err := r.filter()
	if err != nil {
		return nil, err
	}
	p := &eventsView{frame: r.frame("events", "Events"), Records: !f.Changes}
	found, err := p.find(r, f)
	if err != nil {
		return nil, err
	}
	if p.Fields, err = r.fields(r.Context()); err != nil {
		return nil, err
	}
	p.Chips = r.chips()
	p.Filter = len(p.Chips) > 0
	base := without(r.query, "before", "after")
	p.CSV, p.Lines, p.Live, p.Script = link("export.csv", base), link("export.jsonl", base), link("live", base), scriptLink
	a := &answer{template: "events", data: p, count: int64(len(found))}
	if len(found) > 0 {
		a.first, a.last = found[len(found)-1].Place, found[0].Place
	}
	return a, nil
}

// filter reads the filter of an address. Unless records are asked for, by name
// or by something only some records have, it shows one record of each change.
func (r *request) filter() (review.Filter, error) {
	f, err := review.ParseFilter(r.query, r.now)
	if err != nil {
		return f, badRequest(err)
	}
	f.Changes = r.query.Get("show") != "records" && f.Terms[review.Stage] == nil && f.Terms[review.Code] == nil
	return f, nil
}

// find fills in the rows, newest first, and the links to the pages beside.
func (p *eventsView) find(r *request, f review.Filter) ([]review.Found, error) {
	page := review.Page{Limit: eventsPerPage}
	var err error
	if before := r.query.Get("before"); before != "" {
		page.Before, err = strconv.ParseInt(before, 10, 64)
	} else if after := r.query.Get("after"); after != "" {
		page.Oldest = true
		page.After, err = strconv.ParseInt(after, 10, 64)
	}
	if err != nil || page.Before < 0 || page.After < 0 {
		return nil, notFound("There is no such page of events.")
	}
	a, err := r.view.Find(r.Context(), f, page)
	if err != nil {
		return nil, err
	}
	found := a.Found
	older, newer := a.More, page.Before > 0
	if page.Oldest {
		slices.Reverse(found)
		older, newer = true, a.More
	}
	p.Rows, p.Total = rowsOf(found), a.Total
	base := without(r.query, "before", "after")
	if newer {
		p.Newest = link("events", base)
	}
	if len(found) > 0 && newer {
		p.Newer = link("events", with(base, "after", found[0].Place))
	}
	if len(found) > 0 && older {
		p.Older = link("events", with(base, "before", found[len(found)-1].Place))
	}
	return found, nil
}

func with(q url.Values, name string, place int64) url.Values {
	out := clone(q)
	out.Set(name, strconv.FormatInt(place, 10))
	return out
}

func without(q url.Values, names ...string) url.Values {
	out := clone(q)
	for _, n := range names {
		out.Del(n)
	}
	return out
}

func clone(q url.Values) url.Values {
	out := make(url.Values, len(q))
	for name, values := range q {
		out[name] = slices.Clone(values)
	}
	return out
}

// tidy takes off what a form sends for the fields left empty, so that an
// address says what is filtered and nothing else.
func tidy(q url.Values) (url.Values, bool) {
	out, changed := url.Values{}, false
	for name, values := range q {
		for _, v := range values {
			if v == "" {
				changed = true
				continue
			}
			out.Add(name, v)
		}
	}
	return out, changed
}

// inForm are the filters that the form has a field for.
var inForm = []string{"text", "actor", "target", "address", "since", "until", "outcome", "verdict", "cause", "cluster", "rule", "self", "attention", "show"}

func (r *request) fields(ctx context.Context) (fields, error) {
	q := r.query
	f := fields{
		Text: q.Get("text"), Actor: q.Get("actor"), Target: q.Get("target"), Address: q.Get("address"), Since: q.Get("since"), Until: q.Get("until"),
		Others: q.Get("self") == "no", Attention: q.Get("attention") == "yes", Records: q.Get("show") == "records",
		Outcome: choose("outcome", "Outcome", "any outcome", review.Vocabulary(review.Outcome), q["outcome"]),
		Verdict: choose("verdict", "Verdict", "any verdict", review.Vocabulary(review.Verdict), q["verdict"]),
		Cause:   choose("cause", "Cause", "any cause", review.Vocabulary(review.Cause), q["cause"]),
	}
	for _, c := range []struct {
		column review.Column
		into   *options
		label  string
	}{{review.Cluster, &f.Cluster, "Cluster"}, {review.Rule, &f.Rule, "Rule"}} {
		tallies, err := r.view.Tally(ctx, review.Filter{Changes: true}, c.column)
		if err != nil {
			return f, err
		}
		var known []string
		for _, t := range tallies {
			if t.Value != "" && len(known) < 100 {
				known = append(known, review.Literal(t.Value))
			}
		}
		slices.Sort(known)
		*c.into = choose(c.column.String(), c.label, "any "+c.column.String(), known, q[c.column.String()])
	}
	for name, values := range without(q, "before", "after") {
		if slices.Contains(inForm, name) && len(values) == 1 {
			continue
		}
		for i, v := range values {
			if i > 0 || !slices.Contains(inForm, name) {
				f.Rest = append(f.Rest, pair{name, v})
			}
		}
	}
	slices.SortFunc(f.Rest, func(a, b pair) int { return strings.Compare(a.Name+a.Value, b.Name+b.Value) })
	return f, nil
}

func choose(name, label, any string, known, chosen []string) options {
	o := options{Name: name, Label: label, Any: any}
	if len(chosen) > 0 && !slices.Contains(known, chosen[0]) {
		known = append([]string{chosen[0]}, known...)
	}
	for _, v := range known {
		o.Values = append(o.Values, option{v, len(chosen) > 0 && v == chosen[0]})
	}
	return o
}

func (r *request) chips() []chip {
	var chips []chip
	for name, values := range without(r.query, "before", "after", "show") {
		for i, v := range values {
			q := without(r.query, "before", "after")
			q[name] = slices.Delete(slices.Clone(values), i, i+1)
			if len(q[name]) == 0 {
				q.Del(name)
			}
			chips = append(chips, chip{name, v, link("events", q)})
		}
	}
	slices.SortFunc(chips, func(a, b chip) int { return strings.Compare(a.Name+a.Value, b.Name+b.Value) })
	return chips
}
