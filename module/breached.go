// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
	"github.com/passgate/passgate/policy/breach"
)

// breachLists are the files that policies name; they are read in place, so they
// cost no memory to speak of, and opened again when they have been replaced.
type breachLists map[string]*breach.Set

// openBreachLists opens every file that a policy names, now or from a later date.
func openBreachLists(policies []*policy.Policy) (breachLists, error) {
	lists := make(breachLists)
	someday := time.Now().AddDate(100, 0, 0)
	for _, p := range policies {
		wanted := p.Breached(someday)
		if wanted == nil || wanted.File == "" {
			continue
		}
		set, err := lists.open(wanted.File)
		if err == nil {
			err = set.Counts(uint32(wanted.MinCount))
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("policy %s: breached: %w", p.Name(), err), lists.close())
		}
	}
	return lists, nil
}

func (l breachLists) open(path string) (*breach.Set, error) {
	if set, ok := l[path]; ok {
		return set, nil
	}
	set, err := breach.OpenSet(path)
	if err != nil {
		return nil, err
	}
	l[path] = set
	return set, nil
}

func (l breachLists) reload() (errs []error) {
	for path, set := range l {
		if _, err := set.Reload(); err != nil {
			errs = append(errs, fmt.Errorf("reading the list of breached passwords %s again: %w", path, err))
		}
	}
	return errs
}

func (l breachLists) close() error {
	var errs []error
	for _, set := range l {
		errs = append(errs, set.Close())
	}
	return errors.Join(errs...)
}

// contains looks a password up in the list that a policy asks for: a file, or the
// common passwords that ship with the gateway.
func (l breachLists) contains(wanted *policy.Breached, password string) (bool, error) {
	if wanted.File == "" {
		return breach.Builtin().Contains(password, uint32(wanted.MinCount))
	}
	set, ok := l[wanted.File]
	if !ok {
		return false, errors.New("the list of breached passwords is not open")
	}
	return set.Contains(password, uint32(wanted.MinCount))
}

// breached looks a password up in the list of breached ones, if its policy wants.
func (c *change) breached(j *judgement, p *policy.Policy, s *dialect.Secret) []policy.Violation {
	wanted := p.Breached(c.began)
	if wanted == nil {
		return nil
	}
	found, err := c.h.app.breaches.contains(wanted, s.Value)
	switch {
	case err != nil && !wanted.AllowOnErr:
		c.h.logger.Error("looking up a breached password failed", zap.String("record", c.event.Change), zap.Error(err))
		j.fault = unavailable("breached", "the list of breached passwords can't be read; nothing was forwarded")
		return nil
	case err != nil:
		c.h.logger.Error("looking up a breached password failed; the policy lets it pass", zap.String("record", c.event.Change), zap.Error(err))
		return nil
	case found:
		return []policy.Violation{wanted.Violation}
	}
	return nil
}
