// SPDX-License-Identifier: Apache-2.0

package policy

import "strconv"

// rule is one requirement, ready to be judged. Its violation is complete
// before any password exists: see the package comment.
type rule struct {
	violation Violation
	stage     stage
	line      line
	broken    func(*candidate) bool // nil if judged elsewhere
}

// stage says when a rule is judged: cheap ones first and all together.
type stage int

const (
	early     stage = iota // always
	late                   // if no enforced rule is broken yet
	elsewhere              // not by this package
)

// builder turns a policy's lines, one after the other, into a policy.
type builder struct {
	policy *Policy
	line   line
	usage  string // of the line's statement, for errors
	loader Loader
}

// add makes the current line a rule.
func (b *builder) add(message string, params []Param, broken func(*candidate) bool) {
	b.addAt(early, message, params, broken)
}

// addLate makes the current line a rule that takes time to judge.
func (b *builder) addLate(message string, params []Param, broken func(*candidate) bool) {
	b.addAt(late, message, params, broken)
}

// addElsewhere makes the current line a rule that somebody else judges.
func (b *builder) addElsewhere(message string, params []Param) {
	b.addAt(elsewhere, message, params, nil)
}

func (b *builder) addAt(s stage, message string, params []Param, broken func(*candidate) bool) {
	b.policy.rules = append(b.policy.rules, &rule{
		violation: Violation{Rule: b.line.Name, Params: params, Message: message, Clause: b.line.clause},
		stage:     s, line: b.line, broken: broken,
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
