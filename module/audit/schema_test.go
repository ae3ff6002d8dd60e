// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit/seal"
)

var update = flag.Bool("update", false, "rewrite the tables of SCHEMA.md")

// everyEvent has every field set.
func everyEvent() Event {
	var e Event
	fill(reflect.ValueOf(&e).Elem())
	e.Stage, e.Verdict, e.Cause, e.Outcome, e.code = StageOutcome, Deny, CausePolicy, Applied, ""
	e.Duration = 1500 * time.Microsecond
	e.Exemption.Until = e.Exemption.Until.Truncate(24 * time.Hour)
	return e
}

func everyNotice() Notice {
	var n Notice
	fill(reflect.ValueOf(&n).Elem())
	n.Code = CodeStart
	return n
}

// fill sets every field to something that isn't its zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 8, 43, 19, 4211000, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
		if v.Index(1).Kind() == reflect.String {
			v.Index(1).SetString("other")
		}
	case reflect.String:
		v.SetString("192.0.2.7")
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(7)
	}
}

// fields flattens a line into its leaves.
func fields(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(seal.AppendLink(body, seal.Link{Log: "gw", Seq: 3}), &object); err != nil {
		t.Fatal(err)
	}
	flat := make(map[string]any)
	flatten(flat, "", object)
	return flat
}

func flatten(flat map[string]any, prefix string, object map[string]any) {
	for key, value := range object {
		if inner, ok := value.(map[string]any); ok {
			flatten(flat, prefix+key+".", inner)
			continue
		}
		flat[prefix+key] = value
	}
}

func TestSchemaListsEveryField(t *testing.T) {
	t.Parallel()
	s := source{version: "1.2.3", instance: "gw-1", environment: "prod"}
	e, n := everyEvent(), everyNotice()
	e.Targets = make([]string, maxTargets+1)
	seen := map[string]map[string]any{"changes": fields(t, s.encode(&e)), "notices": fields(t, s.encodeNotice(&n))}
	documented := map[string]bool{}
	for _, f := range Schema {
		documented[f.Name] = true
		for on, there := range seen {
			value, ok := there[f.Name]
			if want := f.On == "all" || f.On == on; ok != want {
				t.Errorf("%s: on %s: %v, documented: %v", f.Name, on, ok, want)
			}
			if ok && !typed(f.Type, value) {
				t.Errorf("%s: %v is no %s", f.Name, value, f.Type)
			}
		}
	}
	for on, there := range seen {
		for name := range there {
			if !documented[name] {
				t.Errorf("%s is on %s and not in the schema", name, on)
			}
		}
	}
}

func typed(name string, value any) bool {
	if list, ok := value.([]any); ok {
		return len(list) > 0 && typed(name, list[0])
	}
	switch name {
	case "long":
		_, ok := value.(float64)
		return ok
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "date":
		s, _ := value.(string)
		_, err := time.Parse(timeFormat, s)
		_, derr := time.Parse(time.DateOnly, s)
		return err == nil || derr == nil
	}
	_, ok := value.(string)
	return ok && slices.Contains([]string{"keyword", "text", "ip"}, name)
}

func TestEveryCodeIsListed(t *testing.T) {
	t.Parallel()
	listed := map[Code]bool{}
	for _, c := range Codes {
		if listed[c.Code] {
			t.Errorf("%s is listed twice", c.Code)
		}
		listed[c.Code] = true
	}
	for code := range kinds {
		if !listed[code] {
			t.Errorf("%s isn't listed", code)
		}
	}
	for _, e := range everyCase() {
		if code, _, _ := codeOf(&e); !listed[code] {
			t.Errorf("%s isn't listed", code)
		}
	}
}

// everyCase is every combination that decides on a code.
func everyCase() []Event {
	var all []Event
	for _, stage := range []Stage{StageDecision, StageOutcome} {
		for _, outcome := range []Outcome{"", Applied, Unchanged, Denied, Unauthenticated, Failed, Pending, Unknown} {
			all = append(all, Event{Stage: stage, Verdict: Allow, Outcome: outcome})
			for _, cause := range []Cause{CausePolicy, CauseBothFields, CauseHash, CauseUnreadable, CauseForbidden, CauseUnavailable} {
				for _, enforced := range []bool{true, false} {
					all = append(all, Event{Stage: stage, Verdict: Deny, Cause: cause, Enforced: enforced, Outcome: outcome})
				}
			}
		}
	}
	return all
}

func TestSchemaDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("SCHEMA.md")
	if err != nil {
		t.Fatal(err)
	}
	want := section(section(string(text), "fields", fieldTable()), "codes", codeTable())
	if *update {
		if err := os.WriteFile("SCHEMA.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want != string(text) && !*update {
		t.Error("SCHEMA.md is out of date: go test ./module/audit -run TestSchemaDocument -update")
	}
}

// section replaces what stands between two marks.
func section(text, name, table string) string {
	from, to := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->"
	head, rest, ok := strings.Cut(text, from)
	_, tail, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		return "the marks of " + name + " are missing"
	}
	return head + from + table + to + tail
}

func fieldTable() string {
	var b strings.Builder
	b.WriteString("| Field | Type | On | Meaning |\n|---|---|---|---|\n")
	for _, f := range Schema {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Type, f.On, f.Meaning)
	}
	return b.String()
}

func codeTable() string {
	severities := map[Code]int64{}
	for code, k := range kinds {
		severities[code] = k.severity
	}
	for _, e := range everyCase() {
		code, severity, _ := codeOf(&e)
		severities[code] = max(severities[code], severity)
	}
	severities[CodeInDoubt] = severityReview
	var b strings.Builder
	b.WriteString("| Code | Severity | Meaning |\n|---|---|---|\n")
	for _, c := range Codes {
		fmt.Fprintf(&b, "| %s | %d | %s |\n", c.Code, severities[c.Code], c.Meaning)
	}
	return b.String()
}

func TestRecordsAreReadBack(t *testing.T) {
	t.Parallel()
	s := source{version: "1.2.3", instance: "gw-1", environment: "prod"}
	link := seal.Link{Log: "gw/1", Seq: 9, Prev: seal.Leaf(nil)}
	want := everyEvent()
	r, err := Parse(seal.AppendLink(s.encode(&want), link))
	if err != nil {
		t.Fatal(err)
	}
	want.Duration = 2 * time.Millisecond // rounded
	if !reflect.DeepEqual(r.Event, want) {
		t.Errorf("got  %+v\nwant %+v", r.Event, want)
	}
	if r.Seq != 9 || r.Log != "gw/1" || r.Prev != hex.EncodeToString(link.Prev[:]) || r.Code != CodeApplied ||
		r.Instance != "gw-1" || r.Environment != "prod" || r.Version != "1.2.3" || r.Notice != nil {
		t.Errorf("got %+v", r)
	}
	n := everyNotice()
	r, err = Parse(seal.AppendLink(s.encodeNotice(&n), link))
	if err != nil {
		t.Fatal(err)
	}
	if r.Notice == nil || !reflect.DeepEqual(*r.Notice, n) {
		t.Errorf("got  %+v\nwant %+v", r.Notice, n)
	}
}

// TestParseKnowsEveryField: nothing on a line is unknown to Parse but what says
// a thing twice, for ECS.
func TestParseKnowsEveryField(t *testing.T) {
	t.Parallel()
	twice := []string{"ecs.version", "event.kind", "event.category", "event.type", "event.action", "event.outcome",
		"event.reason", "event.module", "event.dataset", "event.provider", "source.address", "http.request.id",
		"rule.id", "rule.ruleset", "service.type", "service.name", "service.node.name", "observer.type",
		"observer.product", "Gateway.next.deny", "related.user", "related.ip", "Chain.salt"}
	known := map[string]bool{}
	members(known, "", reflect.TypeFor[wire]())
	for _, f := range Schema {
		if known[f.Name] == slices.Contains(twice, f.Name) {
			t.Errorf("%s: read back: %v", f.Name, known[f.Name])
		}
		delete(known, f.Name)
	}
	for name := range maps.Keys(known) {
		t.Errorf("%s is read and not in the schema", name)
	}
}

func members(known map[string]bool, prefix string, typ reflect.Type) {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[time.Time]() {
		known[strings.TrimSuffix(prefix, ".")] = true
		return
	}
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		members(known, prefix+name+".", typ.Field(i).Type)
	}
}
