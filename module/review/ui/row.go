// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/export"
)

// row is a record in a list.
type row struct {
	Place     int64
	Link      string
	Time      time.Time
	Class     string // of the result
	Result    string
	Actor     string
	Initiator string
	Claimed   bool
	Own       bool
	Target    string
	More      int // further targets
	Cluster   string
	Operation string
	Why       string
	Address   string
	Message   string // of a notice
	Attention bool
	Bad       string // why the line is no record
}

func newRow(f *review.Found) row {
	r := &f.Record
	out := row{Place: f.Place, Link: link("event", values("place", fmt.Sprint(f.Place))), Time: r.Time, Attention: r.Severity >= 4}
	switch {
	case f.Err != nil:
		out.Class, out.Result, out.Bad = "doubt", "no record", "This line of the trail can't be read as a record."
	case r.Notice != nil:
		out.Class, out.Result, out.Message, out.Actor, out.Address = "notice", string(r.Code), r.Message, r.Notice.By, r.Client.IP
	default:
		out.change(r)
	}
	return out
}

func (o *row) change(r *audit.Record) {
	o.Class, o.Result = resultOf(r)
	o.Actor, o.Initiator, o.Claimed, o.Own = r.Actor.Name, r.Actor.Initiator, !r.Actor.Verified, r.Self
	o.Cluster, o.Operation, o.Why, o.Address = r.Cluster, r.Operation, export.Why(r), r.Client.IP
	if len(r.Targets) > 0 {
		o.Target, o.More = r.Targets[0], max(len(r.Targets), r.TargetsTotal)-1
	}
}

// resultOf says what became of a change, in a word and in a class of style.
func resultOf(r *audit.Record) (class, text string) {
	if r.Verdict == audit.Deny && !r.Enforced && r.Outcome != audit.Denied {
		return "rehearsed", export.Result(r)
	}
	class = outcomeClass[r.Outcome]
	return class, export.Result(r)
}

var outcomeClass = map[audit.Outcome]string{
	audit.Applied: "applied", audit.Unchanged: "same", audit.Pending: "pending", audit.Denied: "refused",
	audit.Failed: "failed", audit.Unauthenticated: "failed", audit.Unknown: "doubt", "": "asked",
}

func rowsOf(found []review.Found) []row {
	rows := make([]row, len(found))
	for i := range found {
		rows[i] = newRow(&found[i])
	}
	return rows
}
