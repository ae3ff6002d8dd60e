// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// shipped is what is read of `audit ship --json`, and of its cursor.
type shipped struct {
	Target               string
	Created, Known, Next int64
}

// TestShipToClusters ships one trail to both real engines: a month of records,
// and what a running gateway adds meanwhile. The shipping is killed in the middle
// and set back, and what is there in the end is asked of the clusters' own
// search: every record, each once, also beyond a rollover, and each field found as
// it was written.
func TestShipToClusters(t *testing.T) {
	requireEnabled(t)
	clusters := []*Cluster{realElasticsearch(t), realOpenSearch(t)}
	o := newOutpost(t, clusters...)
	if _, err := audit.Compose(o.layout.audit, audit.Options{Heartbeat: 24 * time.Hour, Environment: "test"}, lastMonth(1200)); err != nil {
		t.Fatal(err)
	}
	o.start(t)
	for _, c := range clusters {
		t.Run(c.Dialect, func(t *testing.T) { shipTo(t, o, c) })
	}
}

func shipTo(t *testing.T, o *outpost, c *Cluster) {
	if code := o.audit(t, nil, append([]string{"template"}, o.at(c)...)...); code != 0 {
		t.Fatalf("audit template: exit code %d", code)
	}
	args := append([]string{"ship", "--dir", o.layout.audit, "--namespace", "e2e"}, o.at(c)...)
	killShipping(t, o, c, append(args, "--follow", "--batch", "50"))
	o.stop() // from now on the trail is whole, and signed to its end
	defer o.start(t)
	var done shipped
	if code := o.audit(t, &done, args...); code != 0 || done.Target != shipTargets[c.Dialect] || done.Known < 50 || done.Created == 0 {
		t.Errorf("shipping went on with exit code %d: %+v", code, done)
	}
	cursor := filepath.Join(o.layout.audit, "ship-"+done.Target+".json")
	if err := os.Remove(cursor); err != nil {
		t.Fatal(err)
	}
	if c.Dialect == "opensearch" { // where a document's id is unique in one backing index only
		ask(t, c, nil, http.MethodPost, "/"+done.Target+"/_rollover", nil)
	}
	var again shipped
	if code := o.audit(t, &again, args...); code != 0 || again.Created != 0 || again.Known != done.Next {
		t.Errorf("shipping from the beginning once more made documents: exit code %d, %+v", code, again)
	}
	index := done.Target + "*"
	ask(t, c, nil, http.MethodPost, "/"+index+"/_refresh", nil)
	lines := allLines(t, o.layout.audit)
	if int64(len(lines)) != done.Next {
		t.Errorf("the trail has %d records, shipped are %d", len(lines), done.Next)
	}
	compareDocuments(t, c, index, lines)
	compareFields(t, c, index, lines)
}

// killShipping follows the trail while changes are made, kills the shipping when
// some records are there, and sets its cursor back by a bulk: as if it had died
// between the engine's answer and the note of it.
func killShipping(t *testing.T, o *outpost, c *Cluster, args []string) {
	t.Helper()
	follow := &process{name: "audit ship", cmd: exec.Command(o.binary, append([]string{"audit"}, args...)...), log: filepath.Join(o.dir, "ship.log")}
	if err := follow.start(); err != nil {
		t.Fatal(err)
	}
	admin := c.administrator()
	for i, body := range []map[string]any{
		{"password": passwords["weak"]}, {"password": passwords["new"]}, {"password": passwords["new"], passwordHashField(c): "x"},
	} {
		o.put(context.Background(), c, admin, c.userPath("shipped"), body)
		o.put(context.Background(), c, Account{admin.Name, "wrong", ""}, c.userPath(fmt.Sprint("shipped-", i)), body)
	}
	var at struct {
		Origin, Target string
		Next           int64
	}
	path := filepath.Join(o.layout.audit, "ship-"+shipTargets[c.Dialect]+".json")
	err := follow.await(context.Background(), time.Minute, func(context.Context) error {
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &at)
		}
		if err == nil && at.Next < 200 {
			err = fmt.Errorf("%d records so far", at.Next)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = follow.cmd.Process.Kill()
	<-follow.done
	back, err := json.Marshal(map[string]any{"origin": at.Origin, "target": at.Target, "next": at.Next - 100})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, back, 0o600); err != nil {
		t.Fatal(err)
	}
}

