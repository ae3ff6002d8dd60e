// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

type peopleView struct {
	frame
	Span       span
	People     []person
	Rest       int // not shown
	Pairs      []pairLine
	PairsRest  int
	Privileged []account
	Claimed    int64
	ClaimedAt  string
}

// person changed others' passwords.
type person struct {
	Name, Initiator, Link     string
	Applied, Refused, Unclear int64
	Accounts                  int
	Privileged                bool
	seen                      map[string]bool
}

// pairLine: who changed whose.
type pairLine struct {
	Actor, Initiator, Target, Link string
	Count                          int64
	Privileged                     bool
}

// account is a privileged one.
type account struct {
	Name, Link            string
	Own, Others, Refused  int64
	By                    []string
	Last                  time.Time
	LastLink, OthersLinks string
}

const maxPeople = 50

func peoplePage(r *request) (*answer, error) {
	s, err := r.span("people")
	if err != nil {
		return nil, err
	}
	p := &peopleView{frame: r.frame("people", "People"), Span: s}
	for _, part := range []func(context.Context, *request) error{p.others, p.accounts, p.claims} {
		if err := part(r.Context(), r); err != nil {
			return nil, err
		}
	}
	return &answer{template: "people", data: p}, nil
}

// others counts who changed whose password but his own, in one pass.
func (p *peopleView) others(ctx context.Context, r *request) error {
	f := review.Filter{Period: p.Span.Period, Changes: true, Self: review.No}
	people, pairs := make(map[string]*person), make(map[[2]string]int64)
	err := r.view.Each(ctx, f, func(b *review.Brief) {
		actor, target := b.Value(review.Actor), b.Value(review.Target)
		if target == "" {
			return
		}
		q := people[actor]
		if q == nil {
			q = &person{seen: make(map[string]bool)}
			people[actor] = q
		}
		q.count(audit.Outcome(b.Value(review.Outcome)))
		for _, t := range review.Parts(target) {
			q.seen[t] = true
			q.Privileged = q.Privileged || review.MatchAny(r.site.o.Settings.Privileged, t)
			if b.Value(review.Outcome) == string(audit.Applied) {
				pairs[[2]string{actor, t}]++
			}
		}
	})
	if err != nil {
		return err
	}
	for actor, q := range people {
		q.Name, q.Initiator = nameOf(actor)
		q.Accounts = len(q.seen)
		q.Link = events(f.With(review.Actor, q.Name))
		p.People = append(p.People, *q)
	}
	slices.SortFunc(p.People, func(a, b person) int {
		return cmp.Or(cmp.Compare(b.Applied, a.Applied), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Initiator, b.Initiator))
	})
	p.Rest = max(len(p.People)-maxPeople, 0)
	p.People = p.People[:min(len(p.People), maxPeople)]
	p.pairs(r, f, pairs)
	return nil
}

func (q *person) count(o audit.Outcome) {
	switch o {
	case audit.Applied, audit.Unchanged, audit.Pending:
		q.Applied++
	case audit.Denied, audit.Failed, audit.Unauthenticated:
		q.Refused++
	default:
		q.Unclear++
	}
}

func nameOf(actor string) (name, initiator string) {
	parts := append(review.Parts(actor), "")
	return parts[0], parts[1]
}

func (p *peopleView) pairs(r *request, f review.Filter, counts map[[2]string]int64) {
	for key, n := range counts {
		line := pairLine{Target: key[1], Count: n, Privileged: review.MatchAny(r.site.o.Settings.Privileged, key[1])}
		line.Actor, line.Initiator = nameOf(key[0])
		p.Pairs = append(p.Pairs, line)
	}
	slices.SortFunc(p.Pairs, func(a, b pairLine) int {
		if a.Privileged != b.Privileged {
			return map[bool]int{true: -1, false: 1}[a.Privileged]
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Actor, b.Actor), cmp.Compare(a.Target, b.Target))
	})
	p.PairsRest = max(len(p.Pairs)-maxPeople, 0)
	p.Pairs = p.Pairs[:min(len(p.Pairs), maxPeople)]
	for i := range p.Pairs {
		line := &p.Pairs[i]
		line.Link = events(f.With(review.Actor, line.Actor).With(review.Target, line.Target).With(review.Outcome, "applied"))
	}
}

// accounts tells what happened to the privileged ones.
func (p *peopleView) accounts(ctx context.Context, r *request) error {
	f := review.Filter{Period: p.Span.Period, Changes: true, Terms: map[review.Column][]string{review.Target: r.site.o.Settings.Privileged}}
	byName := make(map[string]*account)
	err := r.view.Each(ctx, f, func(b *review.Brief) {
		for _, t := range review.Parts(b.Value(review.Target)) {
			if !review.MatchAny(r.site.o.Settings.Privileged, t) {
				continue
			}
			a := byName[t]
			if a == nil {
				a = &account{Name: t}
				byName[t] = a
			}
			a.count(b)
		}
	})
	if err != nil {
		return err
	}
	for _, a := range byName {
		a.Link = events(review.Filter{Period: p.Span.Period, Changes: true}.With(review.Target, a.Name))
		slices.Sort(a.By)
		p.Privileged = append(p.Privileged, *a)
	}
	slices.SortFunc(p.Privileged, func(a, b account) int {
		return cmp.Or(cmp.Compare(b.Others, a.Others), cmp.Compare(b.Own+b.Refused, a.Own+a.Refused), cmp.Compare(a.Name, b.Name))
	})
	return nil
}

func (a *account) count(b *review.Brief) {
	switch outcome := audit.Outcome(b.Value(review.Outcome)); {
	case outcome == audit.Applied || outcome == audit.Pending:
		name, _ := nameOf(b.Value(review.Actor))
		if b.Self() {
			a.Own++
		} else {
			a.Others++
		}
		if !slices.Contains(a.By, name) {
			a.By = append(a.By, name)
		}
		a.Last = b.Time()
	case outcome != audit.Unchanged:
		a.Refused++
	}
}

func (p *peopleView) claims(ctx context.Context, r *request) (err error) {
	f := review.Filter{Period: p.Span.Period, Changes: true, Verified: review.No}.With(review.Outcome, "applied")
	p.ClaimedAt = events(f)
	p.Claimed, err = r.view.Count(ctx, f)
	return err
}
