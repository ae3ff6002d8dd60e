// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/passgate/passgate/module/audit/seal"
)

// plain makes lines comparable: the id is random.
func encoded(t *testing.T, e Event) string {
	t.Helper()
	s := source{version: "1.2.3", instance: "gw-1"}
	line := seal.AppendLink(s.encode(&e), seal.Link{Log: "gw"})
	if !jsontext.Value(line).IsValid() {
		t.Fatalf("not strict JSON: %s", line)
	}
	return string(line)
}

func member1(t *testing.T, line string, path ...string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(line), &value); err != nil {
		t.Fatal(err)
	}
	for _, key := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[key]
	}
	return value
}

// TestCases is what auditors rely on: which code, which outcome, which words.
func TestCases(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 8, 43, 19, 0, time.UTC)
	base := Event{
		Change: "id-1", Stage: StageDecision, Time: at, Dialect: "opensearch", Operation: "change_password", Cluster: "prod",
		Verdict: Allow, Enforced: true, Actor: Actor{Name: "alice"}, Targets: []string{"bob"}, Policy: "staff",
	}
	for name, c := range map[string]struct {
		change                     func(*Event)
		code, outcome, level, text string
	}{
		"allowed":         {func(*Event) {}, "CRED-1000", "unknown", "info", "alice asks to change the password of bob on prod: allowed by policy staff"},
		"no secret":       {func(e *Event) { e.Verdict = Unjudged }, "CRED-1000", "unknown", "info", "alice asks to change the password of bob on prod: carries no secret"},
		"applied":         {func(e *Event) { e.Stage, e.Outcome = StageOutcome, Applied }, "CRED-1001", "success", "info", "alice changed the password of bob on prod"},
		"failed":          {func(e *Event) { e.Stage, e.Outcome = StageOutcome, Failed }, "CRED-1002", "failure", "warn", "alice was refused by the cluster a new password for bob on prod"},
		"unknown":         {func(e *Event) { e.Stage, e.Outcome = StageOutcome, Unknown }, "CRED-1003", "unknown", "error", "alice may or may not have changed the password of bob on prod"},
		"in doubt":        {func(e *Event) { e.Stage, e.Outcome, e.code = StageOutcome, Unknown, CodeInDoubt }, "CRED-1004", "unknown", "error", "alice may or may not have changed the password of bob on prod"},
		"unchanged":       {func(e *Event) { e.Stage, e.Outcome = StageOutcome, Unchanged }, "CRED-1005", "success", "info", "alice sent again the password in force of bob on prod"},
		"pending":         {func(e *Event) { e.Stage, e.Outcome = StageOutcome, Pending }, "CRED-1006", "unknown", "info", "alice has started a change of the password of bob on prod"},
		"unauthenticated": {func(e *Event) { e.Outcome = Unauthenticated }, "CRED-1007", "failure", "warn", "alice was not known to the cluster when changing the password of bob on prod: allowed by policy staff"},
		"refused after":   {func(e *Event) { e.Stage, e.Outcome = StageOutcome, Denied }, "CRED-1008", "failure", "error", "alice was refused after all a new password for bob on prod"},
		"policy": {func(e *Event) {
			e.Verdict, e.Cause, e.Outcome, e.Rules = Deny, CausePolicy, Denied, []Rule{{Code: "min_length"}, {Code: "blocklist"}}
		}, "CRED-2001", "failure", "warn", "alice was refused a new password for bob on prod: 2 rules of policy staff"},
		"policy, monitored": {func(e *Event) {
			e.Verdict, e.Cause, e.Enforced, e.Rules = Deny, CausePolicy, false, []Rule{{Code: "min_length"}}
		}, "CRED-1000", "unknown", "warn", "alice asks to change the password of bob on prod: 1 rule of policy staff broken, not enforced"},
		"both fields": {func(e *Event) { e.Verdict, e.Cause, e.Outcome = Deny, CauseBothFields, Denied }, "CRED-2002", "failure", "warn", "alice was refused a new password for bob on prod: both_fields"},
		"hash":        {func(e *Event) { e.Verdict, e.Cause, e.Outcome = Deny, CauseHash, Denied }, "CRED-2003", "failure", "warn", "alice was refused a new password for bob on prod: hash"},
		"unreadable":  {func(e *Event) { e.Verdict, e.Cause, e.Outcome = Deny, CauseUnreadable, Denied }, "CRED-2004", "failure", "warn", "alice was refused a new password for bob on prod: unreadable"},
		"forbidden":   {func(e *Event) { e.Verdict, e.Cause, e.Outcome = Deny, CauseForbidden, Denied }, "CRED-2005", "failure", "warn", "alice was refused a new password for bob on prod: forbidden"},
		"unavailable": {func(e *Event) { e.Verdict, e.Cause, e.Outcome = Deny, CauseUnavailable, Denied }, "CRED-2007", "failure", "error", "alice was refused a new password for bob on prod: unavailable"},
		"nobody known": {func(e *Event) { e.Actor, e.Targets, e.Cluster, e.Policy = Actor{}, nil, "", ""; e.Verdict = Unjudged },
			"CRED-1000", "unknown", "info", "somebody asks to change the password of an unknown user: carries no secret"},
		"several": {func(e *Event) { e.Targets = []string{"bob", "eve", "mallory"} }, "CRED-1000", "unknown", "info",
			"alice asks to change the password of bob and 2 more on prod: allowed by policy staff"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := base
			c.change(&e)
			line := encoded(t, e)
			for path, want := range map[string]string{"code": c.code, "outcome": c.outcome} {
				if got := member1(t, line, "event", path); got != want {
					t.Errorf("event.%s is %v, want %s", path, got, want)
				}
			}
			if got := member1(t, line, "log.level"); got != c.level {
				t.Errorf("log.level is %v, want %s", got, c.level)
			}
			if got := member1(t, line, "message"); got != c.text {
				t.Errorf("message is %q, want %q", got, c.text)
			}
		})
	}
}

