// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Counts are what a run came to, of one kind of input.
type Counts struct {
	Tried     int64 // inputs
	Effective int64 // of these, a cluster found a secret, a route or a login in
	Refused   int64 // by the gateway, of the effective ones
	Passed    int64 // by the gateway, of the effective ones: both sides agree
	Strict    int64 // refused although no cluster found anything
	Bypasses  int64
}

// Add adds the counts of d.
func (c *Counts) Add(d Counts) {
	c.Tried += d.Tried
	c.Effective += d.Effective
	c.Refused += d.Refused
	c.Passed += d.Passed
	c.Strict += d.Strict
	c.Bypasses += d.Bypasses
}

func (c Counts) String() string {
	return fmt.Sprintf("tried %9d  effective without the gateway %9d  refused %9d  passed %9d  bypasses %d",
		c.Tried, c.Effective, c.Refused, c.Passed, c.Bypasses)
}

// Report is what a run came to.
type Report struct {
	Seed     uint64
	ByKind   map[Question]*Counts
	ByMade   map[string]*Counts // by mutation; an input counts for each it went through
	Findings []Finding          // the first few
}

// Finding is an input on which the gateway and a cluster differ.
type Finding struct {
	Input Input
	Set   string
	Wrong string
}

// String shows a finding in the way a person looks into it.
func (f Finding) String() string { return f.Set + ": " + f.Wrong + "\n\t" + f.Input.String() }

func newReport(seed uint64) *Report {
	return &Report{Seed: seed, ByKind: make(map[Question]*Counts), ByMade: make(map[string]*Counts)}
}

// Total adds up all kinds.
func (r *Report) Total() (total Counts) {
	for _, c := range r.ByKind {
		total.Add(*c)
	}
	return total
}

// most is how many findings a report keeps: the first ones explain the rest.
const most = 20

// note counts one input.
func (r *Report) note(in *Input, ours Ours, effective bool, findings []Finding) {
	one := Counts{Tried: 1}
	switch {
	case effective && ours.Refused:
		one.Effective, one.Refused = 1, 1
	case effective:
		one.Effective, one.Passed = 1, 1
	case ours.Refused:
		one.Strict = 1
	}
	if len(findings) > 0 {
		one.Passed, one.Bypasses = 0, 1
		r.Findings = append(r.Findings, findings[:min(len(findings), max(0, most-len(r.Findings)))]...)
	}
	Entry(r.ByKind, in.Question).Add(one)
	for _, made := range in.Made {
		Entry(r.ByMade, made).Add(one)
	}
}

// Entry returns the counts of key, new ones if there are none.
func Entry[K comparable](m map[K]*Counts, key K) *Counts {
	if m[key] == nil {
		m[key] = new(Counts)
	}
	return m[key]
}

// String is the summary that a run prints.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d\n", r.Seed)
	for _, q := range slices.Sorted(maps.Keys(r.ByKind)) {
		fmt.Fprintf(&b, "%-21s %s\n", q, r.ByKind[q])
	}
	fmt.Fprintf(&b, "%-21s %s\n", "all", r.Total())
	return b.String()
}

// Mutations lists the counts by mutation, the most effective first.
func (r *Report) Mutations() string {
	var b strings.Builder
	names := slices.SortedFunc(maps.Keys(r.ByMade), func(x, y string) int {
		return cmp.Or(cmp.Compare(r.ByMade[y].Effective, r.ByMade[x].Effective), strings.Compare(x, y))
	})
	for _, name := range names {
		fmt.Fprintf(&b, "%-34s %s\n", name, r.ByMade[name])
	}
	return b.String()
}
