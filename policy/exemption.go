// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"time"
)

// Exemption excuses one user from a policy for a while. Each use is to be
// recorded; what can't be read, and both fields at once, stay denied.
type Exemption struct {
	Target string    // whose password, the exact user name
	Reason string    // why, for the auditor
	Owner  string    // who answers for it
	Until  time.Time // from which it no longer holds: the end of the last day, UTC
}

func buildExempt(b *builder, args []string) error {
	if len(args) != 5 || args[3] != "until" {
		return expected("a user name, a reason, an owner, until and a date", args, b.usage)
	}
	if strings.ContainsAny(args[0], "*?") || args[0] == "" {
		return expected("one user name without wildcards, since an exemption is for one", args[:1], b.usage)
	}
	if strings.TrimSpace(args[1]) == "" || strings.TrimSpace(args[2]) == "" {
		return expected("a reason and an owner", args[1:3], b.usage)
	}
	last, err := parseDate(args[4], b.usage)
	if err != nil {
		return err
	}
	b.policy.settings.exemptions = append(b.policy.settings.exemptions,
		Exemption{Target: args[0], Reason: args[1], Owner: args[2], Until: last.Add(day)})
	return nil
}

// Exemption returns the exemption that holds for a user at a time, nil if
// there is none. The name is compared as it is, since clusters' are
// case-sensitive.
func (p *Policy) Exemption(target string, at time.Time) *Exemption {
	for _, e := range p.settings.exemptions {
		if e.Target == target && at.Before(e.Until) {
			return &e
		}
	}
	return nil
}

// Exemptions lists all of them, in written order, those that have ended too.
func (p *Policy) Exemptions() []Exemption {
	return append([]Exemption(nil), p.settings.exemptions...)
}