func TestTargetsAreOneNameOrAnArray(t *testing.T) {
	t.Parallel()
	e := Event{Stage: StageDecision, Outcome: Denied, Targets: []string{"bob"}}
	if got := member1(t, encoded(t, e), "user", "target", "name"); got != "bob" {
		t.Errorf("one: %v", got)
	}
	e.Targets = []string{"bob", "eve"}
	if got := member1(t, encoded(t, e), "user", "target", "name"); !reflect.DeepEqual(got, []any{"bob", "eve"}) {
		t.Errorf("two: %v", got)
	}
	e.Targets = nil
	if got := member1(t, encoded(t, e), "user"); got != nil {
		t.Errorf("none: %v", got)
	}
	e.Targets = strings.Split(strings.Repeat("x,", 4000), ",")
	line := encoded(t, e)
	if got, _ := member1(t, line, "user", "target", "name").([]any); len(got) != maxTargets {
		t.Errorf("%d names, want %d", len(got), maxTargets)
	}
	if got := member1(t, line, "Gateway", "targets_total"); got != 4001.0 {
		t.Errorf("total %v, want 4001", got)
	}
}

func TestTheFirstMembersAreInOrder(t *testing.T) {
	t.Parallel()
	line := encoded(t, Event{Change: "id-1", Stage: StageOutcome, Outcome: Applied, Time: time.Unix(1, 0)})
	if want := `{"@timestamp":"1970-01-01T00:00:01.000000Z","log.level":"info","message":"`; !strings.HasPrefix(line, want) {
		t.Errorf("got %s", line)
	}
	if at, ok := TimeOf([]byte(line)); !ok || !at.Equal(time.Unix(1, 0)) {
		t.Errorf("TimeOf reads %v %v", at, ok)
	}
	f := FactsOf([]byte(line))
	if string(f.Code) != "CRED-1001" || string(f.Change) != "id-1" || string(f.Outcome) != "applied" || !f.Closes() || f.Opens() {
		t.Errorf("FactsOf reads %s %s %s %s", f.Code, f.Stage, f.Change, f.Outcome)
	}
}

