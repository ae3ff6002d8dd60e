// SPDX-License-Identifier: Apache-2.0

package anomaly

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/traffic"
)

var from = time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)

// scene is a short story for the trail.
type scene struct{ past []audit.Past }

// at adds the last word on a change.
func (s *scene) at(after time.Duration, actor, target, address string, spoil func(*audit.Event)) {
	e := audit.Event{
		Change: fmt.Sprintf("c%d", len(s.past)), Stage: audit.StageDecision, Time: from.Add(after), Cluster: "es",
		Actor: audit.Actor{Name: actor, Verified: true}, Targets: []string{target}, Self: actor == target,
		Client: audit.Client{IP: address},
	}
	spoil(&e)
	s.past = append(s.past, audit.Past{Event: &e})
}

func refused(e *audit.Event) {
	e.Verdict, e.Cause, e.Enforced, e.Outcome = audit.Deny, audit.CausePolicy, true, audit.Denied
}

func unreadable(e *audit.Event) {
	e.Verdict, e.Cause, e.Enforced, e.Outcome = audit.Deny, audit.CauseUnreadable, true, audit.Denied
}

func applied(e *audit.Event) {
	e.Stage, e.Verdict, e.Enforced, e.Outcome = audit.StageOutcome, audit.Allow, true, audit.Applied
}

func rehearsed(e *audit.Event) {
	applied(e)
	e.Verdict, e.Cause, e.Enforced = audit.Deny, audit.CausePolicy, false
}

func (s *scene) find(t *testing.T, settings Settings) []Finding {
	t.Helper()
	slices.SortStableFunc(s.past, func(a, b audit.Past) int { return a.Time().Compare(b.Time()) })
	dir := t.TempDir()
	if _, err := audit.Compose(dir, audit.Options{Instance: "gw", Heartbeat: 1000 * time.Hour}, slices.Values(s.past)); err != nil {
		t.Fatal(err)
	}
	v, err := review.Open(context.Background(), dir, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := Find(context.Background(), v, review.Period{}, settings)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		for _, place := range f.Records {
			r, ok, err := v.At(context.Background(), place)
			if err != nil || !ok || r.Record.Time.Before(f.From) || r.Record.Time.After(f.Until) {
				t.Errorf("%s rests on record %d of %v (%v)", f.Text, place, r.Record.Time, err)
			}
		}
	}
	return found
}

const minute = time.Minute

