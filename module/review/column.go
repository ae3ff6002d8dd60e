// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"strings"
)

// Column is a property of a record that can be filtered and counted by. Its
// name is the same in filters, addresses of pages, flags and CSV headings.
type Column uint8

// The columns.
const (
	Actor     Column = iota // effective user, and behind it the initiator where he is another
	Target                  // whose password, several in a bulk patch
	Address                 // of the client
	Agent                   // the client's User-Agent
	Cluster                 //
	Dialect                 //
	Operation               //
	Verdict                 //
	Cause                   //
	Outcome                 //
	Stage                   // decision, outcome or notice
	Rule                    // what was violated, several at once
	Code                    // CRED-…
	Policy                  // name, and behind it the digest
	Reason                  //
	Secret                  // the form of the secret
	Mode                    // enforce or monitor
	columnCount
)

var columnNames = [columnCount]string{
	"actor", "target", "address", "agent", "cluster", "dialect", "operation", "verdict", "cause",
	"outcome", "stage", "rule", "code", "policy", "reason", "secret", "mode",
}

// String is the column's name.
func (c Column) String() string { return columnNames[c] }

// Columns lists all columns.
func Columns() []Column {
	all := make([]Column, columnCount)
	for i := range all {
		all[i] = Column(i)
	}
	return all
}

// ColumnNamed finds a column by its name.
func ColumnNamed(name string) (Column, bool) {
	i := slices.Index(columnNames[:], name)
	return Column(max(i, 0)), i >= 0
}

// partEnd separates the parts of a value: targets, rules, an actor and his
// initiator. The byte occurs in no UTF-8 text, so no name can pretend to be two.
const partEnd = "\xff"

// parts splits a value of a column.
func parts(value string) []string { return strings.Split(value, partEnd) }

// field is a value that a line is read for.
type field uint8

const (
	none      field = iota
	fieldTime       // the columns follow, in their order
	fieldInitiator
	fieldDigest
	fieldEnforced
	fieldSelf
	fieldVerified
	fieldChange
	fieldSeverity
	fieldSeq
	columnBase // + Column
)

// wanted are the members read from a line. Where one fact has two members, one
// for ECS and one of ours, it is read from ours, as audit.Parse does.
var wanted = tree(map[string]field{
	"@timestamp": fieldTime, "event.code": columnBase + field(Code), "event.severity": fieldSeverity,
	"user.name": columnBase + field(Actor), "user.target.name": columnBase + field(Target),
	"source.ip": columnBase + field(Address), "user_agent.original": columnBase + field(Agent),
	"Gateway.stage": columnBase + field(Stage), "Gateway.change": fieldChange,
	"Gateway.outcome": columnBase + field(Outcome), "Gateway.verdict": columnBase + field(Verdict),
	"Gateway.cause": columnBase + field(Cause), "Gateway.enforced": fieldEnforced, "Gateway.mode": columnBase + field(Mode),
	"Gateway.reason": columnBase + field(Reason), "Gateway.dialect": columnBase + field(Dialect),
	"Gateway.operation": columnBase + field(Operation), "Gateway.cluster": columnBase + field(Cluster),
	"Gateway.secret": columnBase + field(Secret), "Gateway.self": fieldSelf,
	"Gateway.actor.verified": fieldVerified, "Gateway.actor.initiator": fieldInitiator,
	"Gateway.policy.name": columnBase + field(Policy), "Gateway.policy.sha256": fieldDigest,
	"Gateway.rules.code": columnBase + field(Rule), "Chain.seq": fieldSeq,
})

func tree(paths map[string]field) *node {
	root := &node{members: map[string]*node{}}
	for path, f := range paths {
		at := root
		for _, name := range strings.Split(path, ".") {
			if at.members == nil {
				at.members = map[string]*node{}
			}
			if at.members[name] == nil {
				at.members[name] = new(node)
			}
			at = at.members[name]
		}
		at.field = f
	}
	return root
}
