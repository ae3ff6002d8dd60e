// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
	"time"
)

func TestRehearsal(t *testing.T) {
	t.Parallel()
	before, after := time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name, policy string
		at           time.Time
		want         string // "!" marks violations to deny
	}{
		{"enforced", "min_length 9\nmin_digits 1", noTime, "min_length! min_digits!"},
		{"mode enforce", "mode enforce\nmin_length 9", noTime, "min_length!"},
		{"mode monitor", "min_length 9\nmode monitor\nmin_digits 1", noTime, "min_length min_digits"},
		{"one rule", "min_length 9\nmonitor min_digits\nmin_digits 1", noTime, "min_length! min_digits"},
		{"before the date", "min_length 9\nenforce_from 2027-01-01", before, "min_length"},
		{"on the date", "min_length 9\nenforce_from 2027-01-01", after, "min_length!"},
		{"at no time known", "min_length 9\nenforce_from 2027-01-01", noTime, "min_length!"},
	} {
		var got []string
		for _, v := range policyOf(t, row.policy).Judge(Change{Password: "lantern", Time: row.at}) {
			mark := "!"
			if v.Monitor {
				mark = ""
			}
			got = append(got, v.Rule+mark)
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestMonitoredMaxBytesStillStopsHugePasswords(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "max_bytes 72\nmonitor max_bytes")
	if v := p.Judge(password(strings.Repeat("x", 73))); len(v) != 1 || !v[0].Monitor {
		t.Errorf("73 bytes: %+v, want one to be monitored", v)
	}
	if v := p.Judge(password(strings.Repeat("x", 5000))); len(v) != 1 || v[0].Monitor {
		t.Errorf("5000 bytes: %+v, want one to deny", v)
	}
	p = policyOf(t, "mode monitor")
	if v := p.Judge(password(strings.Repeat("x", 5000))); len(v) != 1 || !v[0].Monitor {
		t.Errorf("5000 bytes in mode monitor: %+v, want one to be monitored", v)
	}
}

func TestMonitoredHashes(t *testing.T) {
	t.Parallel()
	if v := policyOf(t, "monitor prehashed").JudgeHash("x"); v == nil || !v.Monitor {
		t.Errorf("%+v, want a violation to be monitored", v)
	}
	p := policyOf(t, "enforce_from 2027-01-01\nrehearse next")
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	if !p.Monitoring(at) || p.Monitoring(p.EnforceFrom()) || p.Rehearses() != "next" {
		t.Errorf("monitoring %v, from %v, rehearses %q", p.Monitoring(at), p.EnforceFrom(), p.Rehearses())
	}
}

func TestOff(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "preset huawei-css\noff min_classes username")
	if got := codes(p.Judge(password("abcdefgh"))); got != "" {
		t.Errorf("broken rules %q, want none", got)
	}
	if warnings := strings.Join(p.Warnings(), "\n"); !strings.Contains(warnings, "drops min_classes") {
		t.Errorf("warnings %q", warnings)
	}
	p = policyOf(t, "preset elasticsearch\noff max_bytes")
	if got := codes(p.Judge(password(strings.Repeat("x", 5000)))); got != "max_bytes" {
		t.Errorf("without its own max_bytes a policy has no limit: %q", got)
	}
}

func TestWordingOfTheOperator(t *testing.T) {
	t.Parallel()
	p := policyOf(t, `message min_length "Take a sentence."`+"\nmin_length 9\nmessage prehashed \"No hashes here.\"\nhelp https://intranet.example.com/passwords")
	if v := p.Judge(password("lantern")); len(v) != 1 || v[0].Message != "Take a sentence." {
		t.Errorf("violations %+v", v)
	}
	if v := p.JudgeHash("x"); v.Message != "No hashes here." {
		t.Errorf("violation %+v", v)
	}
	if p.Help() != "https://intranet.example.com/passwords" {
		t.Errorf("help %q", p.Help())
	}
}

func TestExemption(t *testing.T) {
	t.Parallel()
	p := policyOf(t, `exempt svc-old "device can't be changed" jane until 2027-06-30`)
	lastSecond := time.Date(2027, 6, 30, 23, 59, 59, 0, time.UTC)
	if e := p.Exemption("svc-old", lastSecond); e == nil || e.Owner != "jane" || e.Reason != "device can't be changed" {
		t.Errorf("on its last day the exemption is %+v", e)
	}
	if e := p.Exemption("svc-old", lastSecond.Add(time.Second)); e != nil {
		t.Errorf("after its last day the exemption is %+v", e)
	}
	if p.Exemption("SVC-old", lastSecond) != nil || p.Exemption("svc-older", lastSecond) != nil {
		t.Error("the exemption holds for another user")
	}
	if got := len(p.Exemptions()); got != 1 {
		t.Errorf("%d exemptions, want 1", got)
	}
}

func TestSettingErrors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ policy, want string }{
		{"mode", "enforce or monitor"},
		{"mode off", "enforce or monitor"},
		{"mode monitor\nmode enforce", "twice"},
		{"monitor", "names of rules"},
		{"min_digits 1\nmonitor min_digit", "min_digits"},
		{"monitor valid_utf8", "leave it out"},
		{"monitor no_nul", "leave it out"},
		{"monitor min_classes", "a rule of this policy"},
		{"off", "names of rules"},
		{"min_digits 1\noff min_digits", "a preset of this policy"},
		{"enforce_from soon", "a date"},
		{"enforce_from 2027-02-30", "a date"},
		{"rehearse", "another policy"},
		{"rehearse test", "another policy"},
		{"message min_length", "the text in quotes"},
		{`message min_length " "`, "the text in quotes"},
		{`message min_lenght "x"`, "min_length"},
		{"message min_length x\nmessage min_length y", "found two"},
		{"help intranet", "https://"},
		{"exempt svc-* reason owner until 2027-01-01", "without wildcards"},
		{`exempt svc " " owner until 2027-01-01`, "a reason and an owner"},
		{"exempt svc reason owner till 2027-01-01", "until and a date"},
		{"exempt svc reason owner until forever", "a date"},
	} {
		if _, err := New("test", statementsOf(t, row.policy)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: error %v, want %q", row.policy, err, row.want)
		}
	}
}
