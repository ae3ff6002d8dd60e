// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"fmt"
	"time"

	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/anomaly"
	"github.com/passgate/passgate/module/review/signoff"
)

// Input is what a report is made of.
type Input struct {
	View     *review.View
	Verified *proof.Report // nil: not checked, and the report says so
	Reviews  []signoff.Review
	Signers  *signoff.Signers
	Period   review.Period // both ends set
	Label    string
	Profile  Profile
	Settings anomaly.Settings
	MaxAge   time.Duration // of passwords; 0: what the profile asks for, or no limit
	Now      time.Time
}

// Build draws up the report. It takes about a second per million records.
func Build(ctx context.Context, in Input) (*Report, error) {
	in.Settings = in.Settings.WithDefaults()
	if in.MaxAge == 0 && in.Profile == PCI {
		in.MaxAge = 90 * 24 * time.Hour // PCI DSS 8.3.9, where the password is the only factor
	}
	r := &Report{
		Label: in.Label, Since: in.Period.Since.UTC(), Until: in.Period.Until.UTC(), Profile: in.Profile, Generated: in.Now.UTC().Truncate(time.Second),
	}
	for _, part := range []func(context.Context, *Input, *Report) error{
		writeRecord, writeScope, writeReconciled, writeChanges, writeNotices, writeAnomalies, writePolicies, writeOverAge, writeReviews,
	} {
		if err := part(ctx, &in, r); err != nil {
			return nil, fmt.Errorf("drawing up the report: %w", err)
		}
	}
	return r, nil
}

func writeRecord(ctx context.Context, in *Input, r *Report) error {
	rec := &r.Record
	if v := in.Verified; v != nil {
		rec.Checked, rec.Trail, rec.Integrity, rec.Completeness = true, v.Origin, v.Integrity, v.Completeness
		rec.Size, rec.Signed, rec.Root, rec.Keys, rec.Findings = v.Size, v.Signed, v.Root, v.Keys, v.Findings
	}
	rec.Unreadable = in.View.Extent().Unreadable
	rec.First, rec.Last = -1, -1
	return in.View.Each(ctx, review.Filter{Period: in.Period}, func(b *review.Brief) {
		if rec.First < 0 {
			rec.First = b.Place
		}
		rec.Last = b.Place
		rec.Records++
	})
}

func writeAnomalies(ctx context.Context, in *Input, r *Report) (err error) {
	r.Anomalies, err = anomaly.Find(ctx, in.View, in.Period, in.Settings)
	return err
}

// maxListed bounds the places an exception lists.
const maxListed = 200

func addPlace(places []int64, place int64) []int64 {
	if len(places) < maxListed {
		places = append(places, place)
	}
	return places
}
