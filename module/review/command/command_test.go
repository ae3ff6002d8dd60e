// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/command"
	"github.com/passgate/passgate/module/review/traffic"
)

var trailDir = sync.OnceValue(func() string {
	in := "/dev/shm"
	if _, err := os.Stat(in); err != nil {
		in = ""
	}
	dir, err := os.MkdirTemp(in, "passgate-command-")
	if err != nil {
		panic(err)
	}
	plan := traffic.Plan{
		Seed: 11, Changes: 900, People: 60,
		From:  time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC),
	}
	if _, err := traffic.Write(dir, plan, audit.Options{Heartbeat: 12 * time.Hour}); err != nil {
		panic(err)
	}
	return dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(trailDir())
	os.Exit(code)
}

// run runs a command as `passgate audit` would.
func run(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	err = runTo(context.Background(), &out, &errs, args...)
	return out.String(), errs.String(), err
}

func runTo(ctx context.Context, out, errs *bytes.Buffer, args ...string) error {
	parent := &cobra.Command{Use: "audit"}
	parent.AddCommand(Commands()...)
	parent.SetOut(out)
	parent.SetErr(errs)
	parent.SetArgs(args)
	return parent.ExecuteContext(ctx)
}

func must(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, err := run(t, args...)
	if err != nil || stderr != "" {
		t.Fatalf("%v: %v\n%s", args, err, stderr)
	}
	return stdout
}

func onTrail(args ...string) []string { return append(args, "--dir", trailDir(), "--cache", "") }

func TestQueryPrintsOneEventALine(t *testing.T) {
	t.Parallel()
	out := must(t, onTrail("query", "--verdict", "deny", "--cause", "policy", "--json")...)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	want := 0
	for l, err := range audit.Lines(trailDir(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			Gateway struct{ Verdict, Cause string }
		}
		if err := json.Unmarshal(l.Text, &r); err != nil {
			t.Fatal(err)
		}
		if r.Gateway.Verdict != "deny" || r.Gateway.Cause != "policy" {
			continue
		}
		if want >= len(lines) || lines[want] != string(l.Text) {
			t.Fatalf("line %d of the answer is not the trail's", want)
		}
		want++
	}
	if want == 0 || want != len(lines) {
		t.Errorf("%d lines, want %d", len(lines), want)
	}
}

func TestQueryFormatsAgree(t *testing.T) {
	t.Parallel()
	filter := []string{"--others", "--outcome", "applied", "--period", "2026-W29"}
	asJSON := strings.Count(must(t, append(onTrail("query", "--json"), filter...)...), "\n")
	rows, err := csv.NewReader(strings.NewReader(must(t, append(onTrail("query", "--csv"), filter...)...))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	table := strings.Count(must(t, append(onTrail("query"), filter...)...), "\n")
	if asJSON == 0 || len(rows)-1 != asJSON || table-1 != asJSON {
		t.Errorf("%d lines of JSON, %d of CSV, %d of the table", asJSON, len(rows)-1, table-1)
	}
}

func TestQueryLimitsAndOrders(t *testing.T) {
	t.Parallel()
	all := strings.Split(strings.TrimSpace(must(t, onTrail("query", "--verdict", "deny", "--json")...)), "\n")
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"first":          {[]string{"--limit", "3"}, all[:3]},
		"newest":         {[]string{"--limit", "2", "--newest"}, []string{all[len(all)-1], all[len(all)-2]}},
		"more than some": {[]string{"--limit", "100000"}, all},
	} {
		got := strings.Split(strings.TrimSpace(must(t, append(onTrail("query", "--verdict", "deny", "--json"), c.args...)...)), "\n")
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: %d lines, want %d", name, len(got), len(c.want))
		}
	}
	changes := strings.Count(must(t, onTrail("query", "--changes", "--json")...), "\n")
	decisions := strings.Count(must(t, onTrail("query", "--stage", "decision", "--json")...), "\n")
	if changes != decisions {
		t.Errorf("%d changes, but %d decisions", changes, decisions)
	}
}

func TestQueryRemembersInItsCache(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "columns")
	for range 2 {
		if out := must(t, "query", "--dir", trailDir(), "--cache", cache, "--newest", "--limit", "1", "--json"); strings.Count(out, "\n") != 1 {
			t.Fatalf("%q", out)
		}
	}
	files, err := filepath.Glob(filepath.Join(cache, "*", "*.idx"))
	if err != nil || len(files) < 20 {
		t.Errorf("%d segments in the cache (%v)", len(files), err)
	}
	with := must(t, "query", "--dir", trailDir(), "--cache", cache, "--target", "elastic", "--json")
	if with == "" || with != must(t, onTrail("query", "--target", "elastic", "--json")...) {
		t.Error("the cache changes the answer")
	}
}

