// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// Length tiers: what a password must have depends on its length, since a long
// one needs less of everything (BSI's two ways to a good password, Passay's
// LengthComplexityRule).
//
//	length_tiers 8 min_classes 4
//	length_tiers 20 min_classes 2
//	length_tiers 30
//
// asks for four kinds of characters below 20 characters, for two from 20, for
// nothing of the kind from 30. The first tier also holds below its length.
var tierStatements = map[string]definition{
	"length_tiers": {"length_tiers 20 min_classes 2", additive, buildTier},
}

func buildTier(b *builder, args []string) error {
	if len(args) == 0 {
		return expected("a length and a rule", args, b.usage)
	}
	from, err := number(args[0], b.usage, largestNumber)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		return nil
	}
	inner, err := b.tierRule(args[1], args[2:])
	if err != nil {
		return err
	}
	first, below := b.tierBounds(from)
	b.add(tierMessage(first, from, below, inner.violation.Message),
		append([]Param{{"from", args[0]}, {"rule", args[1]}}, inner.violation.Params...),
		func(c *candidate) bool {
			n := len(c.runes)
			return (first || n >= from) && (below == 0 || n < below) && inner.broken(c)
		})
	return nil
}

// tierRule builds the rule of a tier: any that looks at the characters alone.
func (b *builder) tierRule(name string, args []string) (rule, error) {
	for _, statements := range []map[string]definition{classStatements, characterStatements, repeatStatements, sequenceStatements} {
		d, ok := statements[name]
		if !ok || name == "class" {
			continue
		}
		inner := &builder{policy: &Policy{groups: b.policy.groups}, line: line{Statement: Statement{name, args}}, usage: d.usage}
		if err := d.build(inner, args); err != nil {
			return rule{}, err
		}
		if len(inner.policy.rules) == 1 {
			return *inner.policy.rules[0], nil
		}
	}
	return rule{}, expected("a rule about characters, such as min_classes or max_repeat, after the length", []string{name}, b.usage)
}

// tierBounds says whether a tier is the first, and where the next one begins;
// 0 if it is the last.
func (b *builder) tierBounds(from int) (first bool, below int) {
	first = true
	for _, l := range b.policy.lines {
		if l.Name != "length_tiers" || len(l.Args) == 0 {
			continue
		}
		start, err := strconv.Atoi(l.Args[0])
		switch {
		case err != nil: // which is reported when that line is built
		case start < from:
			first = false
		case start > from && (below == 0 || start < below):
			below = start
		}
	}
	return first, below
}

func tierMessage(first bool, from, below int, message string) string {
	message = strings.ToLower(message[:1]) + message[1:]
	switch {
	case first && below == 0:
		return strings.ToUpper(message[:1]) + message[1:]
	case below == 0:
		return fmt.Sprintf("With %d characters or more, %s", from, message)
	case first:
		return fmt.Sprintf("With fewer than %d characters, %s", below, message)
	}
	return fmt.Sprintf("With %d to %d characters, %s", from, below-1, message)
}
