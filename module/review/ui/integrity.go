// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/report"
)

type integrityView struct {
	frame
	Extent     review.Extent
	Segments   []audit.Segment // newest first
	SegmentsN  int
	Checkpoint string
	Kept       int
	Notices    []row
	More       string
	Verify     string
	Against    string
	Key        string
	Compared   []report.Reconciliation
	Compare    string
}

// worthSeeing are the records about the trail that aren't routine.
var worthSeeing = []string{
	string(audit.CodeRefused), string(audit.CodeStart), string(audit.CodeStop), string(audit.CodeTorn), string(audit.CodeDamage),
	string(audit.CodeKey), string(audit.CodeRetired), string(audit.CodeClock), string(audit.CodeFlood), string(audit.CodeReview),
	string(audit.CodeReconciled), string(audit.CodeBypass),
}

const maxSegments = 15

func integrityPage(r *request) (*answer, error) {
	p := &integrityView{frame: r.frame("integrity", "Integrity"), Extent: r.view.Extent()}
	segments, err := audit.Segments(r.site.o.Dir)
	if err != nil {
		return nil, err
	}
	p.SegmentsN = len(segments)
	slices.Reverse(segments)
	p.Segments = segments[:min(len(segments), maxSegments)]
	text, err := audit.NewestCheckpoint(r.site.o.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	p.Checkpoint = string(text)
	kept, err := audit.KeptCheckpoints(r.site.o.Dir)
	if err != nil {
		return nil, err
	}
	p.Kept = len(kept)
	f := review.Filter{Terms: map[review.Column][]string{review.Code: worthSeeing}}
	a, err := r.view.Find(r.Context(), f, review.Page{Limit: 15})
	if err != nil {
		return nil, err
	}
	p.Notices, p.More = rowsOf(a.Found), events(f)
	p.Verify, p.Against = r.command("verify", "--vkey", "trail.vkey"), r.command("verify", "--vkey", "trail.vkey", "--against", "checkpoint-kept-elsewhere")
	p.Key, p.Compare = r.command("key"), r.command("reconcile", "--cluster", "NAME", "--opensearch-log", "FILE")
	if p.Compared, err = report.Reconciled(r.Context(), r.view); err != nil {
		return nil, err
	}
	return &answer{template: "integrity", data: p}, nil
}

// Base is a file's name, for the template.
func (integrityView) Base(s audit.Segment) string { return filepath.Base(s.Path) }
