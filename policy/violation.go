// SPDX-License-Identifier: Apache-2.0

package policy

// Violation is one requirement that a password breaks. It is made when the
// policy is loaded, so it can't contain anything of a password.
type Violation struct {
	// Rule is the stable code: the name of the statement that asks for it.
	Rule string
	// Params are the values the policy configured, in a fixed order.
	Params []Param
	// Message is an English sentence that says what to do.
	Message string
	// Clause names the standard and section that asks for it; empty for a
	// requirement of the operator's own.
	Clause string
	// Monitor says that the rule is only being rehearsed: the violation is to
	// be recorded and counted, but is no reason to deny.
	Monitor bool
}

// Param is one configured value of a rule, such as {"min", "15"}.
type Param struct {
	Name, Value string
}
