// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review/traffic"
)

// trailDir is a trail of the last quarter, hostile names included.
var trailDir = sync.OnceValue(func() string {
	in := "/dev/shm"
	if _, err := os.Stat(in); err != nil {
		in = ""
	}
	dir, err := os.MkdirTemp(in, "passgate-ui-")
	if err != nil {
		panic(err)
	}
	now := time.Now().UTC().Truncate(time.Second)
	plan := traffic.Plan{Seed: 4, Changes: 900, People: 60, From: now.AddDate(0, 0, -60), Until: now}
	if _, err := traffic.Write(dir, plan, audit.Options{Heartbeat: 12 * time.Hour}); err != nil {
		panic(err)
	}
	return dir
})

var site = sync.OnceValue(func() *Site { return New(Options{Dir: trailDir()}) })

func TestMain(m *testing.M) {
	code := m.Run()
	site().Close()
	os.RemoveAll(trailDir())
	os.Exit(code)
}

// get asks for a page until the trail is read and checked.
func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		checked := site().keeper.checked().report != nil // before the page: the check may end while it is made
		w := httptest.NewRecorder()
		site().Serve(w, httptest.NewRequest(http.MethodGet, path, nil), "auditor")
		if checked && w.Code != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return w
		}
		time.Sleep(20 * time.Millisecond)
	}
}

var everyPage = []string{"/", "/?period=2026", "/events", "/events?show=records", "/events?text=script", "/event?place=5", "/people?since=90d", "/rules?since=90d", "/integrity", "/reviews", "/report"}

func TestEveryPageIsShown(t *testing.T) {
	t.Parallel()
	for _, path := range everyPage {
		w := get(t, path)
		body := w.Body.String()
		if w.Code != http.StatusOK || !strings.Contains(body, "</html>") || !strings.Contains(body, "The record is whole") {
			t.Errorf("%s: %d, %d bytes", path, w.Code, len(body))
		}
		if strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "<no value>") || strings.Contains(body, " style=") || regexp.MustCompile(` on[a-z]+="`).MatchString(body) {
			t.Errorf("%s has something in it that the template package or the policy forbids", path)
		}
	}
}

// TestLinksAreRelative: the site must work below any path.
func TestLinksAreRelative(t *testing.T) {
	t.Parallel()
	links := regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)
	for _, path := range everyPage {
		for _, m := range links.FindAllStringSubmatch(get(t, path).Body.String(), -1) {
			u, err := url.Parse(strings.ReplaceAll(m[1], "&amp;", "&"))
			if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "/") || strings.Contains(u.Path, "..") {
				t.Errorf("%s links to %q (%v)", path, m[1], err)
			}
		}
	}
}

func TestHostileNamesAreInert(t *testing.T) {
	t.Parallel()
	hostile := []string{"<script>alert(", "<img src=x", "\u202e", "\u200b", "\x1b", "\x07", "<b>agent"}
	for _, path := range append([]string{"/events?cause=policy&address=203.0.113.9", "/report.html?period=2026"}, everyPage...) {
		body := get(t, path).Body.String()
		for _, h := range hostile {
			if strings.Contains(body, h) {
				t.Errorf("%s has %q in it", path, h)
			}
		}
	}
	if body := get(t, "/events?address=203.0.113.9").Body.String(); !strings.Contains(body, "&lt;script&gt;alert(") || !strings.Contains(body, `\u202e`) {
		t.Error("the hostile names aren't on the page at all; the test proves nothing")
	}
}

// TestProofHolds: the page must be able to prove a record of a sound trail.
func TestProofHolds(t *testing.T) {
	t.Parallel()
	body := get(t, "/event?place=5").Body.String()
	if !strings.Contains(body, "under the newest signed checkpoint") || strings.Contains(body, "hold:") {
		t.Error("the proof of a sound record doesn't hold")
	}
	if w := get(t, "/record.tlog-proof?place=5"); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "c2sp.org/tlog-proof@v1\n") {
		t.Errorf("%d: %s", w.Code, w.Body.String())
	}
}

func TestExportsAgreeWithThePage(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(get(t, "/export.csv?outcome=denied").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(get(t, "/export.jsonl?outcome=denied").Body.String()), "\n")
	if len(rows)-1 != len(lines) || len(lines) < 50 {
		t.Errorf("%d rows, %d lines", len(rows)-1, len(lines))
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("%q", l)
		}
	}
	if want := thousands(len(lines)) + " changes"; !strings.Contains(get(t, "/events?outcome=denied").Body.String(), want) {
		t.Errorf("the page doesn't say %q", want)
	}
}

func TestEveryMemberOfARecordIsShown(t *testing.T) {
	t.Parallel()
	all := membersOf([]byte(`{"@timestamp":"t","a":{"b":"x","c":["y",{"d":1}]},"e":true,"f":null,"g":[]}`))
	want := []member{{"@timestamp", "t"}, {"a.b", "x"}, {"a.c", "y"}, {"a.c..d", "1"}, {"e", "true"}, {"f", "null"}}
	if len(all) != len(want) {
		t.Fatalf("%v", all)
	}
	for i := range want {
		if i != 3 && all[i] != want[i] {
			t.Errorf("%v, want %v", all[i], want[i])
		}
	}
}

func TestEmptyFieldsLeaveTheAddress(t *testing.T) {
	t.Parallel()
	w := get(t, "/events?actor=&target=elastic&cause=")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "./events?target=elastic" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
}

// Only a denial that was let through is said to be rehearsed; who was allowed
// would have been allowed anyway.
func TestWhatWasRehearsedIsSaid(t *testing.T) {
	t.Parallel()
	type kind struct {
		verdict  audit.Verdict
		enforced bool
	}
	seen := make(map[kind]bool)
	for l, err := range audit.Lines(trailDir(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := audit.Parse(l.Text)
		if err != nil {
			t.Fatal(err)
		}
		if k := (kind{r.Verdict, r.Enforced}); r.Verdict != "" && !seen[k] {
			seen[k] = true
			body := get(t, "/event?place="+strconv.FormatInt(r.Seq, 10)).Body.String()
			if said := strings.Contains(body, "it was not enforced"); said != (k == kind{audit.Deny, false}) {
				t.Errorf("%+v: said to be rehearsed: %v", k, said)
			}
		}
	}
	if !seen[kind{audit.Deny, false}] || !seen[kind{audit.Allow, false}] || !seen[kind{audit.Allow, true}] {
		t.Errorf("the trail has only %v; the test proves nothing", seen)
	}
}