// shipTargets are the data stream, and what stands for it where there are none.
var shipTargets = map[string]string{"elasticsearch": "passgate-audit-e2e", "opensearch": "logs-passgate.audit-e2e"}

func passwordHashField(c *Cluster) string {
	if c.Dialect == "opensearch" {
		return "hash"
	}
	return "password_hash"
}

// lastMonth is a month of changes, so that records go to several indices where
// each month has its own.
func lastMonth(changes int) iter.Seq[audit.Past] {
	return func(yield func(audit.Past) bool) {
		step := 35 * 24 * time.Hour / time.Duration(changes)
		at := time.Now().Add(-step * time.Duration(changes))
		for i := range changes {
			e := pastChange(i, at)
			if !yield(audit.Past{Event: &e}) {
				return
			}
			if e.Outcome == "" {
				o := e
				o.Stage, o.Time, o.Duration = audit.StageOutcome, at.Add(time.Second), time.Second
				o.Outcome, o.Upstream = audit.Applied, audit.Upstream{Status: 200, Node: "es-1", RequestID: "r-1"}
				if !yield(audit.Past{Event: &o}) {
					return
				}
			}
			at = at.Add(step)
		}
	}
}

func pastChange(i int, at time.Time) audit.Event {
	e := audit.Event{
		Change: audit.NewID(), Stage: audit.StageDecision, Time: at, Dialect: "opensearch", Operation: "update_user",
		Cluster: "prod-os", Mode: "enforce", Verdict: audit.Allow, Enforced: true, Secret: audit.SecretPassword,
		Actor:   audit.Actor{Name: fmt.Sprintf("admin-%d", i%3), Scheme: "basic", Realm: "native", Verified: i%2 == 0},
		Targets: []string{fmt.Sprintf("user-%d", i%40)}, Policy: "staff", Digest: fmt.Sprintf("%064x", i%2),
		Client:  audit.Client{IP: fmt.Sprintf("10.20.%d.9", i%9), Port: 40000 + i, UserAgent: "curl/8.10"},
		Request: audit.Request{Method: "PUT", Path: "/_plugins/_security/api/internalusers/user", Host: "os.example", Scheme: "https", Version: "2.0", MediaType: "application/json", OpaqueID: "batch", TraceID: fmt.Sprintf("%032x", i)},
	}
	switch i % 5 {
	case 0:
		e.Verdict, e.Cause, e.Outcome, e.Status = audit.Deny, audit.CausePolicy, audit.Denied, 400
		e.Rules = []audit.Rule{{Code: "min_length", Clause: "NIST SP 800-63B-4 §3.1.1.2"}, {Code: "blocklist", Clause: "NIST SP 800-63B-4 §3.1.1.2"}}
	case 1:
		e.Targets = append(e.Targets, "zoë \u202e", "2001:db8::1")
		e.Client.IP = "2001:db8::7"
	}
	return e
}

// allLines reads the trail itself, record by record.
func allLines(t *testing.T, dir string) (lines []map[string]any) {
	t.Helper()
	for l, err := range audit.Lines(dir, 0) {
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(l.Text))
		decoder.UseNumber()
		var line map[string]any
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// compareDocuments reads the engine's documents in the order of the trail.
func compareDocuments(t *testing.T, c *Cluster, index string, lines []map[string]any) {
	t.Helper()
	at := 0
	for at < len(lines) {
		var page struct {
			Hits struct {
				Hits []struct {
					ID     string         `json:"_id"`
					Source map[string]any `json:"_source"`
				}
			}
		}
		ask(t, c, &page, http.MethodPost, "/"+index+"/_search", map[string]any{
			"size": 1000, "sort": []string{"Chain.seq"}, "search_after": []int{at - 1},
		})
		if len(page.Hits.Hits) == 0 {
			break
		}
		for _, hit := range page.Hits.Hits {
			if at >= len(lines) {
				t.Fatalf("%s has a document beyond the trail's end: %s", c.Dialect, hit.ID)
			}
			if !reflect.DeepEqual(hit.Source, lines[at]) || hit.ID != lines[at]["event"].(map[string]any)["id"] {
				t.Fatalf("record %d is %v, the document at its place is %s: %v", at, lines[at], hit.ID, hit.Source)
			}
			at++
		}
	}
	if at != len(lines) {
		t.Errorf("%s has %d documents, the trail %d records", c.Dialect, at, len(lines))
	}
}
