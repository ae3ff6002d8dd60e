// SPDX-License-Identifier: Apache-2.0

package export

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/passgate/passgate/module/audit"
)

// Table writes records for people at a terminal.
type Table struct{ w *tabwriter.Writer }

// NewTable writes to w. Call Flush at the end, or after each record of a trail
// that is followed.
func NewTable(w io.Writer) *Table {
	return &Table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
}

// Row writes one row; cells are made visible and cut at 48 characters.
func (t *Table) Row(cells ...string) error {
	shown := make([]string, len(cells))
	for i, cell := range cells {
		shown[i] = Short(cell, 48)
	}
	_, err := fmt.Fprintln(t.w, strings.TrimRight(strings.Join(shown, "\t"), "\t "))
	return err
}

// Flush writes what was held back to align the columns.
func (t *Table) Flush() error { return t.w.Flush() }

// Header writes the names of a record's columns.
func (t *Table) Header() error {
	return t.Row("PLACE", "TIME", "RESULT", "ACTOR", "TARGET", "CLUSTER", "OPERATION", "WHY", "ADDRESS")
}

// Record writes one record.
func (t *Table) Record(r *audit.Record) error {
	if r.Notice != nil {
		return t.Row(fmt.Sprint(r.Seq), clock(r.Time), string(r.Code), orDash(r.Notice.By), "-", "-", "-", r.Message, orDash(r.Client.IP))
	}
	who := orDash(r.Actor.Name)
	if r.Actor.Initiator != "" {
		who += " by " + r.Actor.Initiator
	}
	if !r.Actor.Verified {
		who += " (claimed)"
	}
	return t.Row(fmt.Sprint(r.Seq), clock(r.Time), Result(r), who, orDash(targets(r)), orDash(r.Cluster), orDash(r.Operation), orDash(Why(r)), orDash(r.Client.IP))
}

// Result says in a word or two what became of a change, or what it was.
func Result(r *audit.Record) string {
	switch {
	case r.Notice != nil:
		return string(r.Code)
	case r.Outcome == "" && r.Verdict == audit.Deny:
		return "asked, not enforced"
	case r.Outcome == "":
		return "asked"
	case r.Verdict == audit.Deny && !r.Enforced:
		return string(r.Outcome) + ", not enforced"
	}
	return string(r.Outcome)
}

// Why says why a change was refused, or would have been.
func Why(r *audit.Record) string {
	var words []string
	for _, w := range []string{string(r.Cause), string(r.Reason), codes(r.Rules)} {
		if w != "" && (len(words) == 0 || w != words[len(words)-1]) {
			words = append(words, w)
		}
	}
	return strings.Join(words, ": ")
}

func targets(r *audit.Record) string {
	if len(r.Targets) < 3 {
		return strings.Join(r.Targets, ", ")
	}
	return fmt.Sprintf("%s and %d more", r.Targets[0], max(len(r.Targets), r.TargetsTotal)-1)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
