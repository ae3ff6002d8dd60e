// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"slices"
	"strings"
)

// mismatch adds a line when what was found is not what the case says.
func mismatch(problems []string, what string, want, found any) []string {
	if fmt.Sprint(want) == fmt.Sprint(found) {
		return problems
	}
	return append(problems, fmt.Sprintf("%s: expected %v, found %v", what, want, found))
}

// expanded returns a copy with the placeholders of actor and targets replaced.
func (c *Case) expanded(more lookup) (*Case, error) {
	copied, err := *c, error(nil)
	if copied.Actor, err = expand(c.Actor, more); err != nil {
		return nil, err
	}
	copied.Targets = slices.Clone(c.Targets)
	for i, target := range copied.Targets {
		if copied.Targets[i], err = expand(target, more); err != nil {
			return nil, err
		}
	}
	return &copied, nil
}

// checkAnswer compares what the client got.
func (c *Case) checkAnswer(o *observed, more lookup) (problems []string) {
	problems = mismatch(problems, "status", c.Status, o.answer.Status)
	body := string(o.answer.Body)
	if c.HasAnswer {
		want, err := expand(c.Answer, more)
		if err != nil {
			return append(problems, err.Error())
		}
		problems = mismatch(problems, "answer", want, body)
	}
	for _, fragment := range c.Fragments {
		want, err := expand(fragment, more)
		if err != nil {
			return append(problems, err.Error())
		}
		if !strings.Contains(body, want) {
			problems = append(problems, fmt.Sprintf("answer: expected to hold %q, found %q", want, body))
		}
	}
	for _, header := range c.Headers {
		name, want, _ := strings.Cut(header, ":")
		want, values := strings.TrimSpace(want), o.answer.Header.Values(name)
		switch {
		case want == "-" && len(values) > 0, want == "*" && len(values) == 0:
			problems = append(problems, fmt.Sprintf("header %s: expected %q, found %q", name, want, values))
		case want != "-" && want != "*" && !slices.Contains(values, want):
			problems = append(problems, fmt.Sprintf("header %s: expected %q, found %q", name, want, values))
		}
	}
	if len(problems) > 0 && !c.HasAnswer && c.Fragments == nil {
		problems = append(problems, "the answer was "+fmt.Sprintf("%.300q", body))
	}
	return problems
}

// checkTrail compares the records: one decision, and one outcome when the
// decision didn't settle it.
func (c *Case) checkTrail(o *observed) (problems []string) {
	if c.Verdict == "none" {
		return mismatch(problems, "records on the trail", 0, len(o.records))
	}
	if len(o.records) == 0 {
		return []string{"records on the trail: expected a decision, found none"}
	}
	first, last := &o.records[0], &o.records[len(o.records)-1]
	problems = mismatch(problems, "stage of the first record", "decision", first.Gateway.Stage)
	if len(o.records) > 2 {
		problems = mismatch(problems, "records on the trail", "one or two", len(o.records))
	}
	if len(o.records) == 2 {
		problems = mismatch(problems, "stage of the second record", "outcome", last.Gateway.Stage)
		problems = mismatch(problems, "id that joins the records", first.Gateway.Change, last.Gateway.Change)
	}
	problems = mismatch(problems, "verdict", c.Verdict, first.Gateway.Verdict)
	problems = mismatch(problems, "cause", c.Cause, first.Gateway.Cause)
	problems = mismatch(problems, "outcome", c.Outcome, last.Gateway.Outcome)
	problems = mismatch(problems, "dialect", c.Dialect, first.Gateway.Dialect)
	return append(problems, c.checkDetails(first)...)
}

// checkDetails compares what a case states only when it matters.
func (c *Case) checkDetails(r *record) (problems []string) {
	for _, d := range []struct{ what, want, found string }{
		{"operation", c.Operation, r.Gateway.Operation},
		{"reason", c.Reason, r.Gateway.Reason},
		{"secret", c.Secret, r.Gateway.Secret},
		{"actor", c.Actor, r.User.Name},
	} {
		if d.want != "" {
			problems = mismatch(problems, d.what, d.want, d.found)
		}
	}
	if c.Targets != nil {
		problems = mismatch(problems, "target", c.Targets, []string(r.User.Target.Name))
	}
	if c.Rules != nil {
		found := slices.Sorted(slices.Values(r.Rule.ID))
		problems = mismatch(problems, "rules", slices.Sorted(slices.Values(c.Rules)), found)
	}
	return problems
}

// changes are the arrivals of the request itself.
func (c *Case) changes(o *observed) (found []*arrival) {
	method, target := o.sent.Method, o.sent.Target
	if line, ok := strings.CutPrefix(c.Arrives, "as "); ok {
		method, target, _ = strings.Cut(line, " ")
	}
	for _, a := range o.arrived {
		if a.Method == method && a.Target == target {
			found = append(found, a)
		}
	}
	return found
}

// checkArrival compares what the cluster got: the change itself once and as it
// was sent, or not at all.
func (c *Case) checkArrival(o *observed) (problems []string) {
	if c.Arrives == "nothing" {
		writes := 0
		for _, a := range o.arrived {
			if a.Method != "GET" {
				writes++
			}
		}
		return mismatch(problems, "writes that arrived at the cluster", 0, writes)
	}
	changes := c.changes(o)
	if len(changes) != 1 {
		return mismatch(problems, "times that the request arrived at the cluster", 1, len(changes))
	}
	if c.Verdict == "none" {
		problems = mismatch(problems, "requests that arrived at the cluster", 1, len(o.arrived))
	}
	for _, name := range c.Drops {
		if changes[0].Header[name] != nil {
			problems = append(problems, "header "+name+" arrived, and must not")
		}
	}
	for _, a := range o.arrived {
		if a != changes[0] {
			problems = append(problems, a.asksAs(o.sent)...)
		}
	}
	return append(problems, changes[0].differences(o.sent)...)
}