var cases = []struct {
	name     string
	tell     func(s *scene)
	settings Settings
	want     []string // "kind count"
}{
	{"five refusals, then a success", func(s *scene) {
		for i := range 5 {
			s.at(time.Duration(i)*minute, "ann", "ann", "10.0.0.1", refused)
		}
		s.at(6*minute, "ann", "ann", "10.0.0.1", applied)
	}, Settings{}, []string{"edge 5"}},
	{"four refusals, then a success", func(s *scene) {
		for i := range 4 {
			s.at(time.Duration(i)*minute, "ann", "ann", "10.0.0.1", refused)
		}
		s.at(6*minute, "ann", "ann", "10.0.0.1", applied)
	}, Settings{}, nil},
	{"a lower threshold", func(s *scene) {
		for i := range 2 {
			s.at(time.Duration(i)*minute, "ann", "ann", "10.0.0.1", refused)
		}
		s.at(6*minute, "ann", "ann", "10.0.0.1", applied)
	}, Settings{Edge: Threshold{2, time.Hour}}, []string{"edge 2"}},
	{"refusals too far apart", func(s *scene) {
		for i := range 8 {
			s.at(time.Duration(i)*20*minute, "ann", "ann", "10.0.0.1", refused)
		}
		s.at(161*minute, "ann", "ann", "10.0.0.1", applied)
	}, Settings{}, nil},
	{"refusals of one account, success of another", func(s *scene) {
		for i := range 9 {
			s.at(time.Duration(i)*minute, "desk", fmt.Sprint("user", i%5), "10.0.0.1", refused)
		}
		s.at(10*minute, "desk", "user7", "10.0.0.1", applied)
	}, Settings{}, nil},
	{"rehearsed refusals went through", func(s *scene) {
		for i := range 9 {
			s.at(time.Duration(i)*minute, "ann", "ann", "10.0.0.1", rehearsed)
		}
	}, Settings{}, nil},
	{"one address, twenty accounts", func(s *scene) {
		for i := range 25 {
			s.at(time.Duration(i)*minute, "mallory", fmt.Sprint("user", i), "203.0.113.7", applied)
		}
	}, Settings{}, []string{"accounts 25"}},
	{"twenty accounts, each from its own address", func(s *scene) {
		for i := range 25 {
			s.at(time.Duration(i)*minute, "desk", fmt.Sprint("user", i), fmt.Sprint("10.0.0.", i), applied)
		}
	}, Settings{}, nil},
	{"one account again and again", func(s *scene) {
		for i := range 60 {
			s.at(time.Duration(i)*minute, "desk", "bob", "10.0.0.1", applied)
		}
	}, Settings{}, nil},
	{"everybody through one portal", func(s *scene) {
		for i := range 60 {
			s.at(time.Duration(i)*minute, fmt.Sprint("user", i), fmt.Sprint("user", i), "10.0.0.1", applied)
		}
	}, Settings{}, nil},
	{"twice, with a quiet day between", func(s *scene) {
		for i := range 25 {
			s.at(time.Duration(i)*minute, "mallory", fmt.Sprint("user", i), "203.0.113.7", refused)
			s.at(24*time.Hour+time.Duration(i)*minute, "mallory", fmt.Sprint("user", i), "203.0.113.7", refused)
		}
	}, Settings{}, []string{"accounts 25", "accounts 25"}},
	{"declared automation", func(s *scene) {
		for i := range 25 {
			s.at(time.Duration(i)*minute, "svc-terraform", fmt.Sprint("user", i), "10.0.0.7", applied)
		}
	}, Settings{Exempt: []string{"svc-*"}}, nil},
	{"who only claims to be declared automation", func(s *scene) {
		for i := range 25 {
			s.at(time.Duration(i)*minute, "svc-terraform", fmt.Sprint("user", i), "10.0.0.7", func(e *audit.Event) {
				refused(e)
				e.Actor.Verified = false
			})
		}
	}, Settings{Exempt: []string{"svc-*"}}, []string{"accounts 25"}},
	{"requests nobody can read", func(s *scene) {
		for i := range 7 {
			s.at(time.Duration(i)*minute, "eve", "elastic", "203.0.113.8", unreadable)
		}
	}, Settings{}, []string{"unreadable 7"}},
	{"requests nobody can read, of many", func(s *scene) {
		for i := range 30 {
			s.at(time.Duration(i)*minute, "x", "y", fmt.Sprint("10.0.0.", i%10), unreadable)
		}
	}, Settings{}, nil},
}

func TestAnomalies(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := new(scene)
			c.tell(s)
			var got []string
			for _, f := range s.find(t, c.settings) {
				got = append(got, fmt.Sprintf("%s %d", f.Kind, f.Count))
				if f.Text == "" || len(f.Records) < f.Count {
					t.Errorf("%+v does not name its records", f)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

func TestLongSeriesListsItsEnds(t *testing.T) {
	t.Parallel()
	s := new(scene)
	for i := range 500 {
		s.at(time.Duration(i)*time.Second, "eve", "elastic", "203.0.113.8", unreadable)
	}
	found := s.find(t, Settings{})
	if len(found) != 1 || found[0].Count != 500 || len(found[0].Records) != maxRecords {
		t.Fatalf("%+v", found)
	}
	if !slices.IsSorted(found[0].Records) || !strings.Contains(found[0].Text, "500 requests") {
		t.Errorf("%+v", found[0])
	}
}

func TestSampleTrafficHasItsIncidents(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plan := traffic.Plan{Seed: 5, Changes: 1500, People: 100, From: from.Truncate(24 * time.Hour), Until: from.AddDate(0, 1, 0)}
	if _, err := traffic.Write(dir, plan, audit.Options{}); err != nil {
		t.Fatal(err)
	}
	v, err := review.Open(context.Background(), dir, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := Find(context.Background(), v, review.Period{}, Settings{Exempt: []string{"svc-*"}})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[Kind]int{}
	for _, f := range found {
		kinds[f.Kind]++
	}
	if kinds[Edge] == 0 || kinds[Accounts] == 0 || kinds[Unreadable] == 0 || len(found) > 20 {
		t.Errorf("%v", kinds)
	}
}

func TestThresholds(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"5/1h", "20/90m", "3/30s", "2/1h30m"} {
		got, err := ParseThreshold(text)
		again, aerr := ParseThreshold(got.String())
		if err != nil || aerr != nil || again != got {
			t.Errorf("%s: %v, %v (%v, %v)", text, got, again, err, aerr)
		}
	}
	for _, text := range []string{"", "5", "1/1h", "5/", "/1h", "x/1h", "5/-1h", "5/0s"} {
		if got, err := ParseThreshold(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	if s := (Threshold{5, time.Hour}).String(); s != "5/1h" {
		t.Errorf("5/1h is spelled %s", s)
	}
}
