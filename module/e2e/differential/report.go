// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Counts are what a run came to.
type Counts struct {
	Tried     int // requests sent through the gateway
	Straight  int // of these, sent straight to the cluster as well
	Effective int // of the straight ones, those that set the forbidden password
	Held      int // of the effective ones, those that the gateway refused
	Refused   int // of all, those in whose place the gateway or the cluster said no
	Passed    int // of all, those with a success in the answer, or an effect
	Set       int // of the passed ones, those that set a password the policy allows
	Controls  int // ordinary requests with a good password
	Lost      int // controls that set nothing
	Bypasses  int
}

// String is a line of the report.
func (c Counts) String() string {
	return fmt.Sprintf("tried %6d  sent straight %6d  effective without the gateway %6d (refused with it %6d)  refused %6d  passed %5d (set a good one %5d)  bypasses %d",
		c.Tried, c.Straight, c.Effective, c.Held, c.Refused, c.Passed, c.Set, c.Bypasses)
}

func (c *Counts) add(d Counts) {
	c.Tried += d.Tried
	c.Straight += d.Straight
	c.Effective += d.Effective
	c.Held += d.Held
	c.Refused += d.Refused
	c.Passed += d.Passed
	c.Set += d.Set
	c.Controls += d.Controls
	c.Lost += d.Lost
	c.Bypasses += d.Bypasses
}

// Report is what a run came to, in all and by what requests started from and
// went through.
type Report struct {
	Cluster  string
	Seed     uint64
	Total    Counts
	ByRoute  map[string]*Counts
	ByMade   map[string]*Counts
	Findings []string // bypasses and lost controls, the first few
}

func newReport(cluster string, seed uint64) *Report {
	return &Report{Cluster: cluster, Seed: seed, ByRoute: make(map[string]*Counts), ByMade: make(map[string]*Counts)}
}

// most is how many findings a report keeps: the first ones explain the rest.
const most = 20

// note counts one request.
func (r *Report) note(q *Request, o observed) {
	one := Counts{Tried: 1, Straight: number(o.straight), Effective: number(o.bites), Set: number(o.set), Bypasses: number(o.bypass != "")}
	one.Held = number(o.bites && !o.accepted)
	one.Passed, one.Refused = number(o.accepted || o.set), number(!o.accepted && !o.set)
	wrong := o.bypass
	if q.control {
		one.Controls, one.Lost = 1, number(!o.set)
		if !o.set {
			wrong = "a control that did not set its good password"
		}
	}
	if wrong != "" && len(r.Findings) < most {
		r.Findings = append(r.Findings, wrong+": "+q.String())
	}
	r.Total.add(one)
	entry(r.ByRoute, q.Route).add(one)
	for _, made := range q.Made {
		entry(r.ByMade, made).add(one)
	}
}

// Wrong lists why a run has not proven what it is for: a bypass, ordinary requests
// that came to nothing, or too few that would have worked without the gateway.
func (r *Report) Wrong() (all []string) {
	for _, finding := range r.Findings {
		all = append(all, "FINDING "+finding)
	}
	c := r.Total
	if c.Bypasses > 0 {
		all = append(all, fmt.Sprintf("expected no bypass, found %d", c.Bypasses))
	}
	if c.Effective*4 < c.Straight || c.Effective == 0 {
		all = append(all, fmt.Sprintf("expected every fourth request to set the password without the gateway, found %d of %d", c.Effective, c.Straight))
	}
	if c.Controls == 0 || c.Lost > 0 {
		all = append(all, fmt.Sprintf("expected every ordinary request with a good password to set it, lost %d of %d", c.Lost, c.Controls))
	}
	return all
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func entry(m map[string]*Counts, key string) *Counts {
	if m[key] == nil {
		m[key] = new(Counts)
	}
	return m[key]
}

// String is the summary that a run prints.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, seed %d\n", r.Cluster, r.Seed)
	for _, name := range slices.Sorted(maps.Keys(r.ByRoute)) {
		fmt.Fprintf(&b, "%-22s %s\n", name, r.ByRoute[name])
	}
	fmt.Fprintf(&b, "%-22s %s\n", "all", r.Total)
	fmt.Fprintf(&b, "controls: %d ordinary requests with a good password, %d of them lost\n", r.Total.Controls, r.Total.Lost)
	return b.String()
}

// Mutations lists the counts by mutation, the most effective first.
func (r *Report) Mutations() string {
	var b strings.Builder
	for _, name := range slices.SortedFunc(maps.Keys(r.ByMade), func(x, y string) int {
		return cmp.Or(cmp.Compare(r.ByMade[y].Effective, r.ByMade[x].Effective), strings.Compare(x, y))
	}) {
		fmt.Fprintf(&b, "%-34s %s\n", name, r.ByMade[name])
	}
	return b.String()
}
