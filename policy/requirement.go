// SPDX-License-Identifier: Apache-2.0

package policy

import "time"

// Requirement is a rule of a policy as it is shown in advance, to those who
// choose passwords and to auditors.
type Requirement struct {
	Statement string // as a policy file spells it
	Rule      string // the code of its violation
	Message   string // the sentence of its violation
	Params    []Param
	Clause    string // the standard's; empty for the operator's own
	Preset    string // the preset it comes from; empty if written by hand
	Monitor   bool   // rehearsed at that time
}

// Requirements lists what the policy asks for at a time, in written order.
func (p *Policy) Requirements(at time.Time) []Requirement {
	var list []Requirement
	for _, r := range p.rules {
		v := p.at(r.violation, at)
		list = append(list, Requirement{
			Statement: r.line.String(), Rule: v.Rule, Message: v.Message, Params: v.Params,
			Clause: v.Clause, Preset: r.line.preset, Monitor: v.Monitor,
		})
	}
	return list
}
