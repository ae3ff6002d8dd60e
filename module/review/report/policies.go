// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"slices"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
)

// writePolicies lists the policies that judged in the period or were loaded in
// it, with their text as the trail has it.
func writePolicies(ctx context.Context, in *Input, r *Report) error {
	byDigest := make(map[string]*Policy)
	err := in.View.Each(ctx, review.Filter{Period: in.Period, Changes: true}, func(b *review.Brief) {
		parts := review.Parts(b.Value(review.Policy))
		if len(parts) < 2 {
			return
		}
		p := policyOf(byDigest, parts[0], parts[1])
		if p.Changes == 0 {
			p.First = b.Time()
		}
		p.Changes++
		p.Last = b.Time()
	})
	if err != nil {
		return err
	}
	texts, err := policyTexts(ctx, in)
	if err != nil {
		return err
	}
	for _, loaded := range texts {
		known := byDigest[loaded.Name+"\xff"+loaded.Digest] != nil
		if !known && loaded.Loaded.Before(in.Period.Since) {
			continue
		}
		p := policyOf(byDigest, loaded.Name, loaded.Digest)
		p.Loaded = loaded.Loaded
		if loaded.Text != "" {
			p.Text = loaded.Text
		}
	}
	for _, p := range byDigest {
		r.Policies = append(r.Policies, *p)
	}
	slices.SortFunc(r.Policies, func(a, b Policy) int {
		return cmp.Or(cmp.Compare(b.Changes, a.Changes), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Digest, b.Digest))
	})
	return nil
}

// policyTexts are the policies loaded before the period's end, oldest first.
func policyTexts(ctx context.Context, in *Input) (texts []Policy, err error) {
	f := review.Filter{
		Terms:  map[review.Column][]string{review.Code: {string(audit.CodeConfig)}, review.Policy: {"!-"}},
		Period: review.Period{Until: in.Period.Until},
	}
	loads, err := in.View.Find(ctx, f, review.Page{Oldest: true})
	if err != nil {
		return nil, err
	}
	for _, found := range loads.Found {
		if n := found.Record.Notice; found.Err == nil && n != nil && n.Policy != nil {
			texts = append(texts, Policy{Name: n.Policy.Name, Digest: n.Policy.Digest, Text: n.Policy.Text, Loaded: found.Record.Time})
		}
	}
	return texts, nil
}

func policyOf(all map[string]*Policy, name, digest string) *Policy {
	key := name + "\xff" + digest
	if all[key] == nil {
		all[key] = &Policy{Name: name, Digest: digest}
	}
	return all[key]
}
