// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
)

// reasonOccasion is on record where policies differ by the occasion of a change
// and nobody can tell it.
const reasonOccasion audit.Reason = "occasion"

// policyFor finds the policy that judges a target's password. Where the policies
// make no difference between the occasions that are possible, nobody is asked.
// Where they do, the cluster is; and where it doesn't say, the change is denied:
// a guess could be steered to the weaker policy.
func (c *change) policyFor(target string) (*policy.Policy, *dialect.Fault) {
	if c.h.policy != nil {
		return c.h.policy, nil
	}
	possible := c.occasions(target)
	p, same := c.policyOn(possible, target)
	if same {
		return p, nil
	}
	if !c.event.Actor.Verified {
		return nil, unavailable(reasonOccasion, "the policy depends on who asks, and the cluster has not said who that is; nothing was changed")
	}
	has, fault := c.hasUser(target)
	if fault != nil {
		return nil, fault
	}
	occasion := policy.Create
	if has {
		occasion = policy.Reset
	}
	p, _ = c.policyOn([]policy.Occasion{occasion}, target)
	return p, nil
}

// policyOn is the policy on the first occasion, and whether it is the same on all.
func (c *change) policyOn(occasions []policy.Occasion, target string) (first *policy.Policy, same bool) {
	s := policy.Subject{
		Target: target, Actor: c.event.Actor.Name, ActorVerified: c.event.Actor.Verified, ActorRoles: c.roles,
		Cluster: c.event.Cluster, Operation: c.event.Operation,
	}
	for i, occasion := range occasions {
		s.Occasion = occasion
		switch p := c.h.app.policyFor(s); {
		case i == 0:
			first = p
		case p != first:
			return first, false
		}
	}
	return first, true
}

// occasions are those the change may have, as far as the request itself tells.
// Whoever changes his own password by another's route exists, so it is no create;
// a namesake from a directory changes, or makes, somebody else.
func (c *change) occasions(target string) []policy.Occasion {
	switch c.match.Operation {
	case dialect.CreateCluster, dialect.CreateClusterV2:
		return []policy.Occasion{policy.Create}
	case dialect.ResetPassword, dialect.ChangeMode:
		return []policy.Occasion{policy.Reset} // the service's caller isn't the cluster's administrator
	case dialect.OwnPassword, dialect.Account:
		return []policy.Occasion{policy.Own}
	}
	_, creates := c.h.dialect.UserPath(c.match, target)
	actor := c.event.Actor
	switch {
	case actor.Verified && actor.Name == target && !c.foreign:
		return []policy.Occasion{policy.Own}
	case actor.Verified && creates:
		return []policy.Occasion{policy.Reset, policy.Create}
	case actor.Verified:
		return []policy.Occasion{policy.Reset}
	case creates:
		return []policy.Occasion{policy.Own, policy.Reset, policy.Create}
	}
	return []policy.Occasion{policy.Own, policy.Reset}
}

// hasUser asks the cluster, with the caller's own credentials.
func (c *change) hasUser(target string) (bool, *dialect.Fault) {
	path, _ := c.h.dialect.UserPath(c.match, target)
	if path == "" {
		return false, unavailable(reasonOccasion, "the policy is another for new users, and the cluster can't be asked about this name; set the password by the route that only changes it")
	}
	reply, err := c.ask(http.MethodGet, path, "")
	if err == nil && (reply.status == http.StatusUnauthorized || reply.status == http.StatusForbidden) {
		fault := unavailable(reasonOccasion, "the policy is another for new users, and the cluster does not let you read who exists; ask for the right to read users")
		fault.Status = http.StatusForbidden
		return false, fault
	}
	if err == nil {
		if has, plain := c.h.dialect.HasUser(target, reply.status, reply.body.Bytes()); plain {
			return has, nil
		}
	}
	c.unanswered(reply, err)
	return false, unavailable(reasonOccasion, "the policy is another for new users, and the cluster did not say whether this one exists; nothing was changed, try again later")
}
