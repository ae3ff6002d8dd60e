// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"

	"github.com/passgate/passgate/policy"
	"github.com/passgate/passgate/policy/breach"
)

// judge applies what can be judged without a gateway: all but the rules that know
// former passwords.
func judge(p *policy.Policy, change policy.Change) ([]policy.Violation, error) {
	violations := p.Judge(change)
	for _, v := range violations {
		if !v.Monitor {
			return violations, nil
		}
	}
	wanted := p.Breached(change.Time)
	if wanted == nil {
		return violations, nil
	}
	found, err := breached(wanted, change.Password)
	if found {
		violations = append(violations, wanted.Violation)
	}
	return violations, err
}

func breached(wanted *policy.Breached, password string) (found bool, err error) {
	if wanted.File == "" {
		return breach.Builtin().Contains(password, uint32(wanted.MinCount))
	}
	set, err := breach.OpenSet(wanted.File)
	if err != nil {
		return false, err
	}
	found, err = set.Contains(password, uint32(wanted.MinCount))
	return found, errors.Join(err, set.Close())
}
