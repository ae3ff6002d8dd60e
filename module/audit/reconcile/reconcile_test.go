// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/engine"
)

// forwarded is a change as the trail has it: decided a little before the
// cluster wrote, concluded a little after.
type forwarded struct {
	at      string // when the cluster wrote
	actor   string
	targets []string
	outcome audit.Outcome
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// trailOf composes a trail on which these changes stand.
func trailOf(t *testing.T, changes ...forwarded) string {
	t.Helper()
	var past []audit.Past
	for _, c := range changes {
		at := moment(t, c.at)
		e := audit.Event{
			Change: audit.NewID(), Stage: audit.StageDecision, Time: at.Add(-300 * time.Millisecond), Verdict: audit.Allow,
			Cluster: "prod", Operation: "change_password", Actor: audit.Actor{Name: c.actor, Verified: true}, Targets: c.targets,
		}
		o := e
		o.Stage, o.Time, o.Outcome = audit.StageOutcome, at.Add(50*time.Millisecond), c.outcome
		past = append(past, audit.Past{Event: &e}, audit.Past{Event: &o})
	}
	slices.SortStableFunc(past, func(a, b audit.Past) int { return a.Time().Compare(b.Time()) })
	dir := filepath.Join(t.TempDir(), "trail")
	opts := audit.Options{Reserve: 1, StopFree: 1, WarnFree: 1, Heartbeat: time.Hour}
	if _, err := audit.Compose(dir, opts, slices.Values(past)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func file(t *testing.T, name string) map[string]io.Reader {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return map[string]io.Reader{name: f}
}

func text(s string) map[string]io.Reader { return map[string]io.Reader{"log": strings.NewReader(s)} }

// The logs in testdata are those of real clusters, in which the same was done
// with curl: bob was made, changed, changed again, …
var (
	openSearchStory = []forwarded{
		{"2026-11-23T14:10:26.089Z", "admin", []string{"bob"}, audit.Applied},
		{"2026-11-23T14:10:28.367Z", "admin", []string{"bob"}, audit.Applied},
		{"2026-11-23T14:10:29.050Z", "admin", []string{"bob"}, audit.Applied},
		{"2026-11-23T14:10:30.501Z", "admin", []string{"carol", "bob"}, audit.Applied},
		{"2026-11-23T14:10:31.150Z", "bob", []string{"bob"}, audit.Applied},
	}
	// Let in, and refused then: the password was too weak for the cluster.
	openSearchRefused  = forwarded{"2026-11-23T14:10:31.189Z", "admin", []string{"zed"}, audit.Failed}
	elasticsearchStory = []forwarded{
		{"2026-11-23T14:12:22.498Z", "elastic", []string{"bob"}, audit.Applied},
		{"2026-11-23T14:12:24.624Z", "elastic", []string{"bob"}, audit.Applied},
		{"2026-11-23T14:12:25.171Z", "bob", []string{"bob"}, audit.Applied},
		{"2026-11-23T14:12:25.352Z", "elastic", []string{"bob"}, audit.Applied},
	}
)

func openSearch(t *testing.T, name string) *Log {
	t.Helper()
	log, err := OpenSearchLog(file(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func elasticsearch(t *testing.T, name string) *Log {
	t.Helper()
	log, err := ElasticsearchLog(file(t, name), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// TestNothingBypassed: what went through the gateway explains all the cluster saw.
func TestNothingBypassed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		log   *Log
		story []forwarded
	}{
		"opensearch":    {openSearch(t, "opensearch-2.19.3-rest.ndjson"), openSearchStory},
		"elasticsearch": {elasticsearch(t, "elasticsearch-6.8.23_audit.log"), elasticsearchStory},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Join(c.log, trailOf(t, append(c.story, openSearchRefused)...), "prod", Options{Skew: 200 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			if r.ExitCode() != 0 || r.Seen != len(c.story) || r.Matched != r.Seen || len(r.Unconfirmed) != 0 {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// TestEveryBypassIsNamed leaves out one change after the other.
func TestEveryBypassIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		log   *Log
		story []forwarded
	}{
		"opensearch":    {openSearch(t, "opensearch-2.19.3-rest.ndjson"), openSearchStory},
		"elasticsearch": {elasticsearch(t, "elasticsearch-6.8.23_audit.log"), elasticsearchStory},
	} {
		for i, left := range c.story {
			t.Run(fmt.Sprintf("%s %d", name, i), func(t *testing.T) {
				t.Parallel()
				rest := slices.Delete(slices.Clone(c.story), i, i+1)
				r, err := Join(c.log, trailOf(t, append(rest, openSearchRefused)...), "prod", Options{Skew: 200 * time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				if r.ExitCode() != 1 || len(r.Bypasses) != 1 || r.Matched != len(rest) {
					t.Fatalf("got %+v", r)
				}
				b := r.Bypasses[0]
				bulk := len(left.targets) > 1 // its targets aren't told
				if !b.Time.Equal(moment(t, left.at)) || b.Actor != left.actor || b.Address != "127.0.0.1" || !bulk && b.Target != left.targets[0] || b.OpaqueID != "my-opaque" {
					t.Errorf("got %s", b)
				}
			})
		}
	}
}

// TestOtherExplanations: who, whom and when must fit.
func TestOtherExplanations(t *testing.T) {
	t.Parallel()
	log := elasticsearch(t, "elasticsearch-6.8.23_audit.log")
	for name, c := range map[string]struct {
		third forwarded
		want  int
	}{
		"fits":              {forwarded{"2026-11-23T14:12:25.171Z", "bob", []string{"bob"}, audit.Applied}, 0},
		"actor unknown":     {forwarded{"2026-11-23T14:12:25.171Z", "", []string{"bob"}, audit.Applied}, 0},
		"outcome unknown":   {forwarded{"2026-11-23T14:12:25.171Z", "bob", []string{"bob"}, audit.Unknown}, 0},
		"said to be failed": {forwarded{"2026-11-23T14:12:25.171Z", "bob", []string{"bob"}, audit.Failed}, 0},
		"refused by us":     {forwarded{"2026-11-23T14:12:25.171Z", "bob", []string{"bob"}, audit.Denied}, 1},
		"another actor":     {forwarded{"2026-11-23T14:12:25.171Z", "eve", []string{"bob"}, audit.Applied}, 1},
		"another target":    {forwarded{"2026-11-23T14:12:25.171Z", "bob", []string{"eve"}, audit.Applied}, 1},
		"too early":         {forwarded{"2026-11-23T14:12:10.171Z", "bob", []string{"bob"}, audit.Applied}, 1},
		"too late":          {forwarded{"2026-11-23T14:12:45.171Z", "bob", []string{"bob"}, audit.Applied}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story := append(slices.Clone(elasticsearchStory[:2]), c.third, elasticsearchStory[3])
			r, err := Join(log, trailOf(t, story...), "prod", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Bypasses) != c.want {
				t.Errorf("got %+v", r)
			}
		})
	}
	r, err := Join(log, trailOf(t, elasticsearchStory...), "another", Options{})
	if err != nil || len(r.Bypasses) != 4 {
		t.Errorf("changes of another cluster explain %+v (%v)", r, err)
	}
}

// TestDefaultsOfOpenSearch: its own defaults tell who and when, not whom.
func TestDefaultsOfOpenSearch(t *testing.T) {
	t.Parallel()
	log := openSearch(t, "opensearch-2.19.3-default.ndjson")
	if len(log.Seen) != 3 || log.Seen[0].Actor != "admin" || log.Seen[0].Target != "" {
		t.Fatalf("got %+v", log.Seen)
	}
	story := []forwarded{
		{"2026-11-23T14:08:51.617Z", "admin", []string{"bob"}, audit.Applied},
		{"2026-11-23T14:08:55.252Z", "admin", []string{"bob"}, audit.Applied},
	}
	dir := trailOf(t, story...)
	r, err := Join(log, dir, "prod", Options{Skew: 200 * time.Millisecond})
	if err != nil || len(r.Bypasses) != 1 || r.Bypasses[0].Action != "write 3 of users" {
		t.Errorf("got %+v (%v)", r, err)
	}
	// From the gateway's own address it may be something that has no record.
	r, err = Join(log, dir, "prod", Options{Skew: 200 * time.Millisecond, Gateways: []string{"127.0.0.1"}})
	if err != nil || len(r.Bypasses) != 0 || len(r.Unexplained) != 1 || r.ExitCode() != 2 {
		t.Errorf("got %+v (%v)", r, err)
	}
	// A change the cluster should have seen and didn't.
	ghost := forwarded{"2026-11-23T14:08:53.000Z", "admin", []string{"eve"}, audit.Applied}
	r, err = Join(log, trailOf(t, append(story, ghost)...), "prod", Options{Skew: 200 * time.Millisecond})
	if err != nil || len(r.Unconfirmed) != 1 || r.Unconfirmed[0].Targets[0] != "eve" {
		t.Errorf("got %+v (%v)", r, err)
	}
}

func TestLogsThatLackSomething(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("testdata/opensearch-2.19.3-default.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	log, err := OpenSearchLog(text(lines[0] + lines[0] + lines[2]))
	if err != nil || len(log.Seen) != 2 || len(log.Gaps) != 1 || !strings.Contains(log.Gaps[0].Text, "3 to 3") {
		t.Fatalf("got %+v (%v)", log, err)
	}
	gap, dir := log.Gaps[0], trailOf(t, openSearchStory...)
	for name, c := range map[string]struct {
		o    Options
		want int
	}{
		"all of it":       {Options{}, 1},
		"since within it": {Options{Since: gap.Until}, 1},
		"since after it":  {Options{Since: gap.Until.Add(time.Millisecond)}, 0},
		"until within it": {Options{Until: gap.From}, 1},
		"until before it": {Options{Until: gap.From.Add(-time.Millisecond)}, 0},
	} {
		r, err := Join(log, dir, "prod", c.o)
		if err != nil || len(r.Gaps) != c.want {
			t.Errorf("%s: got %+v (%v)", name, r, err)
		}
	}
	rest, err := os.ReadFile("testdata/opensearch-2.19.3-rest.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var requests strings.Builder
	for _, l := range strings.SplitAfter(string(rest), "\n") {
		if !strings.Contains(l, osWrite) {
			requests.WriteString("[2026-11-23T14:10:25,008][INFO ][sgaudit] " + l)
		}
	}
	log, err = OpenSearchLog(text(requests.String()))
	if err != nil || len(log.Gaps) != 1 || len(log.Seen) != 6 || log.Seen[0].Target != "bob" {
		t.Errorf("got %+v (%v)", log, err)
	}
	for name, broken := range map[string]string{
		"no JSON":  "{audit}\n",
		"no time":  `{"audit_category":"X"}` + "\n",
		"no event": `{"@timestamp":5}` + "\n",
	} {
		if log, err := OpenSearchLog(text(broken)); err == nil {
			t.Errorf("OpenSearch, %s: %+v", name, log)
		}
		if log, err := ElasticsearchLog(text(broken), time.UTC); err == nil {
			t.Errorf("Elasticsearch, %s: %+v", name, log)
		}
	}
}

// TestElasticsearchSince710 is spelled as Elastic's manual shows the events.
func TestElasticsearchSince710(t *testing.T) {
	t.Parallel()
	log, err := ElasticsearchLog(text(`
{"type":"audit","timestamp":"2026-11-23T16:12:25,171+0200","node.id":"n","event.type":"rest","event.action":"authentication_success","user.name":"alice","origin.address":"[2001:db8::1]:52434","url.path":"/_security/user/b%C3%B6b/_password","request.id":"r1","opaque_id":"o1"}
{"type":"audit","timestamp":"2026-11-23T16:12:25,180+0200","node.id":"n","event.type":"transport","event.action":"access_granted","user.name":"alice","request.id":"r1","action":"cluster:admin/xpack/security/user/change_password","origin.address":"[2001:db8::1]:52434"}
{"type":"audit","timestamp":"2026-11-23T16:12:25,181+0200","node.id":"n","event.type":"security_config_change","event.action":"change_password","request.id":"r1","change":{"password":{"user":{"name":"böb"}}}}
{"type":"audit","timestamp":"2026-11-23T16:12:26,000+0200","node.id":"n","event.type":"security_config_change","event.action":"put_user","request.id":"r2","put":{"user":{"name":"carol","enabled":true,"has_password":true}}}
{"type":"audit","timestamp":"2026-11-23T16:12:27,000+0200","node.id":"n","event.type":"security_config_change","event.action":"put_user","request.id":"r3","put":{"user":{"name":"dave","enabled":true,"has_password":false}}}
{"type":"audit","timestamp":"2026-11-23T16:12:27,000+0200","node.id":"n","event.type":"transport","event.action":"access_granted","user.name":"alice","request.id":"r3","action":"cluster:admin/xpack/security/user/put"}
{"type":"audit","timestamp":"2026-11-23T16:12:28,000+0200","node.id":"n","event.type":"transport","event.action":"access_granted","user.name":"_security","request.id":"r4","action":"cluster:admin/xpack/security/user/put"}
`), time.UTC)
	if err != nil || len(log.Seen) != 2 || log.Events != 7 {
		t.Fatalf("got %+v (%v)", log, err)
	}
	want := Seen{Time: log.Seen[0].Time, Action: "change_password", Target: "böb", Actor: "alice", Address: "2001:db8::1", OpaqueID: "o1", Node: "n", Certain: true, Source: "log:4"}
	if !reflect.DeepEqual(log.Seen[0], want) || !log.Seen[0].Time.Equal(moment(t, "2026-11-23T14:12:25.181Z")) {
		t.Errorf("got  %+v\nwant %+v", log.Seen[0], want)
	}
	if s := log.Seen[1]; s.Target != "carol" || !s.Certain || s.Actor != "" {
		t.Errorf("got %+v", s)
	}
	if got := want.String(); !strings.Contains(got, `change_password of "böb" by "alice" from "2001:db8::1"`) {
		t.Errorf("got %s", got)
	}
}

func TestZones(t *testing.T) {
	t.Parallel()
	line := `{"@timestamp":"2026-11-23T14:12:25,171","event.action":"access_granted","user.name":"bob","request.id":"r","action":"cluster:admin/xpack/security/user/change_password"}`
	log, err := ElasticsearchLog(text(line), time.FixedZone("", 3600))
	if err != nil || !log.First.Equal(moment(t, "2026-11-23T13:12:25.171Z")) {
		t.Errorf("got %+v (%v)", log, err)
	}
}

// fakeSearch answers searches page by page.
func fakeSearch(t *testing.T, pages ...string) *engine.Engine {
	t.Helper()
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n > 0 != (r.URL.Path == "/_search/scroll") {
			w.WriteHeader(400)
			return
		}
		page := "[]"
		if n < len(pages) {
			page = pages[n]
		}
		n++
		fmt.Fprintf(w, `{"_scroll_id":"s","hits":{"hits":%s}}`, page)
	}))
	t.Cleanup(s.Close)
	return &engine.Engine{URL: s.URL}
}

func TestOpenSearchIndex(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("testdata/opensearch-2.19.3-default.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var hits []string
	for i, l := range strings.Split(strings.TrimSpace(string(whole)), "\n") {
		hits = append(hits, fmt.Sprintf(`{"_index":"security-auditlog-1","_id":"d%d","_source":%s}`, i, l))
	}
	e := fakeSearch(t, "["+hits[2]+","+hits[0]+"]", "["+hits[1]+"]")
	log, err := OpenSearchIndex(t.Context(), e, "security-auditlog-*", time.Time{})
	if err != nil || len(log.Seen) != 3 || len(log.Gaps) != 0 || log.Seen[2].Source != "security-auditlog-1/d2" {
		t.Errorf("got %+v (%v)", log, err)
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	if _, err := OpenSearchIndex(t.Context(), &engine.Engine{URL: refusing.URL}, "x", time.Time{}); err == nil {
		t.Error("an index that isn't there has no events")
	}
}

func FuzzLogs(f *testing.F) {
	f.Add(`{"@timestamp":"2026-11-23T14:12:25,171","url.path":"/_security/user/%zz/_password","action":"cluster:admin/xpack/security/user/put","event.action":"access_granted"}`)
	f.Add(`{"@timestamp":"2026-11-23T14:08:51.617+00:00","audit_category":"COMPLIANCE_INTERNAL_CONFIG_WRITE","audit_trace_doc_id":"internalusers","audit_compliance_doc_version":-5}`)
	f.Fuzz(func(t *testing.T, s string) {
		if log, err := ElasticsearchLog(text(s), time.UTC); err == nil && len(log.Seen) > log.Events {
			t.Errorf("%d changes in %d events", len(log.Seen), log.Events)
		}
		if log, err := OpenSearchLog(text(s)); err == nil && len(log.Seen) > log.Events {
			t.Errorf("%d changes in %d events", len(log.Seen), log.Events)
		}
	})
}
