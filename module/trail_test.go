// SPDX-License-Identifier: Apache-2.0

package module

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Metrics, health, the copies in Caddy's log and the policies' texts on the trail
// all tell of the same change, and none of the password.
func TestWhatTheTrailTells(t *testing.T) {
	_, upstream := elastic(t)
	logFile := filepath.Join(t.TempDir(), "log")
	config := strings.Replace(globals, "level ERROR\n\t\toutput discard", "level INFO\n\t\toutput file "+logFile, 1)
	config = strings.Replace(config, "\tadmin off\n", "\tadmin off\n\tmetrics\n", 1)
	r := start(t, config+`SITE {
	handle /healthz {
		password_health
	}
	handle /metrics {
		metrics
	}
	handle {
		password_gateway elasticsearch UPSTREAM
	}
}
`, upstream)
	r.change("PUT", bobPath, "boss", boss, `{"password":"`+weakPassword+`"}`)
	r.change("PUT", bobPath, "boss", boss, `{"password":"`+goodPassword+`"}`)
	metrics := r.change("GET", "/metrics", "", "", "").body
	for _, want := range []string{
		`passgate_records_total{cause="policy",dialect="elasticsearch",outcome="denied",stage="decision",verdict="deny"}`,
		`passgate_records_total{cause="",dialect="elasticsearch",outcome="applied",stage="outcome",verdict="allow"}`,
		`passgate_violations_total{mode="enforce",policy="nist-800-63b-4",rule="min_length"}`,
		"passgate_trail_healthy 1", "passgate_trail_free_bytes",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s among the metrics", want)
		}
	}
	if res := r.change("GET", "/healthz", "", "", ""); res.status != 200 || !strings.Contains(res.body, "true") {
		t.Errorf("health: %d %s", res.status, res.body)
	}
	if !strings.Contains(r.trail(), `"text":"`) || !strings.Contains(r.trail(), "§3.1.1.2") {
		t.Error("the trail does not hold the policy in full")
	}
	eventually(t, func() bool {
		log, _ := os.ReadFile(logFile)
		return strings.Count(string(log), `"record":{"@timestamp"`) >= 3
	})
	if err := os.RemoveAll(r.dir); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return r.change("GET", "/healthz", "", "", "").status == 503 })
}

// A changed word list is judged by without a reload.
func TestWordListsAreReadAgain(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "words")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("rocketship\n")
	var lists wordFiles
	p, err := PolicyConfig{Name: "x", Statements: [][]string{{"blocklist", "file", file}}}.compile(withWords(&lists))
	if err != nil {
		t.Fatal(err)
	}
	blocked := func(password string) bool { return len(p.Judge(changeOf(password))) > 0 }
	if !blocked("rocketship") || blocked("lighthouse") {
		t.Fatal("the list is not in force")
	}
	write("lighthouse\nanother\n")
	if errs := lists.refresh(); errs != nil || blocked("rocketship") || !blocked("lighthouse") {
		t.Errorf("the new list is not in force: %v", errs)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if errs := lists.refresh(); len(errs) != 1 || !blocked("lighthouse") {
		t.Errorf("the old list is gone with its file: %v", errs)
	}
}

// A directory that can't be the trail's is a matter of rights or of another name,
// and the error says so; one that is damaged is not.
func TestTrailNotOpened(t *testing.T) {
	t.Parallel()
	_, err := openTrail(filepath.Join(os.DevNull, "audit"))
	if err == nil || !strings.Contains(err.Error(), "let the gateway's user write there") {
		t.Errorf("error %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "log.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = openTrail(dir); err == nil || strings.Contains(err.Error(), "let the gateway's user") {
		t.Errorf("error %v", err)
	}
}
