// SPDX-License-Identifier: Apache-2.0

package command_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/audit"
)

// The story told by these logs isn't on this trail: all of it is a bypass.
func TestReconcile(t *testing.T) {
	t.Parallel()
	dir, _ := closed(t, 3)
	const logs = "../reconcile/testdata/"
	for name, c := range map[string]struct {
		args []string
		want string
		code int
	}{
		"elasticsearch":         {[]string{"--elasticsearch-log", logs + "elasticsearch-6.8.23_audit.log"}, `change_password of "bob" by "elastic"`, 1},
		"opensearch":            {[]string{"--opensearch-log", logs + "opensearch-2.19.3-rest.ndjson"}, `write 3 of users, PUT of "bob" by "admin"`, 1},
		"from the gateway":      {[]string{"--opensearch-log", logs + "opensearch-2.19.3-default.ndjson", "--gateway", "127.0.0.1"}, "unexplained, from a gateway's address or perhaps a deletion: ", 2},
		"outside of the window": {[]string{"--opensearch-log", logs + "opensearch-2.19.3-default.ndjson", "--until", "2026-11-23T14:08:00Z"}, "tells of 0 changes", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, errs, code := passgate(t, append([]string{"reconcile", "--dir", dir}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("exit code %d: %s%s", code, out, errs)
			}
		})
	}
	out, _, code := passgate(t, "reconcile", "--dir", dir, "--opensearch-log", logs+"opensearch-2.19.3-rest.ndjson", "--json", "--no-record")
	var report struct{ Bypasses []struct{ Target string } }
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 1 || len(report.Bypasses) != 5 {
		t.Errorf("exit code %d (%v): %s", code, err, out)
	}
}

// Report and page show from the trail when it was last compared, and that
// something bypassed the gateway.
func TestReconcileIsRecorded(t *testing.T) {
	t.Parallel()
	dir, _ := closed(t, 1)
	const log = "../reconcile/testdata/opensearch-2.19.3-rest.ndjson"
	for _, until := range []string{"2026-11-23T14:00:00Z", "2030-01-01T00:00:00Z"} {
		if _, errs, code := passgate(t, "reconcile", "--dir", dir, "--cluster", "prod-os", "--opensearch-log", log, "--until", until); code > 2 || errs != "" {
			t.Fatalf("exit code %d: %s", code, errs)
		}
	}
	var recorded []string
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n := r.Notice; n != nil && n.Reconciled != nil {
			recorded = append(recorded, fmt.Sprint(r.Code, r.Severity, n.Reconciled.Cluster, n.Reconciled.Source, n.By != "", n.Reconciled.Bypasses))
		}
	}
	if want := []string{"CRED-90153prod-osopensearch-logtrue 0", "CRED-90165prod-osopensearch-logtrue 5"}; !slices.Equal(recorded, want) {
		t.Errorf("recorded %q, want %q", recorded, want)
	}
}

func TestReconcileCounters(t *testing.T) {
	t.Parallel()
	dir, _ := closed(t, 1)
	version := 4
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits := ""
		if r.URL.Path != "/_search/scroll" {
			hits = fmt.Sprintf(`{"_id":"user-eve","_version":%d}`, version)
		}
		fmt.Fprintf(w, `{"_scroll_id":"s","hits":{"hits":[%s]}}`, hits)
	}))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "counters.json")
	args := []string{"reconcile", "--dir", dir, "--counters", file, "--url", s.URL}
	for i, c := range []struct {
		version, code int
		want          string
	}{{4, 0, "kept the counters of 1 users"}, {4, 0, "0 written more often"}, {6, 2, `EXCESS: the document of "eve" was written 2 times`}, {6, 0, "0 written"}} {
		version = c.version
		if out, errs, code := passgate(t, args...); code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("run %d: exit code %d: %s%s", i, code, out, errs)
		}
	}
	if err := os.WriteFile(file, []byte("x"), 0o640); err != nil {
		t.Fatal(err)
	}
	if out, _, code := passgate(t, args...); code != 3 {
		t.Errorf("exit code %d with broken counters: %s", code, out)
	}
}

func TestReconcileMisuse(t *testing.T) {
	t.Parallel()
	dir, _ := closed(t, 1)
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"no source":     {},
		"two sources":   {"--opensearch-log", empty, "--elasticsearch-log", empty},
		"empty log":     {"--opensearch-log", empty},
		"no such file":  {"--elasticsearch-log", "nowhere"},
		"no such zone":  {"--elasticsearch-log", empty, "--zone", "Mars/Phobos"},
		"no such time":  {"--elasticsearch-log", empty, "--since", "noon"},
		"index, no url": {"--opensearch-index", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, code := passgate(t, append([]string{"reconcile", "--dir", dir}, args...)...)
			if code != 3 || !strings.HasPrefix(errs, "Error: ") {
				t.Errorf("exit code %d: %s%s", code, out, errs)
			}
		})
	}
}
