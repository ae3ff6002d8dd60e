// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Selectors say whose changes a policy judges. What one selector lists are
// alternatives; different selectors must all match.
var selectorStatements = map[string]definition{
	"for":       {"for svc-* backup", additive, buildSelector},
	"by":        {"by terraform", additive, buildSelector},
	"by_role":   {"by_role superuser", additive, buildSelector},
	"cluster":   {"cluster prod-*", additive, buildSelector},
	"operation": {"operation put_user", additive, buildSelector},
	"on":        {"on reset create", additive, buildOn},
}

// Subject is what selectors look at.
type Subject struct {
	Target        string   // whose password is to be set
	Actor         string   // who asks
	ActorVerified bool     // the cluster has confirmed the actor
	ActorRoles    []string // of a verified actor, where the cluster tells them
	Cluster       string   // name of the cluster, as in the Caddyfile
	Operation     string   // the vendor's name of the API call

	// Occasion is Own, Reset or Create. Left empty, it is Own if the verified
	// actor is the target and Reset if it is somebody else; of an actor that
	// isn't verified it is unknown, and "on" matches nothing.
	Occasion Occasion
}

// Occasion is why a password is set.
type Occasion string

// The occasions, as "on" spells them.
const (
	Own    Occasion = "change" // users change their own
	Reset  Occasion = "reset"  // somebody else sets it
	Create Occasion = "create" // with a new user
)

// selector is one kind of selector: the globs it lists and what they fit.
type selector struct {
	name  string
	globs []string
}

func buildSelector(b *builder, args []string) error {
	if len(args) == 0 || slices.Contains(args, "") {
		return expected("names, in which * and ? are wildcards", args, b.usage)
	}
	b.selects(args)
	return nil
}

func buildOn(b *builder, args []string) error {
	known := []string{string(Own), string(Reset), string(Create)}
	if len(args) == 0 || slices.ContainsFunc(args, func(a string) bool { return !slices.Contains(known, a) }) {
		return expected("change, reset or create", args, b.usage)
	}
	b.selects(args)
	return nil
}

func (b *builder) selects(globs []string) {
	for i := range b.policy.selectors {
		if s := &b.policy.selectors[i]; s.name == b.line.Name {
			s.globs = append(s.globs, globs...)
			return
		}
	}
	b.policy.selectors = append(b.policy.selectors, selector{b.line.Name, slices.Clone(globs)})
}

// Matches reports whether the policy judges changes of this subject. A policy
// without selectors judges everybody's. "by" and "by_role" match verified
// actors only.
func (p *Policy) Matches(s Subject) bool {
	return !slices.ContainsFunc(p.selectors, func(sel selector) bool { return !sel.matches(s) })
}

// Explain says in a sentence why the policy matches a subject or doesn't.
func (p *Policy) Explain(s Subject) string {
	for _, sel := range p.selectors {
		if !sel.matches(s) {
			return fmt.Sprintf("policy %s doesn't match: %s %s", p.name, sel.name, strings.Join(sel.globs, " "))
		}
	}
	if len(p.selectors) == 0 {
		return fmt.Sprintf("policy %s matches everybody", p.name)
	}
	var all []string
	for _, sel := range p.selectors {
		all = append(all, sel.name+" "+strings.Join(sel.globs, " "))
	}
	return fmt.Sprintf("policy %s matches: %s", p.name, strings.Join(all, ", "))
}

// Selective reports whether the policy has a selector. One that has none
// matches everybody, so a policy after it can never match.
func (p *Policy) Selective() bool { return len(p.selectors) > 0 }

// SelectsActor reports whether the policy depends on who asks, so that it
// never matches where actors aren't identified.
func (p *Policy) SelectsActor() bool {
	return slices.ContainsFunc(p.selectors, func(s selector) bool { return s.name == "by" || s.name == "by_role" })
}

// SelectsOccasion reports whether the policy depends on why a password is set.
func (p *Policy) SelectsOccasion() bool {
	return slices.ContainsFunc(p.selectors, func(s selector) bool { return s.name == "on" })
}

// Selects reports whether the policy can judge changes of one of the names, so far
// as the selector called cluster, operation and so on is concerned.
func (p *Policy) Selects(selector string, names []string) bool {
	for _, sel := range p.selectors {
		if sel.name == selector && !slices.ContainsFunc(names, sel.fits) {
			return false
		}
	}
	return true
}

func (sel selector) matches(s Subject) bool {
	switch sel.name {
	case "for":
		return sel.fits(s.Target)
	case "by":
		return s.ActorVerified && sel.fits(s.Actor)
	case "by_role":
		return s.ActorVerified && slices.ContainsFunc(s.ActorRoles, sel.fits)
	case "cluster":
		return sel.fits(s.Cluster)
	case "operation":
		return sel.fits(s.Operation)
	case "on":
		return slices.Contains(sel.globs, string(s.occasion()))
	}
	return false // a selector nobody knows selects nobody
}

func (sel selector) fits(name string) bool {
	return slices.ContainsFunc(sel.globs, func(glob string) bool { return globMatch(glob, name) })
}

func (s Subject) occasion() Occasion {
	switch {
	case s.Occasion != "" || !s.ActorVerified:
		return s.Occasion
	case s.Actor == s.Target:
		return Own
	}
	return Reset
}
