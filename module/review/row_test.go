// SPDX-License-Identifier: Apache-2.0

package review

import (
	"bytes"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/audit"
)

// agree holds the row read from a line against the decoded record.
func agree(t *testing.T, line []byte) {
	t.Helper()
	r, err := audit.Parse(line)
	if err != nil {
		return // columns may hold anything of what is no record
	}
	row := newReader().read(line)
	if row.flags&flagUnreadable != 0 {
		t.Fatalf("unreadable: %s", line)
	}
	want := [columnCount]string{
		Target: strings.Join(r.Targets, partEnd), Address: r.Client.IP, Agent: r.Client.UserAgent, Cluster: r.Cluster,
		Dialect: r.Dialect, Operation: r.Operation, Verdict: string(r.Verdict), Cause: string(r.Cause), Outcome: string(r.Outcome),
		Stage: string(r.Stage), Code: string(r.Code), Reason: string(r.Reason), Secret: string(r.Secret), Mode: r.Mode,
	}
	join := func(a, b string) string {
		if b == "" {
			return a
		}
		return a + partEnd + b
	}
	want[Actor], want[Policy] = join(r.Actor.Name, r.Actor.Initiator), join(r.Policy, r.Digest)
	codes := func(rules []audit.Rule) string {
		var words []string
		for _, rule := range rules {
			words = append(words, rule.Code)
		}
		return strings.Join(words, partEnd)
	}
	want[Rule], want[Rehearsed] = codes(r.Rules), codes(r.Rehearsed)
	if r.Next != nil {
		want[Next], want[NextRule] = r.Next.Policy, codes(r.Next.Rules)
	}
	if r.Exemption != nil {
		want[Exemption] = join(r.Exemption.Owner, r.Exemption.Reason)
	}
	if n := r.Notice; n != nil {
		// Whatever else a notice has, it is no change's.
		want = [columnCount]string{Stage: StageNotice, Actor: n.By, Address: r.Client.IP, Agent: r.Client.UserAgent, Code: string(r.Code)}
		row.value[Actor] = []byte(parts(string(row.value[Actor]))[0])
	}
	for c, value := range want[:publicCount] {
		if r.Notice != nil && value == "" {
			continue
		}
		if got := string(row.value[c]); got != value {
			t.Errorf("%s is %q, want %q\n%s", Column(c), got, value, line)
		}
	}
	for _, text := range texts(&r) {
		if !mayHold(row, text) {
			t.Errorf("%q can't be found\n%s", text, line)
		}
	}
	if row.time != r.Time.UnixMicro() || row.seq >= 0 && row.seq != r.Seq || r.Notice == nil && row.change != changeHash(r.Change) {
		t.Errorf("time, place or change differ: %+v\n%s", row, line)
	}
	if r.Notice != nil {
		return
	}
	for flag, want := range map[flags]bool{
		flagSelf: r.Self, flagEnforced: r.Enforced, flagVerified: r.Actor.Verified, flagReview: r.Severity >= 4,
	} {
		if (row.flags&flag != 0) != want {
			t.Errorf("flag %b is %v\n%s", flag, !want, line)
		}
	}
}

// mayHold: a search for the text, or for its end, comes by this row.
func mayHold(row *row, text string) bool {
	for _, part := range []string{text, text[len(text)/2:]} {
		c := newCandidates(part)
		holds := c == nil || row.ids.have(&c.ids)
		for _, column := range named {
			holds = holds || strings.Contains(string(row.value[column]), part)
		}
		if !holds {
			return false
		}
	}
	return true
}

func TestRowsAgreeWithRecords(t *testing.T) {
	t.Parallel()
	n := 0
	for l, err := range audit.Lines(sample(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		agree(t, l.Text)
		n++
	}
	if n < 5000 {
		t.Errorf("only %d lines were compared", n)
	}
}

func FuzzRowsAgreeWithRecords(f *testing.F) {
	n := 0
	for l, err := range audit.Lines(sample(), 0) {
		if err != nil {
			f.Fatal(err)
		}
		if n++; n%97 == 0 {
			f.Add(bytes.Clone(l.Text))
		}
	}
	f.Add([]byte(`{"@timestamp":"2026-01-01T00:00:00Z","event":{"code":"X"},"user":{"name":"a","target":{"name":["b","c"]}}}`))
	f.Add([]byte(`{ "@timestamp" : "2026-01-01T00:00:00.5+01:00" , "event" : { "code" : "X" , "severity" : 5 } , "Chain" : { "seq" : 7 } }`))
	f.Fuzz(func(t *testing.T, line []byte) { agree(t, line) })
}
