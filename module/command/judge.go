// SPDX-License-Identifier: Apache-2.0

package command

import "github.com/passgate/passgate/policy"

// judge applies what can be judged without a gateway.
func judge(p *policy.Policy, change policy.Change) ([]policy.Violation, error) {
	return p.Judge(change), nil
}
