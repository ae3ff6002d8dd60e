// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/passgate/passgate/module/audit"
)

var hostile = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "|calc", "%0a", "\t=1", "\r=1", "\n=1", " =1", "'=1", `"=1`, "＝1", "\u00a0=1", "=cmd|' /C calc'!A0",
	"a\u202eb", "a\u2066b", "a\u200bb", "a\x1b[31mb", "a\x00b", "a\x85b", "\ufeff=1", "a\u2028b", "a\xffb", "a,b", `a"b`, "a;b", "名前",
}

func TestCellsAreInert(t *testing.T) {
	t.Parallel()
	for _, s := range hostile {
		cell := Cell(s)
		if strings.ContainsFunc(cell, func(r rune) bool { return !unicode.IsPrint(r) && r != zeroWidthJoiner }) {
			t.Errorf("%q became %q, which isn't printable", s, cell)
		}
		if strings.ContainsAny(strings.TrimLeft(cell, " \"")[:1], "=+-@\t\r") {
			t.Errorf("%q became %q, which begins like a formula", s, cell)
		}
	}
	for _, s := range []string{"", "alice", "a=b", "a.b@c", "zoë", "10.0.0.1", "👩‍💻"} {
		if Cell(s) != s {
			t.Errorf("%q became %q without need", s, Cell(s))
		}
	}
}

func TestShortIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"héllo": "héllo", "héllo!": "héll…", "a\u202eb": "a\\u2…", "": ""} {
		if got := Short(in, 5); got != want {
			t.Errorf("%q cut to %q, want %q", in, got, want)
		}
	}
}

func example(name string) *audit.Record {
	return &audit.Record{
		Seq: 7, Code: audit.CodePolicy, Severity: 3, Message: "m",
		Event: audit.Event{
			Time: time.Date(2026, 7, 14, 8, 0, 0, 0, time.UTC), Stage: audit.StageDecision, Verdict: audit.Deny, Cause: audit.CausePolicy,
			Enforced: true, Outcome: audit.Denied, Actor: audit.Actor{Name: name, Initiator: name}, Targets: []string{name, name, name},
			Cluster: name, Rules: []audit.Rule{{Code: "min_length", Clause: "§1"}, {Code: "blocklist"}}, Client: audit.Client{IP: "10.0.0.1", UserAgent: name},
		},
	}
}

func TestCSVReadsBack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	c := NewCSV(&b)
	if err := c.Header(); err != nil {
		t.Fatal(err)
	}
	for _, name := range hostile {
		if err := c.Record(example(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Record(&audit.Record{Code: audit.CodeStart, Notice: &audit.Notice{By: "=1"}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != len(hostile)+2 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for i, name := range hostile {
		row := rows[i+1]
		if row[at["actor"]] != Cell(name) || row[at["rules"]] != "min_length | blocklist" || row[at["place"]] != "7" || row[at["time"]] != "2026-07-14T08:00:00.000000Z" {
			t.Errorf("%q: %q", name, row)
		}
	}
	if last := rows[len(rows)-1]; last[at["actor"]] != "'=1" || last[at["stage"]] != "notice" || last[at["self"]] != "" {
		t.Errorf("the notice's row is %q", last)
	}
}

func TestTableHasOneLinePerRecord(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	table := NewTable(&b)
	if err := table.Header(); err != nil {
		t.Fatal(err)
	}
	for _, name := range hostile {
		if err := table.Record(example(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != len(hostile)+1 {
		t.Errorf("%d lines for %d records", len(lines)-1, len(hostile))
	}
	if strings.ContainsAny(b.String(), "\x1b\t\r\u202e") {
		t.Error("something of a name reached the terminal unescaped")
	}
	if want := "policy: min_length | blocklist"; !strings.Contains(lines[1], want) || !strings.Contains(lines[1], "and 2 more") {
		t.Errorf("%q lacks %q", lines[1], want)
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]audit.Event{
		"asked":                 {Stage: audit.StageDecision, Verdict: audit.Allow, Enforced: true},
		"asked, not enforced":   {Stage: audit.StageDecision, Verdict: audit.Deny},
		"applied, not enforced": {Stage: audit.StageOutcome, Verdict: audit.Deny, Outcome: audit.Applied},
		"denied":                {Stage: audit.StageDecision, Verdict: audit.Deny, Enforced: true, Outcome: audit.Denied},
		"unknown":               {Stage: audit.StageOutcome, Verdict: audit.Allow, Enforced: true, Outcome: audit.Unknown},
	} {
		if got := Result(&audit.Record{Event: e}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		cell := Cell(s)
		if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
			t.Errorf("%q became %q", s, cell)
		}
		if strings.ContainsFunc(cell, hidden) {
			t.Errorf("%q became %q, which isn't printable", s, cell)
		}
	})
}

func TestJSONIsInertAndReadsBack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := JSON(&b, hostile); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(strings.ReplaceAll(b.String(), "\n", ""), hidden) {
		t.Errorf("something unprintable is left in %s", b.String())
	}
	var back []string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	for i, s := range hostile {
		if want := strings.ToValidUTF8(s, "\ufffd"); back[i] != want {
			t.Errorf("%q came back as %q", want, back[i])
		}
	}
}
