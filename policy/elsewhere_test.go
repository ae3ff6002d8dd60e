// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
	"time"
)

var noTime time.Time

func TestRulesJudgedElsewhere(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "breached /data/b.pgb min_count 10 on_error allow\nhistory 24 365d variants\nmin_age 1d\nmax_age 90d\nmonitor history")
	b, h, m := p.Breached(noTime), p.History(noTime), p.MinAge(noTime)
	if b == nil || b.File != "/data/b.pgb" || b.MinCount != 10 || !b.AllowOnErr || b.Violation.Rule != "breached" {
		t.Errorf("breached is %+v", b)
	}
	if h == nil || h.Count != 24 || h.Within != 365*day || !h.Variants || !h.Violation.Monitor {
		t.Errorf("history is %+v", h)
	}
	if want := "Choose a password that isn't one of the last 24 or used within 365 days, nor a variation of such a one."; h.Violation.Message != want {
		t.Errorf("message %q, want %q", h.Violation.Message, want)
	}
	if m == nil || m.Age != day || m.Violation.Monitor || p.MaxAge() != 90*day {
		t.Errorf("min_age is %+v, max_age %v", m, p.MaxAge())
	}
	next := m.At(time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC))
	if !strings.HasSuffix(next.Message, "; the next change is possible from 2026-11-24 08:30 UTC.") || len(next.Params) != len(m.Violation.Params)+1 {
		t.Errorf("violation with the next time: %+v", next)
	}
	if got := p.Judge(password("x")); got != nil {
		t.Errorf("rules judged elsewhere are broken here: %q", codes(got))
	}
	if q := policyOf(t, ""); q.Breached(noTime) != nil || q.History(noTime) != nil || q.MinAge(noTime) != nil || q.MaxAge() != 0 {
		t.Error("an empty policy has demands on history, age or breaches")
	}
	if b := policyOf(t, "breached").Breached(noTime); b.File != "" || b.MinCount != 1 || b.AllowOnErr {
		t.Errorf("breached alone is %+v", b)
	}
	if h := policyOf(t, "history 365d").History(noTime); h.Count != 0 || h.Within != 365*day {
		t.Errorf("history 365d is %+v", h)
	}
}

func TestStricterOfTwoPresets(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "preset pci-dss-4.0.1\npreset dod-76431\npreset cis-guide")
	if p.MaxAge() != 90*day || p.History(noTime).Count != 10 || p.MinAge(noTime).Age != day {
		t.Errorf("max_age %v, history %+v, min_age %+v", p.MaxAge(), p.History(noTime), p.MinAge(noTime))
	}
	if got := p.History(noTime).Violation.Clause; !strings.HasPrefix(got, "DoD") {
		t.Errorf("the stricter rule's clause is %q", got)
	}
	for _, p := range []*Policy{p, policyOf(t, "max_age 12h"), policyOf(t, "preset nist-800-63b-4")} {
		if got := MaxAgeIn(p.Text()); got != p.MaxAge() {
			t.Errorf("the text says %v, the policy %v", got, p.MaxAge())
		}
	}
	if p := policyOf(t, "preset pci-dss-4.0.1\nmax_age 365d"); p.MaxAge() != 365*day {
		t.Errorf("max_age by hand gives %v", p.MaxAge())
	}
}

func TestElsewhereErrors(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{
		"breached f min_count", "breached min_count 0", "breached on_error ignore", "breached f g h",
		"history", "history 0", "history x", "history variants", "history 5 5", "history 5 variants variants", "history 101",
		"min_age", "min_age 1", "min_age 1w", "min_age 0d", "min_age 1d 2d", "max_age -1d", "max_age 1.5d",
	} {
		if _, err := New("test", statementsOf(t, policy)); err == nil {
			t.Errorf("%q is accepted, want an error", policy)
		}
	}
}
