// SPDX-License-Identifier: Apache-2.0

package page

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/passgate/passgate/module/audit"
)

func read(t *testing.T, text string) (*Handler, error) {
	t.Helper()
	h := new(Handler)
	err := h.UnmarshalCaddyfile(caddyfile.NewTestDispenser(text))
	if err == nil {
		_, err = h.options("")
	}
	return h, err
}

func TestCaddyfile(t *testing.T) {
	t.Parallel()
	h, err := read(t, `password_audit {
		identity {http.request.header.Remote-User}
		exempt svc-* terraform
		privileged elastic
		edge 7/30m
		accounts 40/2h
		unreadable 3/10m
		max_age 90d
	}`)
	if err != nil {
		t.Fatal(err)
	}
	o, err := h.options("/trail")
	if err != nil || o.Dir != "/trail" || o.Settings.Edge.Count != 7 || o.Settings.Accounts.Within != 2*time.Hour ||
		len(o.Settings.Exempt) != 2 || o.MaxAge != 90*24*time.Hour || h.identity() != "{http.request.header.Remote-User}" {
		t.Errorf("%+v (%v)", o, err)
	}
	if h, err := read(t, "password_audit"); err != nil || h.identity() != DefaultIdentity {
		t.Errorf("without options: %v", err)
	}
}

func TestMistakesAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"password_audit everybody", "password_audit {\nidentity alice\n}", "password_audit {\nidentity\n}", "password_audit {\nidentity {a} {b}\n}",
		"password_audit {\nidentity {a}\nidentity {b}\n}", "password_audit {\nedge 5\n}", "password_audit {\naccounts 1/1h\n}", "password_audit {\nmax_age 5m\n}",
		"password_audit {\ncolour blue\n}", "password_audit {\nreviewers /nonexistent\n}", "password_audit {\nexempt\n}",
	} {
		if _, err := read(t, text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// trailOf makes a small trail.
func trailOf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	trail, err := audit.Open(dir, audit.Options{Instance: "gw"})
	if err != nil {
		t.Fatal(err)
	}
	e := audit.Event{Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Deny, Cause: audit.CausePolicy, Enforced: true, Outcome: audit.Denied, Targets: []string{"bob"}}
	if err := errors.Join(trail.Record(context.Background(), e), trail.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// serve asks the handler as user, who may be nobody, until the trail is read.
func serve(t *testing.T, h *Handler, user string, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	repl := caddy.NewEmptyReplacer()
	if user != "" {
		repl.Set("http.auth.user.id", user)
	}
	ctx := context.WithValue(r.Context(), caddy.ReplacerCtxKey, repl)
	ctx = context.WithValue(ctx, caddyhttp.VarsCtxKey, map[string]any{})
	for deadline := time.Now().Add(time.Minute); ; {
		w := httptest.NewRecorder()
		if err := h.ServeHTTP(w, r.WithContext(ctx), nil); err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return w
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// provisioned is a handler on a trail, as Caddy would make it.
func provisioned(t *testing.T, dir string, note func(context.Context, audit.Notice) error) *Handler {
	t.Helper()
	h := new(Handler)
	o, err := h.options(dir)
	if err != nil {
		t.Fatal(err)
	}
	o.Note, o.Fail = note, func(err error) { t.Log(err) }
	h.key = h.spell(dir)
	if h.site, err = acquire(h.key, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Cleanup(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func TestNobodySeesNothing(t *testing.T) {
	t.Parallel()
	h := provisioned(t, trailOf(t), nil)
	for _, path := range []string{"/", "/events", "/event?place=0", "/export.csv", "/report.json?period=2026", "/style.css", "/live", "/nonsense", "/audit/"} {
		w := serve(t, h, "", httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "bob") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	w := serve(t, h, "  ", httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusForbidden {
		t.Errorf("a blank name: %d", w.Code)
	}
}

func TestOnlyReading(t *testing.T) {
	t.Parallel()
	h := provisioned(t, trailOf(t), nil)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		w := serve(t, h, "ann", httptest.NewRequest(method, "/", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	w := serve(t, h, "ann", httptest.NewRequest(http.MethodHead, "/", nil))
	if w.Code != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("HEAD: %d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestReachableAtTheRootAndBelowAnyPath(t *testing.T) {
	t.Parallel()
	h := provisioned(t, trailOf(t), nil)
	for path, want := range map[string]int{
		"/": 200, "/audit/": 200, "/a/b/c/": 200, "/events": 200, "/audit/events": 200, "/a/b/style.css": 200, "/audit": 307, "/a/b/nonsense.txt": 404,
		"/event?place=0": 200, "/event?place=99999": 404, "/event?place=x": 404, "/events?verdict=no": 400, "/report?period=soon": 400,
	} {
		w := serve(t, h, "ann", httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
		if want == 307 && w.Header().Get("Location") != "./audit/" {
			t.Errorf("%s leads to %q", path, w.Header().Get("Location"))
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %q", path, csp)
		}
	}
}

func TestReadingIsRecorded(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	h := provisioned(t, trailOf(t), func(_ context.Context, n audit.Notice) error {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, n.By+" "+n.Access.Kind+" "+n.Access.Name+" "+n.Access.Format)
		return nil
	})
	for _, path := range []string{"/", "/", "/events", "/events?verdict=deny", "/export.csv", "/export.csv"} {
		serve(t, h, "ann", httptest.NewRequest(http.MethodGet, path, nil))
	}
	mu.Lock()
	defer mu.Unlock()
	want := []string{"ann page overview html", "ann page events html", "ann export events csv", "ann export events csv"}
	if strings.Join(seen, ",") != strings.Join(want, ",") {
		t.Errorf("recorded %q, want %q", seen, want)
	}
}
