// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

func TestReconciledIsTheLastOfEachCluster(t *testing.T) {
	t.Parallel()
	r := build(t, Input{View: view(t, sample()), Period: quarter})
	var names []string
	for _, x := range r.Reconciled {
		names = append(names, x.Cluster)
		// The sample's third comparison is the last, and finds nothing.
		if x.Bypasses != 0 || x.By != "ops.marchetti" || x.Time.Before(quarter.Since.AddDate(0, 2, 0)) || x.Until.Before(x.Since) {
			t.Errorf("%+v", x)
		}
	}
	if !slices.Equal(names, []string{"es-prod", "os-search"}) || !slices.Equal(r.Uncompared(), []string{"css-eu"}) {
		t.Errorf("compared %q, never compared %q", names, r.Uncompared())
	}
	if len(r.Exceptions) == 0 || r.Exceptions[0].Kind != "bypass" {
		t.Errorf("a bypass isn't the first exception: %+v", r.Exceptions)
	}
	var html, csv bytes.Buffer
	if err := errors.Join(HTML(&html, r), CSV(&csv, r)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(html.String(), "Never compared: css-eu.") || !strings.Contains(csv.String(), "reconciled,es-prod: bypassed the gateway,") {
		t.Errorf("the comparison isn't in the files:\n%s", csv.String())
	}
}

// Page one answers in this order, whatever the profile.
func TestOrderOfTheReport(t *testing.T) {
	t.Parallel()
	v := view(t, sample())
	for _, profile := range Profiles() {
		var html bytes.Buffer
		if err := HTML(&html, build(t, Input{View: v, Period: quarter, Profile: profile})); err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, section := range []string{"record", "scope", "reconciled", "totals", "exceptions", "policies", "reviews", "days", "others", "privileged", "exemptions", "over_age", "gaps", "texts"} {
			i := strings.Index(html.String(), `<h2 id="`+section+`"`)
			if i < at {
				t.Errorf("%s: %s is missing or out of order", profile, section)
			}
			at = i
		}
	}
}

func TestNeverReconciled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "trail")
	trail, err := audit.Open(dir, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := audit.Event{Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Deny, Cause: audit.CausePolicy, Enforced: true, Outcome: audit.Denied, Cluster: "prod"}
	if err := errors.Join(trail.Record(t.Context(), e), trail.Close()); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	in := Input{View: view(t, dir), Now: now}
	in.Period.Since, in.Period.Until = now.AddDate(0, 0, -1), now.AddDate(0, 0, 1)
	var html bytes.Buffer
	if err := HTML(&html, build(t, in)); err != nil || !strings.Contains(html.String(), "Never, as far as the trail tells") {
		t.Errorf("%v: %s", err, html.String())
	}
}
