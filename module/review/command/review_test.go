// SPDX-License-Identifier: Apache-2.0

package command

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review/report"
	"github.com/passgate/passgate/module/review/signoff"
	"github.com/passgate/passgate/module/review/traffic"
)

func TestReportWritesItsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	must(t, "report", "--dir", trailDir(), "--period", "2026-07", "--profile", "pci", "--out", path("r.html"), "--csv", path("r.csv"), "--json", path("r.json"))
	page, err := os.ReadFile(path("r.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<!doctype html>", "Is the record whole?", "10.2.1.5", "Policies in force"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	for _, never := range []string{"<script", "http://203.0.113.1/\"", "src=", "@import", "\u202e"} {
		if strings.Contains(string(page), never) {
			t.Errorf("the report has %q in it", never)
		}
	}
	// Page one has a fixed order.
	at := -1
	for _, id := range []string{"record", "scope", "reconciled", "totals", "exceptions", "policies", "reviews"} {
		next := strings.Index(string(page), `<h2 id="`+id+`"`)
		if next <= at {
			t.Errorf("section %s is out of order", id)
		}
		at = next
	}
	var r report.Report
	text, err := os.ReadFile(path("r.json"))
	if err != nil || json.Unmarshal(text, &r) != nil || r.Record.Integrity != proof.Intact || r.Totals.Changes == 0 {
		t.Errorf("%v: %+v", err, r.Record)
	}
	f, err := os.Open(path("r.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := csv.NewReader(f).ReadAll(); err != nil || len(rows) < 20 {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
	if info, err := os.Stat(path("r.html")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v (%v)", info.Mode(), err)
	}
}

func TestSampleCanBeRepeated(t *testing.T) {
	t.Parallel()
	draw := func(seed string) string {
		out, stderr, err := run(t, onTrail("sample", "--n", "25", "--seed", seed, "--json")...)
		if err != nil || !strings.Contains(stderr, "--seed "+seed) {
			t.Fatalf("%v: %s", err, stderr)
		}
		return out
	}
	first := draw("7")
	if strings.Count(first, "\n") != 25 || first != draw("7") || first == draw("8") {
		t.Errorf("%d changes", strings.Count(first, "\n"))
	}
}

func TestAnomaliesNameTheirRecords(t *testing.T) {
	t.Parallel()
	out := must(t, onTrail("anomalies", "--period", "2026-07", "--exempt", "svc-*", "--json")...)
	for line := range strings.Lines(out) {
		var f struct{ Records []int64 }
		if err := json.Unmarshal([]byte(line), &f); err != nil || len(f.Records) < 5 {
			t.Errorf("%v: %s", err, line)
		}
	}
	if strings.Count(out, "\n") < 3 {
		t.Errorf("found %s", out)
	}
}

func TestRolloutTellsWhatIsLeft(t *testing.T) {
	t.Parallel()
	known := filepath.Join(t.TempDir(), "known")
	if err := os.WriteFile(known, []byte("elastic\nnobody.ever\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr, err := run(t, onTrail("rollout", "--period", "2026-07", "--known", known, "--csv")...)
	if err != nil || !strings.Contains(stderr, "of the 2 known ones 1, missing 1") {
		t.Fatalf("%v: %s", err, stderr)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) < 10 || rows[0][0] != "actor" {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
	team, _, err := run(t, onTrail("rollout", "--period", "2026-07", "--actor", "desk.*", "--json")...)
	var r report.Rollout
	if err != nil || json.Unmarshal([]byte(team), &r) != nil || len(r.Lines) == 0 {
		t.Fatal(err)
	}
	for _, l := range r.Lines {
		if !strings.HasPrefix(l.Actor, "desk.") {
			t.Errorf("%+v", l)
		}
	}
}

func TestAckSignsWhatItSaw(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "trail")
	plan := traffic.Plan{Seed: 2, Changes: 120, People: 30, From: time.Now().AddDate(0, 0, -2).Truncate(time.Hour), Until: time.Now().Add(-time.Minute)}
	if _, err := traffic.Write(dir, plan, audit.Options{}); err != nil {
		t.Fatal(err)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "id")
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	out := must(t, "ack", "--dir", dir, "--reviewer", "zoë", "--note", "looked", "--key", file)
	if !strings.Contains(out, "integrity: intact") || !strings.Contains(out, "signed by SHA256:") {
		t.Errorf("%s", out)
	}
	reviews, err := signoff.Read(signoff.Dir(dir))
	if err != nil || len(reviews) != 1 || reviews[0].Err != nil || reviews[0].Reviewer != "zoë" || reviews[0].Changes == 0 {
		t.Fatalf("%+v (%v)", reviews, err)
	}
	recorded := 0
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n := r.Notice; r.Code == audit.CodeReview && n.By == "zoë" && n.Review.Root == reviews[0].Root && n.Review.Signature == reviews[0].Signature {
			recorded++
		}
	}
	if recorded != 1 {
		t.Errorf("the trail records the review %d times", recorded)
	}
	if v, err := proof.Verify(dir, proof.Options{}); err != nil || v.Integrity != proof.Intact {
		t.Errorf("after the review the trail is %+v (%v)", v, err)
	}
}
