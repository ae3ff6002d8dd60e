// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/demo"
	"github.com/passgate/passgate/module/review/traffic"
	"github.com/passgate/passgate/module/review/ui"
)

// need skips without PASSGATE_E2E; with it, a missing program is a failure.
func need(t *testing.T, program string) string {
	t.Helper()
	if os.Getenv("PASSGATE_E2E") == "" {
		t.Skip("PASSGATE_E2E is not set")
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("PASSGATE_E2E is set, and %s is missing: %v", program, err)
	}
	return path
}

// serveTrail serves the page of a live trail below a path.
func serveTrail(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "trail")
	now := time.Now().UTC()
	plan := traffic.Plan{Seed: 6, Changes: 900, People: 60, From: now.AddDate(0, 0, -60), Until: now.Add(-time.Minute)}
	if _, err := traffic.Write(dir, plan, audit.Options{Heartbeat: 12 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	trail, err := audit.Open(dir, audit.Options{Instance: "gw-1"})
	if err != nil {
		t.Fatal(err)
	}
	site := ui.New(ui.Options{Dir: dir, Fail: func(err error) { t.Log(err) }})
	mux := http.NewServeMux()
	mux.HandleFunc("/below/a/path/", func(w http.ResponseWriter, r *http.Request) { site.Serve(w, r, "auditor") })
	mux.HandleFunc("/record-one", func(http.ResponseWriter, *http.Request) {
		e := audit.Event{Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Deny, Cause: audit.CausePolicy, Enforced: true,
			Outcome: audit.Denied, Actor: audit.Actor{Name: "live-canary<img src=x onerror=alert(1)>"}, Targets: []string{"bob"}}
		if err := trail.Record(context.Background(), e); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		site.Close()
		server.CloseClientConnections()
		server.Close()
		if err := trail.Close(); err != nil {
			t.Error(err)
		}
	})
	base := server.URL + "/below/a/path/"
	waitUntilRead(t, base, "", "")
	return base
}

func waitUntilRead(t *testing.T, base, user, password string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"report.json?period="+time.Now().UTC().Format("2006"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(user, password)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatal("the trail isn't read after a minute")
}

// packages installs what drives the browser, once, outside the repository.
func packages(t *testing.T) string {
	t.Helper()
	npm := need(t, "npm")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "passgate-e2e-browser")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "axe-core", "axe.js")); err == nil {
		return dir
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(npm, "install", "--prefix", dir, "--no-audit", "--no-fund", "--no-save", "playwright-core@1", "axe-core@4")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("installing what drives the browser: %v\n%s", err, out)
	}
	return dir
}

// startDemo starts the demo with sample traffic and returns, in JSON, where its
// page is and who may see it.
func startDemo(t *testing.T) string {
	t.Helper()
	d, err := demo.Start(demo.Options{Sample: 300})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	address, user, password := d.Reviewing()
	waitUntilRead(t, address, user, password)
	text, err := json.Marshal(map[string]string{"address": address, "user": user, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPagesInABrowser(t *testing.T) {
	t.Parallel()
	chromium, node := need(t, "chromium"), need(t, "node")
	dir, base := packages(t), serveTrail(t)
	shown := startDemo(t)
	script, err := filepath.Abs("testdata/browser.mjs")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, node, script, dir, base, chromium, os.Getenv("PASSGATE_SHOTS"), shown)
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var wrong map[string][]string
	if err := json.Unmarshal(out, &wrong); err != nil || len(wrong) != 8 {
		t.Fatalf("%v: %s", err, out)
	}
	for check, found := range wrong {
		for _, f := range found {
			t.Errorf("%s: %s", check, f)
		}
	}
}
