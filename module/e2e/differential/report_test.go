// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"strings"
	"testing"
)

func TestReportCounts(t *testing.T) {
	t.Parallel()
	r := newReport("somewhere", 3)
	for _, one := range []struct {
		o       observed
		control bool
	}{
		{observed{straight: true, bites: true}, false},                   // held
		{observed{straight: true}, false},                                // never bit
		{observed{accepted: true}, false},                                // harmless
		{observed{accepted: true, set: true}, true},                      // a control
		{observed{}, true},                                               // a lost one
		{observed{accepted: true, bypass: "got in", bites: true}, false}, // a bypass
	} {
		r.note(&Request{Route: "put_user", Made: []string{"gzip"}, control: one.control}, one.o)
	}
	want := Counts{Tried: 6, Straight: 2, Effective: 2, Held: 1, Refused: 3, Passed: 3, Set: 1, Controls: 2, Lost: 1, Bypasses: 1}
	if r.Total != want || *r.ByRoute["put_user"] != want || *r.ByMade["gzip"] != want {
		t.Errorf("counted %+v, want %+v", r.Total, want)
	}
	if len(r.Findings) != 2 || !strings.HasPrefix(r.Findings[1], "got in") {
		t.Errorf("findings: %q", r.Findings)
	}
	for _, part := range []string{"seed 3", "put_user", "bypasses 1", "2 ordinary requests"} {
		if !strings.Contains(r.String(), part) {
			t.Errorf("expected %q in\n%s", part, r)
		}
	}
}

// A run in which little would have worked proves little, and fails.
func TestWrongReports(t *testing.T) {
	t.Parallel()
	good := Counts{Tried: 100, Straight: 80, Effective: 40, Held: 40, Controls: 4}
	for want, change := range map[string]func(*Counts){
		"":                     func(*Counts) {},
		"expected no bypass":   func(c *Counts) { c.Bypasses = 1 },
		"every fourth request": func(c *Counts) { c.Effective = 19 },
		"found 0 of 0":         func(c *Counts) { c.Straight, c.Effective = 0, 0 },
		"lost 0 of 0":          func(c *Counts) { c.Controls = 0 },
		"lost 1 of 4":          func(c *Counts) { c.Lost = 1 },
	} {
		r := newReport("somewhere", 1)
		r.Total = good
		change(&r.Total)
		if got := strings.Join(r.Wrong(), "; "); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("expected %q, found %q", want, got)
		}
	}
}
