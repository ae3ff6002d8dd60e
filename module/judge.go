// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"strconv"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
)

// maxSecrets bounds how many passwords one patch may set: each is judged, each
// target is on record, and the largest patch seen from real automation has a
// thousand.
const maxSecrets = 1000

// judge sets the verdict on what was read.
func (c *change) judge() {
	switch {
	case c.read.Forbidden != "" && !c.h.allows(c.read.Forbidden):
		c.deny(audit.CauseForbidden, c.read.Forbidden, http.StatusBadRequest, forbiddenText[c.read.Forbidden])
	case len(c.read.Secrets) > maxSecrets || len(c.read.Targets) > maxSecrets:
		c.deny(audit.CauseUnreadable, dialect.ReasonTooLarge, http.StatusBadRequest,
			"the patch is for more than "+strconv.Itoa(maxSecrets)+" users; send it in parts")
	case len(c.read.Secrets) == 0:
		c.event.Verdict = audit.Unjudged
	case c.ownerUnknown():
		c.deny(audit.CauseUnreadable, dialect.ReasonCredentials, http.StatusBadRequest,
			"whose password this is can't be told from these credentials, so no policy can be chosen; name the user in the path, or log in by password")
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

// judgement is what the policies say about all secrets of a change together.
type judgement struct {
	cause     audit.Cause // of a denial that is enforced
	rehearsed audit.Cause // of one by a policy that is only rehearsed
	sentences []string
	helps     []string
	fault     *dialect.Fault // a rule could not be judged
}

// judgeSecrets judges every secret by the policy meant for its target and
// reports all that is wrong at once.
func (c *change) judgeSecrets() {
	var j judgement
	for i := range c.read.Secrets {
		if c.judgeSecret(&j, &c.read.Secrets[i]); j.fault != nil {
			break
		}
	}
	switch {
	case j.fault != nil:
		c.deny(j.fault.Cause, j.fault.Reason, j.fault.Status, j.fault.Text)
	case j.cause != "":
		c.deny(j.cause, "", http.StatusBadRequest, append(bounded(j.sentences), j.helps...)...)
	case j.rehearsed != "":
		c.deny(j.rehearsed, "", http.StatusBadRequest, bounded(j.sentences)...)
		c.event.Mode = modeMonitor // the policy's, whatever the site's
	default:
		c.event.Verdict = audit.Allow
	}
}

func (c *change) judgeSecret(j *judgement, s *dialect.Secret) {
	p, fault := c.policyFor(s.Target)
	if fault != nil {
		j.fault = fault
		return
	}
	violations := c.stateless(p, s)
	if !enforced(violations) && !s.Hash {
		violations = append(violations, c.breached(j, p, s)...)
		if !enforced(violations) {
			violations = append(violations, c.stateful(j, p, s)...)
		}
	}
	if c.event.Policy == "" || enforced(violations) && j.cause == "" {
		c.event.Policy, c.event.Digest = p.Name(), p.Digest()
	}
	c.weigh(j, p, s, violations)
	c.age(p, s)
	c.rehearseNext(p, s)
}

// weigh adds one secret's violations to the judgement: rules that are rehearsed
// deny nothing, nor does a policy that is; an exemption excuses its user.
func (c *change) weigh(j *judgement, p *policy.Policy, s *dialect.Secret, violations []policy.Violation) {
	cause := audit.CausePolicy
	if s.Hash {
		cause = audit.CauseHash
	}
	exemption := p.Exemption(s.Target, c.began)
	for _, v := range violations {
		rule := audit.Rule{Code: v.Rule, Clause: v.Clause}
		switch {
		case p.Monitoring(c.began):
			j.rehearsed = cause
		case v.Monitor:
			c.event.Rehearsed = appendRule(c.event.Rehearsed, rule)
			continue
		case exemption != nil:
			lastDay := exemption.Until.Add(-time.Second) // Until is the midnight after it
			c.event.Exemption = &audit.Exemption{Reason: exemption.Reason, Owner: exemption.Owner, Until: lastDay}
		case j.cause != audit.CausePolicy:
			j.cause = cause
		}
		c.event.Rules = appendRule(c.event.Rules, rule)
		if exemption == nil {
			j.sentences = append(j.sentences, c.sentence(p, s.Target, v))
		}
	}
	if help := p.Help(); help != "" && j.cause != "" && len(j.helps) == 0 {
		j.helps = append(j.helps, "More about this: "+help)
	}
}

// enforced reports whether a violation among them denies.
func enforced(violations []policy.Violation) bool {
	for _, v := range violations {
		if !v.Monitor {
			return true
		}
	}
	return false
}

// rehearseNext judges by the policy that is rehearsed beside this one.
func (c *change) rehearseNext(p *policy.Policy, s *dialect.Secret) {
	next := c.h.app.policyNamed(p.Rehearses())
	if next == nil {
		return
	}
	if c.event.Next == nil {
		c.event.Next = &audit.Next{Policy: next.Name(), Digest: next.Digest()}
	}
	for _, v := range c.stateless(next, s) {
		c.event.Next.Rules = appendRule(c.event.Next.Rules, audit.Rule{Code: v.Rule, Clause: v.Clause})
	}
}

// stateless applies the rules that need nothing but the request.
func (c *change) stateless(p *policy.Policy, s *dialect.Secret) []policy.Violation {
	if s.Hash {
		return c.judgeHash(p, s)
	}
	defer slot()()
	return p.Judge(policy.Change{
		Password: s.Value, Username: s.Target, FullName: s.FullName, Email: s.Email,
		Current: s.Current, HasCurrent: s.HasCurrent,
		Cluster: c.event.Cluster, Operation: c.event.Operation, Time: c.began,
	})
}

// sentence names the user where a patch sets several.
func (c *change) sentence(p *policy.Policy, target string, v policy.Violation) string {
	text := p.MessageIn(v, c.r.Header.Get("Accept-Language"))
	if len(c.read.Secrets) > 1 && target != "" {
		return "user " + target + ": " + text
	}
	return text
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
