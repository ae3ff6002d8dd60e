// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"time"

	"github.com/passgate/passgate/module/audit"
)

// ordinary makes up one change of an ordinary day.
func (s *stage) ordinary(at time.Time) {
	switch n := s.rng.IntN(100); {
	case at.Hour() == 2 || n < 18:
		s.automation(at)
	case n < 68:
		s.ownPassword(at)
	case n < 88:
		s.helpDesk(at)
	case n < 95:
		s.adminWork(at)
	default:
		s.slip(at)
	}
}

func (s *stage) someCluster() cluster {
	switch n := s.rng.IntN(10); {
	case n < 6:
		return esProd
	default:
		return osSearch
	}
}

// ownPassword: somebody changes his own, and one in three needs a second try.
func (s *stage) ownPassword(at time.Time) {
	p, c := one(s.rng, s.cast.staff), s.someCluster()
	for s.rng.IntN(3) == 0 {
		e := s.ask(at, p, p.name, c, c.own())
		s.refused(e, audit.CausePolicy, "", one(s.rng, s.bookFor(at, p).broken)...)
		if !e.Enforced {
			return // it went through
		}
		at = at.Add(time.Duration(8+s.rng.IntN(80)) * time.Second)
	}
	e := s.ask(at, p, p.name, c, c.own())
	switch n := s.rng.IntN(20); {
	case n == 0:
		e.Rehearsed = []audit.Rule{{Code: "keyboard"}}
	case n < 4 && e.Next != nil:
		e.Next = &audit.Next{Policy: e.Next.Policy, Digest: e.Next.Digest, Rules: one(s.rng, s.rules[2].broken)}
	}
	s.forwarded(e, s.usually(audit.Applied))
}

// usually is the outcome, or one time in forty something else.
func (s *stage) usually(o audit.Outcome) audit.Outcome {
	switch s.rng.IntN(160) {
	case 0:
		return audit.Unknown
	case 1, 2:
		return audit.Failed
	case 3:
		return audit.Unauthenticated
	}
	return o
}

func (s *stage) helpDesk(at time.Time) {
	p, target, c := one(s.rng, s.cast.desk), one(s.rng, s.cast.staff), s.someCluster()
	e := s.ask(at, p, target.name, c, c.others(target.name))
	if s.rng.IntN(5) == 0 {
		s.refused(e, audit.CausePolicy, "", one(s.rng, s.bookFor(at, p).broken)...)
		return
	}
	s.forwarded(e, s.usually(audit.Applied))
}

// automation keeps its accounts as they are: most of what it sends is in force
// already, or carries no password at all.
func (s *stage) automation(at time.Time) {
	p, target := one(s.rng, s.cast.robots), one(s.rng, s.cast.devices)
	e := s.ask(at, p, target, esProd, putUser(target))
	if p.name == "svc-ci" {
		e.Actor.Scheme, e.Actor.ID, e.Actor.Realm = "apikey", "VuaCfGcBCdbkQm-e5aOx", "_es_api_key"
	}
	switch n := s.rng.IntN(20); {
	case n < 5:
		e.Verdict, e.Secret, e.Policy, e.Digest = audit.Unjudged, audit.SecretNone, "", ""
		s.forwarded(e, audit.Applied)
	case n < 15:
		s.forwarded(e, audit.Unchanged)
	case n < 16 && target[:8] == "svc-shop":
		e.Rules = s.rules[1].broken[0]
		e.Exemption = &audit.Exemption{Reason: "the shop's appliance takes 20 characters", Owner: "ops.rao", Until: s.Until.Truncate(24 * time.Hour)}
		s.forwarded(e, audit.Applied)
	case n < 16:
		s.refused(e, audit.CausePolicy, "", one(s.rng, s.rules[1].broken)...)
	default:
		s.forwarded(e, s.usually(audit.Applied))
	}
}

// adminWork: accounts of systems, patches of several users, the CSS administrator.
func (s *stage) adminWork(at time.Time) {
	p := s.cast.admins[s.rng.IntN(3)]
	switch s.rng.IntN(12) {
	case 0:
		e := s.ask(at, p, "admin", cssEU, cssEU.others("admin"))
		s.forwarded(e, audit.Pending)
	case 1, 2:
		e := s.ask(at, p, "", osSearch, call{"patch_users", "PATCH", "/_plugins/_security/api/internalusers", 200})
		e.Targets = nil
		for range 2 + s.rng.IntN(4) {
			e.Targets = append(e.Targets, one(s.rng, s.cast.devices))
		}
		s.forwarded(e, audit.Applied)
	case 3:
		e := s.ask(at, p, "", osSearch, call{"rollback", "POST", "/_plugins/_security/api/version/rollback/7", 200})
		e.Targets, e.Secret = nil, audit.SecretNone
		s.refused(e, audit.CauseForbidden, "rollback")
	case 4:
		e := s.ask(at, p, s.cast.staff[0].name, esProd, esProd.others(s.cast.staff[0].name))
		e.Actor.Initiator, e.Actor.Name = e.Actor.Name, one(s.rng, s.cast.desk).name // acts as the help desk
		s.forwarded(e, audit.Applied)
	default:
		target, c := one(s.rng, s.cast.devices), s.someCluster()
		s.forwarded(s.ask(at, p, target, c, c.others(target)), s.usually(audit.Applied))
	}
}

// slip: requests that can't be judged, of people who mean no harm.
func (s *stage) slip(at time.Time) {
	p, c := one(s.rng, s.cast.staff), s.someCluster()
	e := s.ask(at, p, p.name, c, c.own())
	e.Policy, e.Digest = "", ""
	switch s.rng.IntN(4) {
	case 0:
		e.Secret, e.Request.MediaType = audit.SecretUnread, "application/yaml"
		s.refused(e, audit.CauseUnreadable, "media_type")
	case 1:
		e.Secret = audit.SecretUnread
		s.refused(e, audit.CauseUnreadable, "json")
	case 2:
		e.Secret = audit.SecretUnread
		s.refused(e, audit.CauseUnreadable, "unknown_key")
	default:
		e.Verdict, e.Actor.Verified, e.Outcome = audit.Unjudged, false, audit.Unauthenticated
		e.Enforced, e.Upstream.Status = true, 401
		s.put(e) // handed on: the cluster did not know him
	}
}
