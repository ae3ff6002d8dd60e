// SPDX-License-Identifier: Apache-2.0

package policy

import "slices"

// Selectors say whose changes a policy judges. Globs of one selector are
// alternatives; different selectors must all match.
var selectorStatements = map[string]definition{
	"for": {"for svc-* backup", additive, selectTargets},
	"by":  {"by terraform", additive, selectActors},
}

// Subject is what selectors look at.
type Subject struct {
	Target        string // whose password is to be set
	Actor         string // who asks
	ActorVerified bool   // the cluster has confirmed the actor
	Cluster       string // name of the cluster, as in the Caddyfile
	Operation     string // the vendor's name of the API call
}

// selectors holds a policy's globs; an empty list asks for nothing.
type selectors struct {
	targets, actors []string
}

func selectTargets(b *builder, args []string) error {
	return b.selecting(&b.policy.selectors.targets, args)
}

func selectActors(b *builder, args []string) error {
	return b.selecting(&b.policy.selectors.actors, args)
}

func (b *builder) selecting(globs *[]string, args []string) error {
	if len(args) == 0 || slices.Contains(args, "") {
		return expected("names, in which * and ? are wildcards", args, b.usage)
	}
	*globs = append(*globs, args...)
	return nil
}

// Matches reports whether the policy judges changes of this subject: "for"
// looks at the target, "by" at the actor, who must be verified. A policy
// without selectors matches everybody.
func (p *Policy) Matches(s Subject) bool {
	if !anyGlob(p.selectors.targets, s.Target) {
		return false
	}
	return len(p.selectors.actors) == 0 || s.ActorVerified && anyGlob(p.selectors.actors, s.Actor)
}

// Selective reports whether the policy has a selector. One that has none
// matches everybody, so a policy after it can never match.
func (p *Policy) Selective() bool {
	return len(p.selectors.targets)+len(p.selectors.actors) > 0
}

func anyGlob(globs []string, name string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(glob string) bool { return globMatch(glob, name) })
}
