// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Rules that need memory or a file. This package reads their statements and
// words their violations; whoever keeps the memory judges them, after Judge
// found nothing to deny, and in this order: breached, history, min_age.
var elsewhereStatements = map[string]definition{
	"breached": {"breached /var/lib/passgate/breached.pgb", single, buildBreached},
	"history":  {"history 24", larger, buildHistory},
	"min_age":  {"min_age 1d", larger, buildMinAge},
	"max_age":  {"max_age 90d", smaller, buildMaxAge},
}

// Breached asks that the password isn't in a list of breached ones.
type Breached struct {
	File       string // of the list; empty for the one that is built in
	MinCount   int    // how often a password must have been seen to count, at least 1
	AllowOnErr bool   // a list that can't be read denies nothing
	Violation  Violation
}

// History asks that the password differs from earlier ones.
type History struct {
	Count     int           // the last so many; 0 for no limit by number
	Within    time.Duration // those set within this time; 0 for no limit by time
	Variants  bool          // simple variations of earlier ones are refused too
	Violation Violation
}

// MinAge asks for a time between two changes by the user himself.
type MinAge struct {
	Age       time.Duration
	Violation Violation
}

// At is the violation with the time from which a change is allowed again. The
// time is about the account, not the password; only those who may know of the
// account should read it.
func (m MinAge) At(next time.Time) Violation {
	v := m.Violation
	at := next.UTC().Format("2006-01-02 15:04 UTC")
	v.Params = append(slices.Clip(v.Params), Param{"next", at})
	v.Message = strings.TrimSuffix(v.Message, ".") + "; the next change is possible from " + at + "."
	return v
}

func buildBreached(b *builder, args []string) error {
	list := Breached{MinCount: 1}
	if len(args)%2 == 1 {
		list.File, args = args[0], args[1:]
	}
	for i := 0; i < len(args); i += 2 {
		switch {
		case args[i] == "min_count" && list.MinCount == 1:
			n, err := number(args[i+1], "breached min_count 10", largestNumber)
			if err != nil {
				return err
			}
			list.MinCount = n
		case args[i] == "on_error" && (args[i+1] == "allow" || args[i+1] == "deny"):
			list.AllowOnErr = args[i+1] == "allow"
		default:
			return expected("a file, then min_count N or on_error allow|deny", args, b.usage)
		}
	}
	b.addElsewhere("Choose another password: this one is known from a data breach, so it is among the first that attackers try.", nil)
	b.policy.breached = &list
	return nil
}

func buildHistory(b *builder, args []string) error {
	var h History
	for i, arg := range args {
		switch {
		case arg == "variants" && i > 0 && !h.Variants:
			h.Variants = true
		case strings.HasSuffix(arg, "d") && h.Within == 0:
			within, err := parseDuration(arg, "history 24 365d")
			if err != nil {
				return err
			}
			h.Within = within
		case i == 0:
			n, err := number(arg, b.usage, 100)
			if err != nil {
				return err
			}
			h.Count = n
		default:
			return expected("a number, days such as 365d, or both, then perhaps variants", args, b.usage)
		}
	}
	if h.Count == 0 && h.Within == 0 {
		return expected("a number, days such as 365d, or both", args, b.usage)
	}
	b.addElsewhere(h.message(), h.params())
	b.policy.history = &h
	return nil
}

func (h History) message() string {
	var which []string
	if h.Count > 0 {
		which = append(which, "one of the last "+strconv.Itoa(h.Count))
	}
	if h.Within > 0 {
		which = append(which, "used within "+duration(h.Within))
	}
	message := "Choose a password that isn't " + strings.Join(which, " or ")
	if h.Variants {
		message += ", nor a variation of such a one"
	}
	return message + "."
}

func (h History) params() (params []Param) {
	if h.Count > 0 {
		params = append(params, Param{"count", strconv.Itoa(h.Count)})
	}
	if h.Within > 0 {
		params = append(params, Param{"days", strconv.Itoa(int(h.Within / day))})
	}
	return params
}

func buildMinAge(b *builder, args []string) error {
	age, err := b.onlyDuration(args)
	if err != nil {
		return err
	}
	b.addElsewhere(fmt.Sprintf("Wait until the current password is %s old before changing it again.", duration(age)),
		[]Param{{"min", args[0]}})
	b.policy.minAge = &MinAge{Age: age}
	return nil
}

// buildMaxAge reads the age from which a password is reported; a gateway can't
// make a login expire, so it is no rule and is never broken.
func buildMaxAge(b *builder, args []string) error {
	age, err := b.onlyDuration(args)
	b.policy.maxAge = age
	return err
}

func (b *builder) onlyDuration(args []string) (time.Duration, error) {
	if len(args) != 1 {
		return 0, expected("one duration", args, b.usage)
	}
	return parseDuration(args[0], b.usage)
}

// Breached returns the policy's demand on breached passwords, nil if there is
// none.
func (p *Policy) Breached(at time.Time) *Breached {
	if p.breached == nil {
		return nil
	}
	b := *p.breached
	b.Violation = p.violationOf("breached", at)
	return &b
}

// History returns the policy's demand on earlier passwords, nil if there is
// none.
func (p *Policy) History(at time.Time) *History {
	if p.history == nil {
		return nil
	}
	h := *p.history
	h.Violation = p.violationOf("history", at)
	return &h
}

// MinAge returns the least time between two changes, nil if there is none.
func (p *Policy) MinAge(at time.Time) *MinAge {
	if p.minAge == nil {
		return nil
	}
	m := *p.minAge
	m.Violation = p.violationOf("min_age", at)
	return &m
}

// MaxAge is the age from which a password is reported as too old; 0 if never.
func (p *Policy) MaxAge() time.Duration { return p.maxAge }

// MaxAgeIn is the MaxAge of a policy of which only the Text is left, as on a trail.
func MaxAgeIn(text string) time.Duration {
	for line := range strings.Lines(text) {
		if parsed, err := parseLine(strings.TrimSpace(line)); err == nil && parsed.Name == "max_age" && len(parsed.Args) == 1 {
			if age, err := parseDuration(parsed.Args[0], ""); err == nil {
				return age
			}
		}
	}
	return 0
}
