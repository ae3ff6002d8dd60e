// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

type rulesView struct {
	frame
	Span       span
	Rules      []ruleLine
	Causes     []ranked
	Reasons    []ranked
	Rehearsals []rehearsal
	Policies   []policyText
}

// ruleLine is a rule and what it refuses.
type ruleLine struct {
	Code, Clause, Link string
	Refused            int64
	Accounts           int
	Share              float64
	seen               map[string]bool
}

// rehearsal is what something that isn't enforced yet would have refused.
type rehearsal struct {
	What, Where, Link string
	Rule              string
	Count             int64
	Accounts          int
	seen              map[string]bool
}

type policyText struct {
	Name, Digest, Text string
	Changes            int64
	Link               string
}

func rulesPage(r *request) (*answer, error) {
	s, err := r.span("rules")
	if err != nil {
		return nil, err
	}
	p := &rulesView{frame: r.frame("rules", "Rules"), Span: s}
	for _, part := range []func(context.Context, *request) error{p.refusals, p.causes, p.policies} {
		if err := part(r.Context(), r); err != nil {
			return nil, err
		}
	}
	return &answer{template: "rules", data: p}, nil
}

// refusals counts, in one pass, what rules refuse and what would be refused.
func (p *rulesView) refusals(ctx context.Context, r *request) error {
	f := review.Filter{Period: p.Span.Period, Changes: true}
	rules, rehearsals := make(map[string]*ruleLine), make(map[string]*rehearsal)
	err := r.view.Each(ctx, f, func(b *review.Brief) {
		target := b.Value(review.Cluster) + "\xff" + b.Value(review.Target)
		rehearse := func(what, where string, codes string) {
			if codes == "" {
				return
			}
			for _, c := range review.Parts(codes) {
				key := what + "\xff" + where + "\xff" + c
				if rehearsals[key] == nil {
					rehearsals[key] = &rehearsal{What: what, Where: where, Rule: c, seen: make(map[string]bool)}
				}
				rehearsals[key].Count++
				rehearsals[key].seen[target] = true
			}
		}
		codes := b.Value(review.Rule)
		switch {
		case b.Value(review.Outcome) == string(audit.Denied) && codes != "":
			for _, c := range review.Parts(codes) {
				if rules[c] == nil {
					rules[c] = &ruleLine{Code: c, seen: make(map[string]bool)}
				}
				rules[c].Refused++
				rules[c].seen[target] = true
			}
		case !b.Enforced():
			rehearse("mode", b.Value(review.Cluster), codes)
		}
		rehearse("rule", "", b.Value(review.Rehearsed))
		rehearse("policy", b.Value(review.Next), b.Value(review.NextRule))
	})
	if err != nil {
		return err
	}
	p.listRules(f, rules)
	p.listRehearsals(f, rehearsals)
	return p.clauses(ctx, r)
}

func (p *rulesView) listRules(f review.Filter, rules map[string]*ruleLine) {
	for _, l := range rules {
		l.Accounts = len(l.seen)
		l.Link = events(f.With(review.Rule, l.Code).With(review.Outcome, "denied"))
		p.Rules = append(p.Rules, *l)
	}
	slices.SortFunc(p.Rules, func(a, b ruleLine) int {
		return cmp.Or(cmp.Compare(b.Refused, a.Refused), cmp.Compare(a.Code, b.Code))
	})
	for i := range p.Rules {
		p.Rules[i].Share = 100 * float64(p.Rules[i].Refused) / float64(p.Rules[0].Refused)
	}
}

func (p *rulesView) listRehearsals(f review.Filter, all map[string]*rehearsal) {
	for _, h := range all {
		h.Accounts = len(h.seen)
		switch h.What {
		case "mode":
			monitored := f.With(review.Rule, h.Rule).With(review.Cluster, h.Where)
			monitored.Enforced = review.No
			h.Link, h.Where = events(monitored), "the cluster "+h.Where+" in monitor mode"
		case "policy":
			h.Link, h.Where = events(f.With(review.Next, h.Where).With(review.NextRule, h.Rule)), "the policy "+h.Where+", rehearsed beside the one in force"
		default:
			h.Link, h.Where = events(f.With(review.Rehearsed, h.Rule)), "the rule by itself"
		}
		p.Rehearsals = append(p.Rehearsals, *h)
	}
	slices.SortFunc(p.Rehearsals, func(a, b rehearsal) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Where, b.Where))
	})
}

// Sentence says it as one would to a colleague.
func (h rehearsal) Sentence() string {
	return fmt.Sprintf("would have refused %s of %s", plural(h.Count, "change", "changes"), plural(int64(h.Accounts), "account", "accounts"))
}

// clauses looks up where each rule comes from, in the newest record it is in.
func (p *rulesView) clauses(ctx context.Context, r *request) error {
	for i := range p.Rules {
		f := review.Filter{Changes: true}.With(review.Rule, p.Rules[i].Code)
		a, err := r.view.Find(ctx, f, review.Page{Limit: 1})
		if err != nil {
			return err
		}
		for _, found := range a.Found {
			for _, rule := range found.Record.Rules {
				if rule.Code == p.Rules[i].Code {
					p.Rules[i].Clause = rule.Clause
				}
			}
		}
	}
	return nil
}

func (p *rulesView) causes(ctx context.Context, r *request) error {
	f := review.Filter{Period: p.Span.Period, Changes: true}.With(review.Outcome, "denied")
	causes, err := r.view.Tally(ctx, f, review.Cause)
	if err != nil {
		return err
	}
	p.Causes = rank(causes, 10, func(v string) string { return events(f.With(review.Cause, v)) })
	reasons, err := r.view.Tally(ctx, f, review.Reason)
	if err != nil {
		return err
	}
	p.Reasons = rank(reasons, 20, func(v string) string { return events(f.With(review.Reason, v)) })
	return nil
}

// policies lists those that judged, with their text as the trail has it.
func (p *rulesView) policies(ctx context.Context, r *request) error {
	f := review.Filter{Period: p.Span.Period, Changes: true}
	tallies, err := r.view.Tally(ctx, f, review.Policy)
	if err != nil {
		return err
	}
	loads, err := r.view.Find(ctx, review.Filter{Terms: map[review.Column][]string{review.Code: {string(audit.CodeConfig)}, review.Policy: {"!-"}}}, review.Page{Limit: 500})
	if err != nil {
		return err
	}
	texts := make(map[string]string)
	for _, l := range loads.Found {
		if n := l.Record.Notice; n != nil && n.Policy != nil && n.Policy.Text != "" {
			texts[n.Policy.Digest] = n.Policy.Text
		}
	}
	for _, t := range tallies {
		if t.Value != "" {
			link := events(review.Filter{Period: p.Span.Period, Changes: true}.With(review.Policy, t.Extra))
			p.Policies = append(p.Policies, policyText{t.Value, t.Extra, texts[t.Extra], t.Count, link})
		}
	}
	return nil
}
