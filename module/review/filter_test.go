// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// The cases decide on the decoded record what columns and bytes must find.
var filterCases = []struct {
	query string
	want  func(r *audit.Record) bool
}{
	{"", func(*audit.Record) bool { return true }},
	{"verdict=deny", func(r *audit.Record) bool { return r.Verdict == audit.Deny }},
	{"verdict=deny&verdict=unjudged", func(r *audit.Record) bool { return r.Verdict == audit.Deny || r.Verdict == audit.Unjudged }},
	{"verdict=deny,unjudged&outcome=denied", func(r *audit.Record) bool { return r.Outcome == audit.Denied }},
	{"verdict=deny&enforced=no", func(r *audit.Record) bool { return r.Verdict == audit.Deny && !r.Enforced }},
	{"cause=both_fields", func(r *audit.Record) bool { return r.Cause == audit.CauseBothFields }},
	{"cause=hash", func(r *audit.Record) bool { return r.Cause == audit.CauseHash }},
	{"cause=-&verdict=!-", func(r *audit.Record) bool { return r.Cause == "" && r.Verdict != "" }},
	{"outcome=applied&self=no", func(r *audit.Record) bool { return r.Outcome == audit.Applied && !r.Self }},
	{"outcome=pending&dialect=huawei_css", func(r *audit.Record) bool { return r.Outcome == audit.Pending }},
	{"stage=notice", func(r *audit.Record) bool { return r.Notice != nil }},
	{"actor=desk.*", func(r *audit.Record) bool {
		return glob("desk.*", r.Actor.Name) || glob("desk.*", r.Actor.Initiator)
	}},
	{"actor=ops.lindqvist", func(r *audit.Record) bool {
		by := ""
		if r.Notice != nil {
			by = r.Notice.By
		}
		return r.Actor.Name == "ops.lindqvist" || r.Actor.Initiator == "ops.lindqvist" || by == "ops.lindqvist"
	}},
	{"target=svc-billing-0%3F", func(r *audit.Record) bool {
		return slices.ContainsFunc(r.Targets, func(s string) bool { return glob("svc-billing-0?", s) })
	}},
	{"target=!svc-*&target=!*.*&stage=!notice", func(r *audit.Record) bool {
		return r.Notice == nil && !slices.ContainsFunc(r.Targets, func(s string) bool { return glob("svc-*", s) || glob("*.*", s) })
	}},
	{"target=elastic&cluster=es-prod&operation=change_password", func(r *audit.Record) bool {
		return slices.Contains(r.Targets, "elastic") && r.Cluster == "es-prod" && r.Operation == "change_password"
	}},
	{"rule=min_length", func(r *audit.Record) bool {
		return slices.ContainsFunc(r.Rules, func(r audit.Rule) bool { return r.Code == "min_length" })
	}},
	{"rule=!min_length&rule=!-", func(r *audit.Record) bool {
		return len(r.Rules) > 0 && !slices.ContainsFunc(r.Rules, func(r audit.Rule) bool { return r.Code == "min_length" })
	}},
	{"code=CRED-2*", func(r *audit.Record) bool { return glob("CRED-2*", string(r.Code)) }},
	{"address=10.30.0.0/16", func(r *audit.Record) bool {
		ip, err := netip.ParseAddr(r.Client.IP)
		return err == nil && netip.MustParsePrefix("10.30.0.0/16").Contains(ip)
	}},
	{"address=203.0.113.77", func(r *audit.Record) bool { return r.Client.IP == "203.0.113.77" }},
	{"agent=curl*", func(r *audit.Record) bool { return glob("curl*", r.Client.UserAgent) }},
	{"policy=staff-next", func(r *audit.Record) bool {
		return r.Policy == "staff-next" || r.Notice != nil && r.Notice.Policy != nil && r.Notice.Policy.Name == "staff-next"
	}},
	{"reason=json", func(r *audit.Record) bool { return r.Reason == "json" }},
	{"secret=none", func(r *audit.Record) bool { return r.Secret == audit.SecretNone }},
	{"mode=monitor", func(r *audit.Record) bool { return r.Mode == "monitor" }},
	{"verified=no&stage=!notice", func(r *audit.Record) bool { return !r.Actor.Verified && r.Notice == nil }},
	{"rehearsed=!-", func(r *audit.Record) bool { return len(r.Rehearsed) > 0 }},
	{"next=staff-next&next-rule=min_length", func(r *audit.Record) bool {
		return r.Next != nil && slices.ContainsFunc(r.Next.Rules, func(r audit.Rule) bool { return r.Code == "min_length" })
	}},
	{"exemption=ops.rao", func(r *audit.Record) bool { return r.Exemption != nil && r.Exemption.Owner == "ops.rao" }},
	{"attention=yes", func(r *audit.Record) bool { return r.Severity >= 4 }},
	{"period=2026-W30", func(r *audit.Record) bool {
		return !r.Time.Before(day(2026, 7, 20)) && r.Time.Before(day(2026, 7, 27))
	}},
	{"since=2026-08-14T07:30:00Z&until=2026-08-14T09:00:00Z", func(r *audit.Record) bool {
		return !r.Time.Before(time.Date(2026, 8, 14, 7, 30, 0, 0, time.UTC)) && r.Time.Before(time.Date(2026, 8, 14, 9, 0, 0, 0, time.UTC))
	}},
	{"from=100&to=2500&outcome=denied", func(r *audit.Record) bool { return r.Seq >= 100 && r.Seq < 2500 && r.Outcome == audit.Denied }},
	{"text=kibana-", func(r *audit.Record) bool { return newSearch("kibana-").found(r) }},
	{"text=%3Cscript", func(r *audit.Record) bool { return newSearch("<script").found(r) }},
	{"text=%5Cetc%5C", func(r *audit.Record) bool { return newSearch(`\etc\`).found(r) }},
	{"text=user%2Fsvc-billing", func(r *audit.Record) bool { return strings.Contains(r.Request.Path, "user/svc-billing") }},
	{"text=search.acme.example", func(r *audit.Record) bool { return r.Request.Host == "search.acme.example:9200" }},
	{"text=%3Cb", func(r *audit.Record) bool { return newSearch("<b").found(r) }},
	{"text=HST3W8&verdict=allow", func(r *audit.Record) bool { return r.Verdict == audit.Allow && r.Actor.ID == "HST3W8RXVQ7N4KDAYB2C" }},
	{"actor=nobody-of-that-name", func(*audit.Record) bool { return false }},
	{"target=" + url.QueryEscape(longest), func(r *audit.Record) bool { return slices.Contains(r.Targets, audit.Name(longest)) }},
}

// longest is the name of the sample that is too long for a record.
var longest = "very-long-name" + strings.Repeat("-0123456789", 26) + "-end"

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// TestEveryWayOfFilteringAgrees holds columns, scanning and cached columns
// against the decoded records.
func TestEveryWayOfFilteringAgrees(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	open(t, sample(), Options{Cache: cache})
	cached := open(t, sample(), Options{Cache: cache})
	v := open(t, sample(), Options{})
	for _, c := range filterCases {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			want := places(t, c.want)
			if len(want) == 0 && c.query[:6] != "actor=" && c.query[:7] != "target=" {
				t.Fatal("the sample has no such record; the case tests nothing")
			}
			f := parse(t, c.query)
			for name, got := range map[string][]int64{
				"view": found(t, v, f), "view from the cache": found(t, cached, f),
				"scan": scanned(t, "", f), "scan with the cache": scanned(t, cache, f),
			} {
				if !slices.Equal(got, want) {
					t.Errorf("%s: %d records, want %d", name, len(got), len(want))
				}
			}
			if n, err := v.Count(context.Background(), f); err != nil || n != int64(len(want)) {
				t.Errorf("counted %d (%v), want %d", n, err, len(want))
			}
		})
	}
}

// records are the sample's, decoded once.
var records = sync.OnceValue(func() []audit.Record {
	var all []audit.Record
	for r, err := range audit.Read(sample(), audit.Query{}) {
		if err != nil {
			panic(err)
		}
		all = append(all, r)
	}
	return all
})

func places(t *testing.T, want func(*audit.Record) bool) []int64 {
	t.Helper()
	var all []int64
	for i, r := range records() {
		if want(&records()[i]) {
			all = append(all, r.Seq)
		}
	}
	return all
}

func parse(t testing.TB, query string) Filter {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	f, err := ParseFilter(q, day(2026, 11, 23))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func found(t *testing.T, v *View, f Filter) []int64 {
	t.Helper()
	a, err := v.Find(context.Background(), f, Page{Oldest: true})
	if err != nil {
		t.Fatal(err)
	}
	var all []int64
	for _, r := range a.Found {
		all = append(all, r.Place)
	}
	return all
}

func scanned(t *testing.T, cache string, f Filter) []int64 {
	t.Helper()
	var all []int64
	err := Scan(context.Background(), sample(), cache, f, func(r Found) bool {
		all = append(all, r.Place)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFilterIsSpelledAndReadBack(t *testing.T) {
	t.Parallel()
	for _, c := range filterCases {
		f := parse(t, c.query)
		again := parse(t, f.Values().Encode())
		if again.Values().Encode() != f.Values().Encode() {
			t.Errorf("%s became %s", f.Values().Encode(), again.Values().Encode())
		}
	}
}

func TestMistakenFilterIsRefused(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"verdict=denied", "cause=policies", "outcome=success", "period=2026-Q5", "period=2026-W54", "period=monday",
		"since=yesterday", "until=-3h", "self=maybe", "from=-1", "to=x", "stage=intent", "secret=hunter2", "mode=off",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseFilter(q, day(2026, 11, 23)); err == nil {
			t.Errorf("%s was accepted", query)
		}
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Period{
		"2026":       {day(2026, 1, 1), day(2027, 1, 1)},
		"2026-Q1":    {day(2026, 1, 1), day(2026, 4, 1)},
		"2026-q4":    {day(2026, 10, 1), day(2027, 1, 1)},
		"2026-02":    {day(2026, 2, 1), day(2026, 3, 1)},
		"2028-02-29": {day(2028, 2, 29), day(2028, 3, 1)},
		"2026-W01":   {day(2025, 12, 29), day(2026, 1, 5)},
		"2026-W53":   {day(2026, 12, 28), day(2027, 1, 4)},
		"2021-W1":    {day(2021, 1, 4), day(2021, 1, 11)},
	} {
		if got, err := ParsePeriod(text); err != nil || got != want {
			t.Errorf("%s: got %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "2026-Q0", "2026-13", "2026-W00", "2025-W53", "26-Q1", "2026-Q", "2026-Qx", "2026-02-30"} {
		if p, err := ParsePeriod(text); err == nil {
			t.Errorf("%q was read as %v", text, p)
		}
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "a", true}, {"a", "A", false}, {"*", "", true}, {"*", "any\nthing", true},
		{"a*c", "abc", true}, {"a*c", "ab", false}, {"a*b*c", "aXbYbZc", true}, {"?", "é", true}, {"??", "é", false},
		{`\*`, "*", true}, {`\*`, "x", false}, {`a\`, `a\`, true}, {`\\`, `\`, true}, {"svc-*-0?", "svc-a-b-01", true},
		{"*ü*", "müller", true}, {"[a]", "a", false}, {"[a]", "[a]", true}, {"*?", "", false},
	} {
		if got := glob(c.pattern, c.text); got != c.want {
			t.Errorf("glob(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

func FuzzLiteralFitsOnlyItself(f *testing.F) {
	for _, s := range []string{"", "a", "*", `\`, "!x", "-", "é*?", "a\xff"} {
		f.Add(s, s+"x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		p := Literal(a)
		if p != "" && p[0] == '!' || !glob(p, a) || glob(p, b) != (a == b) {
			t.Errorf("pattern %q of %q; with %q: %v", p, a, b, glob(p, b))
		}
		if text, ok := plain(p); !ok || text != a {
			t.Errorf("pattern %q of %q is the text %q, %v", p, a, text, ok)
		}
	})
}
