// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// allowed is a case and what was observed when everything went as it says.
func allowed() (*Case, *observed) {
	c := &Case{
		Dialect: "elasticsearch", Verdict: "allow", Outcome: "applied", Operation: "change_password", Actor: "elastic",
		Targets: []string{"joe"}, Status: 200, Answer: "{}", HasAnswer: true, Arrives: "whole", Headers: []string{"X-A: 1", "X-B: -"},
	}
	var decision, outcome record
	decision.Gateway.Stage, decision.Gateway.Verdict, decision.Gateway.Change = "decision", "allow", "1"
	decision.Gateway.Dialect, decision.Gateway.Operation = "elasticsearch", "change_password"
	decision.User.Name, decision.User.Target.Name = "elastic", names{"joe"}
	outcome.Gateway.Stage, outcome.Gateway.Outcome, outcome.Gateway.Change = "outcome", "applied", "1"
	sent := &message{Method: "PUT", Target: "/x", Header: http.Header{}, Body: []byte("b")}
	return c, &observed{
		sent:    sent,
		answer:  &reply{Status: 200, Header: http.Header{"X-A": {"1"}}, Body: []byte("{}")},
		arrived: []*arrival{{Method: "GET", Target: "/who", Header: http.Header{}}, {Method: "PUT", Target: "/x", Header: http.Header{}, Body: []byte("b")}},
		records: []record{decision, outcome},
	}
}

func (c *Case) allProblems(o *observed) string {
	problems := append(c.checkAnswer(o, nothingMore), c.checkTrail(o)...)
	return strings.Join(append(problems, c.checkArrival(o)...), "\n")
}

// TestExpectationsCanFail changes one thing at a time in what was observed, or in
// what the case says, and wants it found.
func TestExpectationsCanFail(t *testing.T) {
	t.Parallel()
	c, o := allowed()
	if found := c.allProblems(o); found != "" {
		t.Fatalf("expected no problem, found %s", found)
	}
	for want, change := range map[string]func(*Case, *observed){
		"status: expected 200, found 500":    func(_ *Case, o *observed) { o.answer.Status = 500 },
		"answer: expected {}, found {} ":     func(_ *Case, o *observed) { o.answer.Body = []byte("{} ") },
		"answer: expected to hold":           func(c *Case, _ *observed) { c.Fragments = []string{"more"} },
		"header X-A":                         func(_ *Case, o *observed) { o.answer.Header.Del("X-A") },
		"header X-B":                         func(_ *Case, o *observed) { o.answer.Header.Set("X-B", "1") },
		"expected a decision, found none":    func(_ *Case, o *observed) { o.records = nil },
		"records on the trail: expected one": func(_ *Case, o *observed) { o.records = append(o.records, o.records[1]) },
		"verdict: expected deny":             func(c *Case, _ *observed) { c.Verdict = "deny" },
		"outcome: expected applied, found":   func(_ *Case, o *observed) { o.records = o.records[:1] },
		"id that joins the records":          func(_ *Case, o *observed) { o.records[1].Gateway.Change = "2" },
		"operation: expected":                func(_ *Case, o *observed) { o.records[0].Gateway.Operation = "put_user" },
		"actor: expected":                    func(_ *Case, o *observed) { o.records[0].User.Name = "joe" },
		"target: expected":                   func(_ *Case, o *observed) { o.records[0].User.Target.Name = nil },
		"rules: expected":                    func(c *Case, _ *observed) { c.Rules = []string{"min_length"} },
		"times that the request arrived":     func(_ *Case, o *observed) { o.arrived = o.arrived[:1] },
		"writes that arrived at the cluster": func(c *Case, _ *observed) { c.Arrives = "nothing" },
		"records on the trail: expected 0":   func(c *Case, _ *observed) { c.Verdict = "none" },
		"the body arrived changed":           func(_ *Case, o *observed) { o.arrived[1].Body = nil },
		"header X-Proxy-User is not on": func(_ *Case, o *observed) {
			o.sent.Header.Set("X-Proxy-User", "joe")
			o.arrived[1].Header.Set("X-Proxy-User", "joe")
		},
		"a POST arrived besides":              func(_ *Case, o *observed) { o.arrived[0].Method = "POST" },
		"header Upgrade arrived, and must no": func(c *Case, o *observed) { c.Drops = []string{"Upgrade"}; o.arrived[1].Header.Set("Upgrade", "h2c") },
	} {
		c, o := allowed()
		change(c, o)
		if found := c.allProblems(o); !strings.Contains(found, want) {
			t.Errorf("expected %q among the problems, found %q", want, found)
		}
	}
}
