// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// vocabularies are the columns that have a closed list of values: a misspelled
// one is an error, not an empty answer.
var vocabularies = map[Column][]string{
	Verdict: {"allow", "deny", "unjudged"},
	Cause:   {"policy", "both_fields", "hash", "unreadable", "forbidden", "unavailable"},
	Outcome: {"applied", "unchanged", "denied", "unauthenticated", "failed", "pending", "unknown"},
	Stage:   {"decision", "outcome", StageNotice},
	Secret:  {"none", "password", "hash", "both", "unread"},
	Mode:    {"enforce", "monitor"},
}

// Vocabulary lists the values of a column that has a closed list of them.
func Vocabulary(c Column) []string { return vocabularies[c] }

// ParseFilter reads a filter as pages have it in their address and commands in
// their flags. Each column's name takes patterns, in which * stands for any
// text, ? for one character and \ takes the next literally; "!" in front
// excludes, and "-" is an empty value. An address may also be a network such
// as 10.0.0.0/8. The other names are:
//
//	period            2026, 2026-Q3, 2026-07, 2026-W30 or 2026-07-14
//	since, until      a time, a day, or how long ago: 36h, 7d
//	from, to          places in the trail; to is not included
//	self              yes: the actor changed his own password; no: another's
//	enforced          no: what monitor mode let pass
//	verified          yes: the cluster has named the actor
//	attention         yes: severity 4 and 5 only
//	changes           yes: one record of each change, and no notices
//	text              must occur in an id, a name, the path or the client's name
//
// Empty values, as forms send them, count as absent.
func ParseFilter(q url.Values, now time.Time) (Filter, error) {
	f := Filter{Text: q.Get("text")}
	for _, c := range Columns() {
		for _, term := range terms(c, q[c.String()]) {
			if err := checkTerm(c, term); err != nil {
				return f, err
			}
			if f.Terms == nil {
				f.Terms = make(map[Column][]string)
			}
			f.Terms[c] = append(f.Terms[c], term)
		}
	}
	p := &parser{values: q, now: now}
	f.Period = p.period()
	f.From, f.To = p.place("from"), p.place("to")
	f.Self, f.Enforced, f.Verified = p.choice("self"), p.choice("enforced"), p.choice("verified")
	f.Attention, f.Changes = p.choice("attention") == Yes, p.choice("changes") == Yes
	return f, p.err
}

// terms are the patterns given for a column. Those of a closed list may also
// stand together, separated by commas.
func terms(c Column, given []string) []string {
	if _, closed := vocabularies[c]; closed {
		given = strings.Split(strings.Join(given, ","), ",")
	}
	return slices.DeleteFunc(slices.Clone(given), func(term string) bool { return term == "" })
}

func checkTerm(c Column, term string) error {
	known, closed := vocabularies[c]
	word := strings.TrimPrefix(term, "!")
	if !closed || word == noValue || slices.Contains(known, word) {
		return nil
	}
	return fmt.Errorf("%s: expected one of %s, found %q", c, strings.Join(known, ", "), term)
}

// parser keeps the first error.
type parser struct {
	values url.Values
	now    time.Time
	err    error
}

func (p *parser) fail(name string, err error) {
	if p.err == nil && err != nil {
		p.err = fmt.Errorf("%s: %w", name, err)
	}
}

func (p *parser) period() Period {
	var period Period
	if text := p.values.Get("period"); text != "" {
		var err error
		period, err = ParsePeriod(text)
		p.fail("period", err)
	}
	if since := p.moment("since"); since.After(period.Since) {
		period.Since = since
	}
	if until := p.moment("until"); !until.IsZero() && (period.Until.IsZero() || until.Before(period.Until)) {
		period.Until = until
	}
	return period
}

func (p *parser) moment(name string) time.Time {
	text := p.values.Get(name)
	if text == "" {
		return time.Time{}
	}
	at, err := ParseMoment(text, p.now)
	p.fail(name, err)
	return at
}

func (p *parser) place(name string) int64 {
	text := p.values.Get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		p.fail(name, fmt.Errorf("expected a place in the trail such as 1200, found %q", text))
	}
	return n
}

func (p *parser) choice(name string) Choice {
	switch text := p.values.Get(name); text {
	case "":
		return Either
	case "yes", "true", "1":
		return Yes
	case "no", "false", "0":
		return No
	default:
		p.fail(name, fmt.Errorf("expected yes or no, found %q", text))
		return Either
	}
}

// Values spells the filter so that ParseFilter reads it again.
func (f Filter) Values() url.Values {
	q := url.Values{}
	for c, terms := range f.Terms {
		q[c.String()] = slices.Clone(terms)
	}
	set := func(name, value string, on bool) {
		if on {
			q.Set(name, value)
		}
	}
	set("since", f.Since.UTC().Format(time.RFC3339Nano), !f.Since.IsZero())
	set("until", f.Until.UTC().Format(time.RFC3339Nano), !f.Until.IsZero())
	set("from", strconv.FormatInt(f.From, 10), f.From > 0)
	set("to", strconv.FormatInt(f.To, 10), f.To > 0)
	for name, choice := range map[string]Choice{"self": f.Self, "enforced": f.Enforced, "verified": f.Verified} {
		set(name, "yes", choice == Yes)
		set(name, "no", choice == No)
	}
	set("attention", "yes", f.Attention)
	set("changes", "yes", f.Changes)
	set("text", f.Text, f.Text != "")
	return q
}
