// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/traffic"
)

var quarter = review.Period{
	Since: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
	Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
}

var sample = sync.OnceValue(func() string {
	in := "/dev/shm"
	if _, err := os.Stat(in); err != nil {
		in = ""
	}
	dir, err := os.MkdirTemp(in, "passgate-report-")
	if err != nil {
		panic(err)
	}
	// A little more than the quarter, so that the period has to be cut out.
	plan := traffic.Plan{Seed: 9, Changes: 3000, People: 90, From: quarter.Since.AddDate(0, 0, -20), Until: quarter.Until.AddDate(0, 0, 10)}
	if _, err := traffic.Write(dir, plan, audit.Options{}); err != nil {
		panic(err)
	}
	return dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(sample())
	os.Exit(code)
}

func view(t testing.TB, dir string) *review.View {
	t.Helper()
	v, err := review.Open(context.Background(), dir, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func build(t testing.TB, in Input) *Report {
	t.Helper()
	if in.Now.IsZero() {
		in.Now = quarter.Until.AddDate(0, 1, 0)
	}
	r, err := Build(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// byHand counts the last word on every change from the decoded records.
func byHand(t *testing.T) (outcomes, causes map[string]int64, others, own int64) {
	t.Helper()
	outcomes, causes = map[string]int64{}, map[string]int64{}
	last := map[string]audit.Record{}
	for r, err := range audit.Read(sample(), audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Notice == nil {
			last[r.Change] = r
		}
	}
	for _, r := range last {
		if r.Time.Before(quarter.Since) || !r.Time.Before(quarter.Until) {
			continue
		}
		outcomes[string(r.Outcome)]++
		if r.Verdict == audit.Deny && r.Enforced {
			causes[string(r.Cause)]++
		}
		if r.Outcome == audit.Applied && r.Self {
			own++
		} else if r.Outcome == audit.Applied {
			others++
		}
	}
	return outcomes, causes, others, own
}

func TestTotalsAgreeWithTheRecords(t *testing.T) {
	t.Parallel()
	r := build(t, Input{View: view(t, sample()), Period: quarter, Label: "2026-Q3"})
	outcomes, causes, others, own := byHand(t)
	if !maps.Equal(r.Totals.Outcomes, outcomes) || !maps.Equal(r.Totals.Causes, causes) {
		t.Errorf("outcomes %v, want %v; causes %v, want %v", r.Totals.Outcomes, outcomes, r.Totals.Causes, causes)
	}
	if r.Totals.Others != others || r.Totals.Own != own {
		t.Errorf("others' %d, want %d; own %d, want %d", r.Totals.Others, others, r.Totals.Own, own)
	}
	var days, people int64
	for _, d := range r.Days {
		days += d.Applied + d.Refused + d.Failed + d.Unknown
	}
	for _, p := range r.Others {
		people += p.Applied
	}
	if days != r.Totals.Changes || people != others || len(r.Days) != 92 {
		t.Errorf("%d changes on %d days, want %d; %d of others', want %d", days, len(r.Days), r.Totals.Changes, people, others)
	}
	for _, e := range r.Exceptions {
		if want, ok := causes[e.Kind]; ok && e.Count != want {
			t.Errorf("%s: %d, want %d", e.Kind, e.Count, want)
		}
	}
}

// TestTotalsAgreeWithJQ has the same counted by a program that shares nothing
// with us.
func TestTotalsAgreeWithJQ(t *testing.T) {
	t.Parallel()
	jq, err := exec.LookPath("jq")
	if err != nil && os.Getenv("PASSGATE_E2E") != "" {
		t.Fatal("PASSGATE_E2E is set, and jq is missing")
	}
	if err != nil {
		t.Skip("jq is not installed")
	}
	segments, err := filepath.Glob(filepath.Join(sample(), "segments", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	const program = `
		[inputs | select(.Gateway.stage)] | group_by(.Gateway.change) | map(sort_by(.Chain.seq) | last)
		| map(select(.["@timestamp"] >= "2026-07-01T00:00:00.000000Z" and .["@timestamp"] < "2026-10-01T00:00:00.000000Z"))
		| { outcomes: (group_by(.Gateway.outcome // "") | map({key: (.[0].Gateway.outcome // ""), value: length}) | from_entries),
		    causes: (map(select(.Gateway.verdict == "deny" and .Gateway.enforced)) | group_by(.Gateway.cause) | map({key: .[0].Gateway.cause, value: length}) | from_entries),
		    rules: ([.[] | select(.Gateway.verdict == "deny" and .Gateway.enforced and .Gateway.cause == "policy") | .Gateway.rules.code[]] | group_by(.) | map({key: .[0], value: length}) | from_entries),
		    others: (map(select(.Gateway.outcome == "applied" and (.Gateway.self | not))) | length) }`
	out, err := exec.Command(jq, append([]string{"-n", program}, segments...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Outcomes, Causes, Rules map[string]int64
		Others                  int64
	}
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	got := build(t, Input{View: view(t, sample()), Period: quarter, Label: "2026-Q3"}).Totals
	if !maps.Equal(got.Outcomes, want.Outcomes) || !maps.Equal(got.Causes, want.Causes) || !maps.Equal(got.Rules, want.Rules) || got.Others != want.Others {
		t.Errorf("got %+v, jq says %+v", got, want)
	}
	if got.Changes < 2000 || len(got.Causes) < 5 {
		t.Errorf("the sample is too small to prove anything: %+v", got)
	}
}

func TestExceptionsNameTheirRecords(t *testing.T) {
	t.Parallel()
	v := view(t, sample())
	r := build(t, Input{View: v, Period: quarter})
	want := map[string]func(*audit.Record) bool{
		"both_fields": func(r *audit.Record) bool { return r.Cause == audit.CauseBothFields },
		"unreadable":  func(r *audit.Record) bool { return r.Cause == audit.CauseUnreadable },
		"hash":        func(r *audit.Record) bool { return r.Cause == audit.CauseHash },
		"forbidden":   func(r *audit.Record) bool { return r.Cause == audit.CauseForbidden },
		"privileged": func(r *audit.Record) bool {
			return !r.Self && (slices.Contains(r.Targets, "elastic") || slices.Contains(r.Targets, "admin"))
		},
		"in_doubt": func(r *audit.Record) bool { return r.Outcome == audit.Unknown },
		"monitor":  func(r *audit.Record) bool { return r.Verdict == audit.Deny && !r.Enforced },
		"claimed":  func(r *audit.Record) bool { return !r.Actor.Verified },
		"bypass":   func(r *audit.Record) bool { return r.Code == audit.CodeBypass },
		"outage":   func(r *audit.Record) bool { return r.Code == audit.CodeRefused },
		"flood":    func(r *audit.Record) bool { return r.Code == audit.CodeFlood },
	}
	seen := map[string]bool{}
	for _, e := range r.Exceptions {
		seen[e.Kind] = true
		if e.Title == "" || e.Meaning == "" || int64(len(e.Records)) != min(e.Count, maxListed) {
			t.Errorf("%+v", e)
		}
		for _, place := range e.Records {
			found, ok, err := v.At(context.Background(), place)
			if err != nil || !ok || want[e.Kind] == nil || !want[e.Kind](&found.Record) {
				t.Errorf("%s rests on record %d: %s (%v)", e.Kind, place, found.Record.Message, err)
			}
		}
	}
	for kind := range want {
		if !seen[kind] && kind != "claimed" {
			t.Errorf("no %s found", kind)
		}
	}
}

func TestPoliciesHaveTheirText(t *testing.T) {
	t.Parallel()
	r := build(t, Input{View: view(t, sample()), Period: quarter})
	names := map[string]bool{}
	for _, p := range r.Policies {
		names[p.Name] = true
		if p.Text == "" || len(p.Digest) != 64 || p.Changes > 0 && (p.First.Before(quarter.Since) || !p.Last.Before(quarter.Until)) {
			t.Errorf("%+v", p)
		}
	}
	if !names["staff"] || !names["staff-next"] || !names["automation"] {
		t.Errorf("%v", names)
	}
	if len(r.Exemptions) != 1 || r.Exemptions[0].Owner != "ops.rao" || r.Exemptions[0].Count == 0 {
		t.Errorf("%+v", r.Exemptions)
	}
}

func TestScopeTellsHoursAndModes(t *testing.T) {
	t.Parallel()
	r := build(t, Input{View: view(t, sample()), Period: quarter})
	total := quarter.Until.Sub(quarter.Since).Hours()
	if r.Scope.Up+r.Scope.Down < total-.01 || r.Scope.Up+r.Scope.Down > total+.01 || r.Scope.Up < total-13 {
		t.Errorf("%v hours up and %v down, of %v", r.Scope.Up, r.Scope.Down, total)
	}
	modes := map[string][2]float64{}
	for _, c := range r.Scope.Clusters {
		modes[c.Name] = [2]float64{c.Enforcing, c.Monitoring}
		if sum := c.Enforcing + c.Monitoring; sum > total+.01 || sum < total-30 {
			t.Errorf("%s: %v hours of %v", c.Name, sum, total)
		}
	}
	if modes["es-prod"][1] != 0 || modes["os-search"][1] < 24*10 || modes["os-search"][0] < 24*30 {
		t.Errorf("%v", modes)
	}
	if len(r.Scope.Gateways) != 1 || r.Scope.Gateways[0] != "gw-1" {
		t.Errorf("%v", r.Scope.Gateways)
	}
}

func TestOverAge(t *testing.T) {
	t.Parallel()
	v := view(t, sample())
	if r := build(t, Input{View: v, Period: quarter}); r.OverAge.Days != 0 || r.OverAge.Count != 0 {
		t.Errorf("without a limit: %+v", r.OverAge)
	}
	if r := build(t, Input{View: v, Period: quarter, Profile: PCI}); r.OverAge.Days != 90 {
		t.Errorf("PCI: %+v", r.OverAge)
	}
	last := map[string]time.Time{}
	for r, err := range audit.Read(sample(), audit.Query{Until: quarter.Until}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Outcome == audit.Applied && r.Secret != audit.SecretNone {
			for _, target := range r.Targets {
				last[r.Cluster+"/"+target] = r.Time
			}
		}
	}
	want := 0
	for _, at := range last {
		if quarter.Until.Sub(at) > 30*24*time.Hour {
			want++
		}
	}
	r := build(t, Input{View: v, Period: quarter, MaxAge: 30 * 24 * time.Hour})
	if r.OverAge.Seen != len(last) || r.OverAge.Count != want || want == 0 {
		t.Errorf("%d of %d over age, want %d of %d", r.OverAge.Count, r.OverAge.Seen, want, len(last))
	}
	for i, a := range r.OverAge.Accounts {
		if !a.Changed.Equal(last[a.Cluster+"/"+a.Name]) || i > 0 && a.Changed.Before(r.OverAge.Accounts[i-1].Changed) {
			t.Errorf("%+v, last changed %v", a, last[a.Cluster+"/"+a.Name])
		}
	}
}

// Without a limit of the report's own, each policy's max_age is the limit for whom
// it judged last, in its newest text.
func TestOverAgeByPolicy(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return quarter.Since.AddDate(0, 0, n) }
	loaded := func(n int, name, text string) audit.Past {
		return audit.Past{Notice: &audit.Notice{Code: audit.CodeConfig, Time: day(n), Policy: &audit.PolicyText{Name: name, Digest: text, Text: text}}}
	}
	set := func(n int, policy, target string, outcome audit.Outcome) audit.Past {
		return audit.Past{Event: &audit.Event{
			Change: audit.NewID(), Stage: audit.StageOutcome, Time: day(n), Dialect: "elasticsearch", Cluster: "es", Verdict: audit.Allow,
			Outcome: outcome, Secret: audit.SecretPassword, Targets: []string{target}, Policy: policy, Digest: "d",
		}}
	}
	r := build(t, Input{Period: quarter, View: quiet(t, []audit.Past{
		loaded(0, "staff", "max_age 10d\n"), loaded(0, "machines", "min_length 9\n"),
		set(1, "staff", "old", audit.Applied), set(1, "staff", "renewed", audit.Applied), set(1, "machines", "svc", audit.Applied),
		set(1, "staff", "moved", audit.Applied), set(2, "machines", "moved", audit.Applied),
		set(40, "staff", "young", audit.Applied), loaded(45, "staff", "max_age 60d  # house rule\n"),
		set(80, "staff", "renewed", audit.Applied), set(80, "staff", "old", audit.Failed),
	})})
	want := []OldEntry{{Cluster: "es", Name: "old", Changed: day(1), Days: 91, Limit: 60}}
	if !slices.Equal(r.OverAge.Accounts, want) || r.OverAge.Seen != 3 || !r.OverAge.ByPolicy {
		t.Errorf("%+v, want %+v of 3", r.OverAge, want)
	}
}

func TestRecordCarriesTheVerdict(t *testing.T) {
	t.Parallel()
	verified, err := proof.Verify(sample(), proof.Options{Now: quarter.Until.AddDate(0, 0, 10)})
	if err != nil {
		t.Fatal(err)
	}
	r := build(t, Input{View: view(t, sample()), Verified: verified, Period: quarter})
	if !r.Record.Whole() || r.Record.First <= 0 || r.Record.Last >= r.Record.Size || r.Record.Records != r.Record.Last-r.Record.First+1 {
		t.Errorf("%+v", r.Record)
	}
	if unchecked := build(t, Input{View: view(t, sample()), Period: quarter}); unchecked.Record.Whole() {
		t.Error("an unchecked trail is called whole")
	}
}
