// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"fmt"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// Report is what Verify found. Integrity and completeness are two verdicts:
// whether the records are what was written, and whether all of them are there.
type Report struct {
	Dir          string `json:"dir"`
	Origin       string `json:"origin"`
	Integrity    string `json:"integrity"`    // intact or tampered
	Completeness string `json:"completeness"` // complete or incomplete

	First   int64     `json:"first"`   // oldest record present
	Size    int64     `json:"size"`    // records ever written
	Records int64     `json:"records"` // records read
	Signed  int64     `json:"signed"`  // under the newest checkpoint
	Pending int64     `json:"pending"` // younger than it, on a live trail
	Since   time.Time `json:"since,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Root    string    `json:"root,omitempty"` // of the newest checkpoint
	Live    bool      `json:"live"`           // a gateway is writing

	InDoubt  int64           `json:"in_doubt"`  // outcomes lost in a crash
	InFlight int64           `json:"in_flight"` // decisions awaiting their outcome now
	Keys     []Key           `json:"keys"`
	Retired  []audit.Retired `json:"retired,omitempty"`
	Findings []Finding       `json:"findings,omitempty"`

	counts map[string]int
}

// Key is a key that checkpoints are accepted from, and why.
type Key struct {
	Verifier string `json:"vkey"`
	Trust    string `json:"trust"` // given, directory or vouched
}

// Finding is one thing worth an auditor's attention. Breaks tells which
// verdict it breaks; a remark breaks none.
type Finding struct {
	Breaks string `json:"breaks"` // integrity, completeness or none
	Kind   string `json:"kind"`
	Seq    int64  `json:"seq"` // of the record concerned; -1: none
	Text   string `json:"text"`
}

// What a finding breaks, and the verdicts.
const (
	breaksIntegrity    = "integrity"
	breaksCompleteness = "completeness"
	breaksNothing      = "none"

	Intact     = "intact"
	Tampered   = "tampered"
	Complete   = "complete"
	Incomplete = "incomplete"
)

// perKind bounds the findings of one kind: after the first dozen, the number
// is what counts.
const perKind = 12

func (r *Report) find(breaks, kind string, seq int64, format string, args ...any) {
	switch breaks {
	case breaksIntegrity:
		r.Integrity = Tampered
	case breaksCompleteness:
		r.Completeness = Incomplete
	}
	r.counts[kind]++
	if r.counts[kind] <= perKind {
		r.Findings = append(r.Findings, Finding{Breaks: breaks, Kind: kind, Seq: seq, Text: fmt.Sprintf(format, args...)})
	}
}

// summarise says how many findings were left out.
func (r *Report) summarise() {
	for _, f := range r.Findings {
		if n := r.counts[f.Kind]; n > perKind {
			r.counts[f.Kind] = 0
			r.Findings = append(r.Findings, Finding{Breaks: f.Breaks, Kind: f.Kind, Seq: -1, Text: fmt.Sprintf("%d more of this kind", n-perKind)})
		}
	}
}

// The exit codes of the commands.
const (
	ExitIntact     = 0
	ExitTampered   = 1
	ExitIncomplete = 2
	ExitUnchecked  = 3
)

// ExitCode is 0 for intact and complete, 1 for tampered, 2 for incomplete.
func (r *Report) ExitCode() int {
	switch {
	case r.Integrity != Intact:
		return ExitTampered
	case r.Completeness != Complete:
		return ExitIncomplete
	}
	return ExitIntact
}
