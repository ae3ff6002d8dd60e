// SPDX-License-Identifier: Apache-2.0

package policy

import "strconv"

// rule is one requirement, ready to be judged. Its violation is complete
// before any password exists: see the package comment.
type rule struct {
	violation Violation
	broken    func(*candidate) bool
}

// builder turns a policy's lines, one after the other, into a policy.
type builder struct {
	policy *Policy
	line   line
	usage  string // of the line's statement, for errors
}

// add makes the current line a rule.
func (b *builder) add(message string, params []Param, broken func(*candidate) bool) {
	b.policy.rules = append(b.policy.rules, rule{
		violation: Violation{Rule: b.line.Name, Params: params, Message: message, Clause: b.line.clause},
		broken:    broken,
	})
}

// amount is the parameter of a rule that takes one number.
func amount(name string, n int) []Param {
	return []Param{{name, strconv.Itoa(n)}}
}

// plural writes a number with its noun: "1 digit", "2 digits".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
