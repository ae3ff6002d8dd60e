// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// Ours is a change that the trail tells of, and when it can have taken effect.
type Ours struct {
	Change    string        `json:"change"`
	Operation string        `json:"operation"`
	Actor     string        `json:"actor,omitempty"`
	Targets   []string      `json:"targets,omitempty"`
	Outcome   audit.Outcome `json:"outcome"`
	OpaqueID  string        `json:"-"`
	From      time.Time     `json:"from"` // recognised
	To        time.Time     `json:"to"`   // concluded

	Secret  audit.Secret `json:"-"`
	Cluster string       `json:"-"`

	used  int             // events it explains
	done  map[string]bool // the targets they named
	whole bool            // one of them named none
}

func clustersOf(ours []*Ours) (names []string) {
	for _, o := range ours {
		if !slices.Contains(names, o.Cluster) {
			names = append(names, o.Cluster)
		}
	}
	slices.Sort(names)
	return names
}

// lateEffect is how long a cluster may take over a change whose outcome was
// never learnt.
const lateEffect = 10 * time.Minute

// Trail collects from the trail in dir what was forwarded to the cluster
// between two times. An empty cluster means any.
func Trail(dir, cluster string, since, until time.Time) ([]*Ours, error) {
	open := make(map[string]*Ours)
	var all []*Ours
	// A change may have begun before the window and taken effect within.
	q := audit.Query{}
	if !since.IsZero() {
		q.Since = since.Add(-lateEffect)
	}
	if !until.IsZero() {
		q.Until = until.Add(lateEffect)
	}
	for r, err := range audit.Read(dir, q) {
		switch {
		case err != nil:
			return nil, err
		case r.Notice != nil || cluster != "" && r.Cluster != audit.Name(cluster):
		case r.Stage == audit.StageDecision && r.Outcome == "":
			o := &Ours{
				Change: r.Change, Operation: r.Operation, Actor: r.Actor.Name, Targets: r.Targets,
				OpaqueID: r.Request.OpaqueID, From: r.Time, To: r.Time.Add(lateEffect), Outcome: audit.Unknown,
				Secret: r.Secret, Cluster: r.Cluster,
			}
			open[r.Change] = o
			all = append(all, o)
		case r.Stage == audit.StageOutcome && open[r.Change] != nil:
			open[r.Change].conclude(&r)
		}
	}
	return slices.DeleteFunc(all, func(o *Ours) bool { return o.Outcome == audit.Denied }), nil
}

func (o *Ours) conclude(r *audit.Record) {
	o.Outcome = r.Outcome
	if r.Outcome != audit.Unknown && r.Outcome != audit.Pending {
		o.To = r.Time
	}
	if r.Actor.Name != "" {
		o.Actor = r.Actor.Name
	}
}

// effective reports whether the cluster must have written something.
func (o *Ours) effective() bool { return o.Outcome == audit.Applied || o.Outcome == audit.Unchanged }