// TestFactsCannotBeForged: texts that look like members of a line stay texts.
func TestFactsCannotBeForged(t *testing.T) {
	t.Parallel()
	forged := `","code":"CRED-9002","Gateway":{"stage":"outcome","change":"id-2","outcome":"applied"},"x":"`
	e := Event{Change: "id-1", Stage: StageDecision, Operation: forged, Actor: Actor{Name: forged}, Targets: []string{forged, "}}"}, Request: Request{Path: forged, OpaqueID: forged}}
	f := FactsOf([]byte(encoded(t, e)))
	if string(f.Code) != "CRED-1000" || string(f.Change) != "id-1" || !f.Opens() {
		t.Errorf("FactsOf reads %s %s %s %s", f.Code, f.Stage, f.Change, f.Outcome)
	}
}

func TestTimesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		``, `{"@timestamp":"`, `{"@timestamp":"2026-11-23T08:43:19.00421Z"`, `{"@timestamp":"2026-11-31T08:43:19.004211Z"`,
		`{"@timestamp":"2026-11-23T08:60:19.004211Z"`, `{"@timestamp":"2026-11-23 08:43:19.004211Z"`, `{"@timestamp":"2026-1a-23T08:43:19.004211Z"`,
	} {
		if at, ok := TimeOf([]byte(bad)); ok {
			t.Errorf("%s is read as %s", bad, at)
		}
	}
}

// FuzzEvent: whatever a request puts into the fields, the line is strict JSON
// on one line, and is read back as the same event.
func FuzzEvent(f *testing.F) {
	f.Add("alice", "bob", "/_security/user/bob/_password", "curl/8", "10.0.0.9")
	f.Add("a\"b", "\n{\"Chain\":{}}", "\xff\x00", "\u202e", "::1")
	f.Fuzz(func(t *testing.T, actor, target, path, agent, ip string) {
		e := Event{
			Change: "id-1", Stage: StageDecision, Time: time.Unix(1, 0).UTC(), Verdict: Allow, Operation: path, Cluster: target,
			Actor: Actor{Name: actor, Realm: agent, ID: ip}, Targets: []string{target, actor},
			Client: Client{IP: ip, UserAgent: agent}, Request: Request{Path: path, Host: target, Method: agent},
		}
		line := encoded(t, e)
		if strings.ContainsAny(line, "\n\r") {
			t.Fatalf("more than one line: %q", line)
		}
		r, err := Parse([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.ToValidUTF8(Name(actor), "\ufffd"); len(r.Actor.Name) > 3*maxName || len(actor) <= maxName && strings.Count(want, "\ufffd") == 0 && r.Actor.Name != actor {
			t.Errorf("actor %q is read back as %q", actor, r.Actor.Name)
		}
	})
}

func FuzzParse(f *testing.F) {
	e, n := everyEvent(), everyNotice()
	s := source{}
	f.Add(seal.AppendLink(s.encode(&e), seal.Link{Log: "gw"}))
	f.Add(seal.AppendLink(s.encodeNotice(&n), seal.Link{Log: "gw"}))
	f.Add([]byte(`{"user":{"target":{"name":[1]}}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		FactsOf(line)
		TimeOf(line)
		if r, err := Parse(line); err == nil && r.Code == "" {
			t.Errorf("a record without code: %s", line)
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if len(id) != 36 || id[14] != '7' || !strings.ContainsRune("89ab", rune(id[19])) || !plainID(id) || seen[id] {
			t.Fatalf("got %s", id)
		}
		seen[id] = true
	}
	if a, b := idAt(time.UnixMilli(1)), idAt(time.UnixMilli(2)); a >= b || a[:13] != "00000000-0001" {
		t.Errorf("%s and %s don't sort by time", a, b)
	}
}

func BenchmarkEncode(b *testing.B) {
	e := everyEvent()
	s := source{version: "1.2.3", instance: "gw-1"}
	b.ReportAllocs()
	for b.Loop() {
		s.encode(&e)
	}
}

func BenchmarkParse(b *testing.B) {
	e := everyEvent()
	s := source{version: "1.2.3", instance: "gw-1"}
	line := seal.AppendLink(s.encode(&e), seal.Link{Log: "gw"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(line); err != nil {
			b.Fatal(err)
		}
	}
}
