// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/passgate/passgate/module/review/signoff"
)

// writeReviews lists the sign-offs that touch the period's records. Broken ones
// are listed always: nobody knows what they were about.
func writeReviews(_ context.Context, in *Input, r *Report) error {
	for i := range in.Reviews {
		s := &in.Reviews[i]
		if s.Err == nil && (s.Last < r.Record.First || s.First > r.Record.Last) {
			continue
		}
		r.Reviews = append(r.Reviews, reviewOf(s, in.Signers))
	}
	return nil
}

func reviewOf(s *signoff.Review, signers *signoff.Signers) Review {
	v := Review{
		Reviewer: s.Reviewer, Time: s.Time, First: s.First, Last: s.Last, Size: s.Size, Exceptions: s.Exceptions,
		Note: s.Note, Key: s.Fingerprint(), Trust: string(signers.Trust(s)),
	}
	if s.Err != nil {
		v.Problem = s.Err.Error()
	}
	return v
}

func sortGaps(gaps []Gap) {
	slices.SortStableFunc(gaps, func(a, b Gap) int { return a.From.Compare(b.From) })
}

func plural(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
