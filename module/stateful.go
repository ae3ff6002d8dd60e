// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
	"github.com/passgate/passgate/policy/history"
)

// turnWait is how long a change waits for another one of the same user.
var turnWait = 5 * time.Second // a variable for the tests

// remembered is a secret whose outcome the history is to learn.
type remembered struct {
	user    history.User
	secret  *dialect.Secret
	limit   history.Limit
	inForce bool // it is the present one: sent again, it changes nothing
}

// stateful applies the rules that know former passwords: to callers who have
// shown that they may set this one, and to nobody else.
func (c *change) stateful(j *judgement, p *policy.Policy, s *dialect.Secret) []policy.Violation {
	past, minAge := p.History(c.began), p.MinAge(c.began)
	if past == nil && minAge == nil || s.Target == "" || j.fault != nil {
		return nil
	}
	may, fault := c.authorised(s.Target)
	if j.fault = fault; !may {
		return nil
	}
	user := history.User{Cluster: c.event.Cluster, Name: s.Target}
	if !c.openBook() {
		j.fault = unavailable("history", "the password history can't be opened; nothing was forwarded")
		return nil
	}
	if !c.takeTurn(user) {
		j.fault = unavailable("busy", "another change for this user is under way; try again in a moment")
		return nil
	}
	if c.book.denials.exhausted(user, c.began) {
		j.fault = unavailable("too_many_refusals", "too many refused passwords for this user; try again in an hour")
		return nil
	}
	violations, err := c.compare(p, past, minAge, user, s)
	if err != nil {
		c.h.logger.Error("looking into the password history failed", zap.String("record", c.event.Change), zap.Error(err))
		j.fault = unavailable("history", "the password history can't be read; nothing was forwarded")
		return nil
	}
	if enforced(violations) {
		c.book.denials.add(user, c.began)
	}
	return violations
}

func unavailable(reason audit.Reason, text string) *dialect.Fault {
	return &dialect.Fault{Cause: audit.CauseUnavailable, Reason: reason, Status: http.StatusServiceUnavailable, Text: text}
}

// takeTurn takes the user's turn in the history, once for each user. It is given
// back when the change is over.
func (c *change) takeTurn(user history.User) bool {
	if c.turns[user] {
		return true
	}
	end, ok := userTurns.take(user, turnWait)
	if !ok {
		return false
	}
	if c.turns == nil {
		c.turns = make(map[history.User]bool)
	}
	c.turns[user] = true
	c.cleanups = append(c.cleanups, end)
	return true
}

// openBook opens the history for this change, once, and reports whether it is open.
// It is given back when the change is over.
func (c *change) openBook() bool {
	if c.book != nil {
		return true
	}
	b, err := openBook(c.h.app.historyPath, c.h.app.Peppers)
	if err != nil {
		c.h.logger.Error("opening the password history failed", zap.Error(err))
		return false
	}
	c.book = b
	c.cleanups = append(c.cleanups, func() { _ = closeBook(c.h.app.historyPath) })
	return true
}

// compare looks a candidate up. The password in force, or one whose change has
// an unknown outcome, sent again is no reuse: automation does that all day.
func (c *change) compare(p *policy.Policy, past *policy.History, minAge *policy.MinAge, user history.User, s *dialect.Secret) ([]policy.Violation, error) {
	var limit history.Limit
	if past != nil {
		limit = history.Limit{Count: past.Count, For: past.Within}
	}
	look, err := c.book.Look(user, significant(s.Value), limit)
	if err != nil {
		return nil, err
	}
	c.remember = append(c.remember, remembered{user, s, limit, look.InForce && !look.Candidate})
	if look.InForce {
		return nil, nil
	}
	var violations []policy.Violation
	if past != nil {
		used := look.Used
		if !used && past.Variants {
			if used, err = c.usedVariant(user, significant(s.Value), limit); err != nil {
				return nil, err
			}
		}
		if used {
			violations = append(violations, past.Violation)
		}
	}
	if minAge != nil && c.event.Self && !look.Since.IsZero() {
		if next := look.Since.Add(minAge.Age); c.began.Before(next) {
			violations = append(violations, minAge.At(next))
		}
	}
	return violations, nil
}

// significant is the part of a password that counts: both vendors' bcrypt, their
// default, ignores what is behind the 72nd byte, so that a used password with
// another tail is the used password.
func significant(password string) string { return password[:min(len(password), 72)] }

func (c *change) usedVariant(user history.User, password string, limit history.Limit) (bool, error) {
	for _, variant := range history.Variants(password) {
		if look, err := c.book.Look(user, variant, limit); err != nil || look.Used || look.InForce {
			return err == nil, err
		}
	}
	return false, nil
}

// learn tells the history what became of the change, before the client hears of
// it. A change that the cluster refused has taught nothing.
func (c *change) learn(outcome audit.Outcome) {
	for _, m := range c.remember {
		if m.inForce {
			continue
		}
		var err error
		switch outcome {
		case audit.Applied:
			c.learnFormer(m)
			err = c.book.Learn(m.user, significant(m.secret.Value), m.limit)
		case audit.Unknown, audit.Pending:
			err = c.book.Suspect(m.user, significant(m.secret.Value), m.limit)
		}
		if err != nil { // the change has happened: it can only be told
			c.h.logger.Error("writing the password history failed", zap.String("record", c.event.Change), zap.Error(err))
		}
	}
}

// learnFormer puts the password that this change has replaced on record, where
// the request has proven it: as the current one, or as what its user logged in with,
// which is another's password where he acts as that user.
func (c *change) learnFormer(m remembered) {
	former := m.secret.Current
	if former == "" && c.loggedInAs(m.user.Name) {
		if _, password, ok := c.r.BasicAuth(); ok {
			former = password
		}
	}
	former = significant(former)
	if former == "" || former == significant(m.secret.Value) {
		return
	}
	if look, err := c.book.Look(m.user, former, m.limit); err != nil || look.InForce || look.Used {
		return
	}
	if err := c.book.Learn(m.user, former, m.limit); err != nil {
		c.h.logger.Error("writing the password history failed", zap.String("record", c.event.Change), zap.Error(err))
	}
}

// loggedInAs reports whether the request's password is that of the cluster's own
// user of this name: not of a namesake, nor of somebody who acts as him.
func (c *change) loggedInAs(name string) bool {
	return c.event.Self && !c.foreign && c.claim.Scheme == "basic" && c.claim.RunAs == "" && c.claim.Name == name
}

// unchanged reports whether all that the change set was in force already.
func (c *change) unchanged() bool {
	for _, m := range c.remember {
		if !m.inForce {
			return false
		}
	}
	return len(c.remember) > 0 && len(c.remember) == len(c.read.Secrets)
}
