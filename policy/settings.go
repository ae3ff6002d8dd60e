// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Settings change how rules are applied and worded, not what they ask for.
var settingStatements = map[string]definition{
	"mode":         {"mode monitor", single, buildMode},
	"monitor":      {"monitor min_classes", additive, buildMonitor},
	"off":          {"off min_classes", additive, buildOff},
	"enforce_from": {"enforce_from 2027-01-01", single, buildEnforceFrom},
	"rehearse":     {"rehearse next", single, buildRehearse},
	"exempt":       {`exempt svc-old "device can't be changed" jane until 2027-06-30`, additive, buildExempt},
	"message":      {`message min_length de "Nimm einen Satz."`, additive, buildMessage},
	"help":         {"help https://intranet.example.com/passwords", single, buildHelp},
}

// settings hold what those statements say.
type settings struct {
	monitor     bool
	monitored   []string // rules
	enforceFrom time.Time
	rehearses   string
	exemptions  []Exemption
	messages    map[wording]string
	help        string
}

func buildMode(b *builder, args []string) error {
	if len(args) != 1 || args[0] != "enforce" && args[0] != "monitor" {
		return expected("enforce or monitor", args, b.usage)
	}
	b.policy.settings.monitor = args[0] == "monitor"
	return nil
}

// buildMonitor rehearses single rules. Those of every policy can't be rehearsed:
// what breaks them can't be judged by the others.
func buildMonitor(b *builder, args []string) error {
	if len(args) == 0 {
		return expected("names of rules of this policy", args, b.usage)
	}
	for _, name := range args {
		if err := b.knownRule(name); err != nil {
			return err
		}
		if isAlways(name) {
			return fmt.Errorf("expected a rule that may be broken, found %s; leave it out", name)
		}
	}
	b.policy.settings.monitored = append(b.policy.settings.monitored, args...)
	return nil
}

// buildOff has nothing left to do: resolve has taken the rules out.
func buildOff(*builder, []string) error { return nil }

func buildEnforceFrom(b *builder, args []string) error {
	from, err := b.onlyDate(args)
	b.policy.settings.enforceFrom = from
	return err
}

func (b *builder) onlyDate(args []string) (time.Time, error) {
	if len(args) != 1 {
		return time.Time{}, expected("a date", args, b.usage)
	}
	return parseDate(args[0], b.usage)
}

// parseDate reads a day; it begins at midnight UTC.
func parseDate(arg, usage string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, arg)
	if err != nil {
		return time.Time{}, expected("a date such as 2027-01-01", []string{arg}, usage)
	}
	return at, nil
}

func buildRehearse(b *builder, args []string) error {
	if len(args) != 1 || args[0] == b.policy.name {
		return expected("the name of another policy", args, b.usage)
	}
	b.policy.settings.rehearses = args[0]
	return nil
}

func buildHelp(b *builder, args []string) error {
	if len(args) != 1 || !strings.HasPrefix(args[0], "https://") && !strings.HasPrefix(args[0], "http://") {
		return expected("one address that begins with https://", args, b.usage)
	}
	b.policy.settings.help = args[0]
	return nil
}

// knownRule reports a name that isn't a rule of this policy.
func (b *builder) knownRule(name string) error {
	known := []string{prehashed}
	for _, r := range b.policy.rules {
		known = append(known, r.violation.Rule)
	}
	if slices.Contains(known, name) {
		return nil
	}
	slices.Sort(known)
	return fmt.Errorf("expected a rule of this policy, found %q; write %s", name, closest(name, slices.Compact(known)))
}

// Monitoring says whether the whole policy is only rehearsed at a time: "mode
// monitor", or a time before enforce_from.
func (p *Policy) Monitoring(at time.Time) bool {
	return p.settings.monitor || !at.IsZero() && at.Before(p.settings.enforceFrom)
}

// EnforceFrom is the time from which the policy is enforced; zero for always.
func (p *Policy) EnforceFrom() time.Time { return p.settings.enforceFrom }

// Rehearses names the policy that is to judge the same changes without effect,
// beside this one; empty if there is none.
func (p *Policy) Rehearses() string { return p.settings.rehearses }

// Help is the address to show beside a refusal; empty if there is none.
func (p *Policy) Help() string { return p.settings.help }
