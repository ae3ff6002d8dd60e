// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"slices"

	"github.com/passgate/passgate/module/review/signoff"
)

type reviewsView struct {
	frame
	Reviews  []reviewLine
	Reviewed reviewed
	Commands []string
	Listed   bool // a list of reviewers' keys is configured
}

type reviewLine struct {
	signoff.Review
	Class, Trust, Problem string
	Records               string // link to what was reviewed
}

var trustWords = map[signoff.Trust][2]string{
	signoff.Known:   {"good", "signed with this reviewer's key"},
	signoff.Unknown: {"warn", "signed, with a key nobody has listed"},
	signoff.Foreign: {"bad", "signed with somebody else's key"},
	signoff.Broken:  {"bad", "doesn't hold"},
}

func reviewsPage(r *request) (*answer, error) {
	p := &reviewsView{frame: r.frame("reviews", "Reviews"), Listed: r.site.o.Signers != nil}
	all, err := signoff.Read(r.site.o.Reviews)
	if err != nil {
		return nil, err
	}
	for i := range all {
		trust := r.site.o.Signers.Trust(&all[i])
		line := reviewLine{Review: all[i], Class: trustWords[trust][0], Trust: trustWords[trust][1]}
		if all[i].Err != nil {
			line.Problem = all[i].Err.Error()
		}
		line.Records = link("events", values("from", fmt.Sprint(all[i].First), "to", fmt.Sprint(all[i].Last+1)))
		p.Reviews = append(p.Reviews, line)
	}
	slices.Reverse(p.Reviews)
	if p.Reviewed, err = r.reviewed(r.Context()); err != nil {
		return nil, err
	}
	p.Commands = []string{
		r.command("verify", "--vkey", "trail.vkey"),
		r.command("report", "--period", quarter(r.now), "--out", "report.html"),
		r.command("ack", "--period", quarter(r.now), "--note", `"what was followed up, and how"`),
	}
	return &answer{template: "reviews", data: p, count: int64(len(all))}, nil
}
