// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"strconv"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
)

// maxSecrets bounds how many passwords one patch may set: each is judged, and
// the largest patch seen from real automation has a thousand.
const maxSecrets = 2000

// judge sets the verdict on what was read.
func (c *change) judge() {
	switch {
	case c.read.Forbidden != "" && !c.h.allows(c.read.Forbidden):
		c.deny(audit.CauseForbidden, c.read.Forbidden, http.StatusBadRequest, forbiddenText[c.read.Forbidden])
	case len(c.read.Secrets) > maxSecrets:
		c.deny(audit.CauseUnreadable, dialect.ReasonTooLarge, http.StatusBadRequest,
			"the patch sets more than "+strconv.Itoa(maxSecrets)+" passwords; send it in parts")
	case len(c.read.Secrets) == 0:
		c.event.Verdict = audit.Unjudged
	default:
		c.judgeSecrets()
	}
}

var forbiddenText = map[audit.Reason]string{
	dialect.ReasonGeneratedSecret: "the cluster would generate a password that no policy has judged; the operator can allow it (allow generated_secret)",
	dialect.ReasonRollback:        "a rollback brings old passwords back; the operator can allow it (allow rollback)",
	dialect.ReasonSecurityOff:     "this would switch authentication off; the operator can allow it (allow security_off)",
	dialect.ReasonSecurityIndex: "writing to where the cluster keeps its users and their logins goes past every policy; " +
		"use the user API, or have the operator set protect_security_index off",
	dialect.ReasonUserPage: "this is a password route of Kibana or Dashboards, which can't be judged here; " +
		"put the gateway between Kibana or Dashboards and the cluster",
	dialect.ReasonNoPassword: "switching authentication on needs the administrator's password in the same request",
}

// judgeSecrets judges every secret by the policy meant for its target and
// reports all that is wrong at once.
func (c *change) judgeSecrets() {
	cause, sentences := audit.Cause(""), []string(nil)
	for _, secret := range c.read.Secrets {
		p := c.policyFor(secret.Target)
		violations := c.violations(p, secret)
		if c.event.Policy == "" || len(violations) > 0 && cause == "" {
			c.event.Policy, c.event.Digest = p.Name(), p.Digest()
		}
		for _, v := range violations {
			sentences = append(sentences, c.sentence(secret.Target, v))
			c.event.Rules = appendRule(c.event.Rules, audit.Rule{Code: v.Rule, Clause: v.Clause})
			if secret.Hash && cause == "" {
				cause = audit.CauseHash
			} else if !secret.Hash {
				cause = audit.CausePolicy
			}
		}
	}
	if cause == "" {
		c.event.Verdict = audit.Allow
		return
	}
	c.deny(cause, "", http.StatusBadRequest, bounded(sentences)...)
}

func (c *change) policyFor(target string) *policy.Policy {
	if c.h.policy != nil {
		return c.h.policy
	}
	return c.h.app.policyFor(policy.Subject{
		Target: target, Actor: c.event.Actor.Name, ActorVerified: c.event.Actor.Verified,
		Cluster: c.event.Cluster, Operation: c.event.Operation,
	})
}

func (c *change) violations(p *policy.Policy, s dialect.Secret) []policy.Violation {
	if s.Hash {
		if v := p.JudgeHash(s.Value); v != nil {
			return []policy.Violation{*v}
		}
		return nil
	}
	return p.Judge(policy.Change{
		Password: s.Value, Username: s.Target, FullName: s.FullName, Email: s.Email,
		Current: s.Current, HasCurrent: s.HasCurrent,
		Cluster: c.event.Cluster, Operation: c.event.Operation,
	})
}

// sentence names the user where a patch sets several.
func (c *change) sentence(target string, v policy.Violation) string {
	if len(c.read.Secrets) > 1 && target != "" {
		return "user " + target + ": " + v.Message
	}
	return v.Message
}

// bounded cuts a list of thousands to what a person reads.
func bounded(sentences []string) []string {
	const most = 50
	if len(sentences) <= most {
		return sentences
	}
	return append(sentences[:most:most], "and "+strconv.Itoa(len(sentences)-most)+" more")
}

func appendRule(rules []audit.Rule, rule audit.Rule) []audit.Rule {
	for _, r := range rules {
		if r == rule {
			return rules
		}
	}
	return append(rules, rule)
}