func TestTailShowsTheNewest(t *testing.T) {
	t.Parallel()
	out := must(t, onTrail("tail", "-n", "4", "--json")...)
	all := must(t, onTrail("query", "--json")...)
	if !strings.HasSuffix(all, "\n"+out) || strings.Count(out, "\n") != 4 {
		t.Errorf("%d lines", strings.Count(out, "\n"))
	}
}

func TestTailFollows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trail, err := audit.Open(dir, audit.Options{Instance: "gw"})
	if err != nil {
		t.Fatal(err)
	}
	defer trail.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := &lockedBuffer{}
	done := make(chan error, 1)
	parent := &cobra.Command{Use: "audit"}
	parent.AddCommand(Commands()...)
	parent.SetOut(out)
	parent.SetArgs([]string{"tail", "-f", "-n", "0", "--verdict", "deny", "--json", "--dir", dir})
	go func() { done <- parent.ExecuteContext(ctx) }()
	deadline := time.After(time.Minute)
	for i := 0; strings.Count(out.String(), `"cause":"hash"`) < 2; i++ {
		e := audit.Event{Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Deny, Cause: audit.CauseHash, Enforced: true, Outcome: audit.Denied}
		if i%2 == 0 {
			e.Verdict, e.Cause, e.Outcome = audit.Unjudged, "", audit.Failed
		}
		if err := trail.Record(ctx, e); err != nil {
			t.Fatal(err)
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case err := <-done:
			t.Fatalf("tail ended: %v", err)
		case <-deadline:
			t.Fatalf("nothing seen: %q", out.String())
		}
	}
	cancel()
	if err := <-done; err != nil || strings.Contains(out.String(), "unjudged") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// lockedBuffer may be read while a command writes to it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestStatsCount(t *testing.T) {
	t.Parallel()
	sums := map[string]int{}
	for line := range strings.Lines(must(t, onTrail("query", "--changes", "--json")...)) {
		var r struct {
			Gateway struct{ Outcome, Cause string }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		sums["outcome "+r.Gateway.Outcome]++
		if r.Gateway.Cause != "" {
			sums["cause "+r.Gateway.Cause]++
		}
	}
	for line := range strings.Lines(must(t, onTrail("stats", "--json")...)) {
		var c struct {
			By, Value string
			Count     int
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		if key := c.By + " " + c.Value; c.By == "outcome" || c.By == "cause" {
			if sums[key] != c.Count {
				t.Errorf("%s: %d, want %d", key, c.Count, sums[key])
			}
			delete(sums, key)
		}
	}
	if len(sums) > 0 {
		t.Errorf("not counted: %v", sums)
	}
	if out := must(t, onTrail("stats", "--by", "rule", "--verdict", "deny", "--top", "1", "--csv")...); !strings.HasPrefix(out, "by,value,extra,count\r\nrule,") || strings.Count(out, "\n") != 2 {
		t.Errorf("%q", out)
	}
}

func TestMisuseHasNoVerdict(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"query", "--verdict", "denied"}, {"query", "--no-such-flag"}, {"query", "--json", "--csv"}, {"query", "--format", "xml"},
		{"query", "stray"}, {"query", "--self", "--others"}, {"stats", "--by", "colour"}, {"tail", "-n", "x"}, {"query", "--period", "soon"},
		{"query", "--dir", "/nonexistent"}, {"stats", "--dir", "/nonexistent"}, {"tail", "--dir", "/nonexistent"},
	} {
		stdout, stderr, err := run(t, args...)
		var exit *command.ExitError
		if !errors.As(err, &exit) || exit.Code != 3 || !strings.HasPrefix(stderr, "Error: ") || strings.Contains(stderr, "Usage:") {
			t.Errorf("%v: %v\n%s%s", args, err, stdout, stderr)
		}
	}
}

func TestBrokenLinesAreToldApart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "segments")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(firstSegment(t))
	if err != nil {
		t.Fatal(err)
	}
	content = append([]byte("{}\n[]\n"), content...)
	if err := os.WriteFile(filepath.Join(dir, "000000000000-20260701.jsonl"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, err := run(t, "query", "--dir", filepath.Dir(dir), "--cache", "", "--json")
	if err != nil || !strings.Contains(stderr, "2 lines of the trail are no records") || !strings.Contains(stderr, "place 0") {
		t.Errorf("%v: %q", err, stderr)
	}
	for line := range strings.Lines(stdout) {
		if !strings.HasPrefix(line, `{"@timestamp"`) {
			t.Errorf("%q is among the records", line)
		}
	}
}

func firstSegment(t *testing.T) string {
	t.Helper()
	segments, err := audit.Segments(trailDir())
	if err != nil {
		t.Fatal(err)
	}
	return segments[0].Path
}
