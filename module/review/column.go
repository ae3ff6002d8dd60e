// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"strings"

	"github.com/passgate/passgate/module/review/walk"
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
	Rehearsed               // violated rules that are only rehearsed, several at once
	Next                    // policy that is rehearsed beside the one that judged
	NextRule                // for which that one would have refused, several at once
	Exemption               // by which the change was let through: owner, and behind him the reason
	publicCount

	// What follows is only for finding texts.
	requestPath Column = iota - 1 // of the URL
	origin                        // host, realm, node and gateway: few values each
	columnCount
)

var columnNames = [publicCount]string{
	"actor", "target", "address", "agent", "cluster", "dialect", "operation", "verdict", "cause",
	"outcome", "stage", "rule", "code", "policy", "reason", "secret", "mode",
	"rehearsed", "next", "next-rule", "exemption",
}

// String is the column's name.
func (c Column) String() string { return columnNames[c] }

// Columns lists all columns.
func Columns() []Column {
	all := make([]Column, publicCount)
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

// What else a line is read for. The columns follow from columnBase on.
const (
	fieldTime = iota + 1
	fieldInitiator
	fieldDigest
	fieldExemption
	fieldEnforced
	fieldSelf
	fieldVerified
	fieldChange
	fieldSeverity
	fieldSeq
	fieldID // whatever identifies something
	columnBase
)

// wanted are the members read from a line. Where one fact has two members, one
// for ECS and one of ours, it is read from ours, as audit.Parse does.
var wanted = walk.Tree(map[string]int{
	"@timestamp": fieldTime, "event.code": columnBase + int(Code), "event.severity": fieldSeverity,
	"user.name": columnBase + int(Actor), "user.target.name": columnBase + int(Target),
	"source.ip": columnBase + int(Address), "user_agent.original": columnBase + int(Agent),
	"Gateway.stage": columnBase + int(Stage), "Gateway.change": fieldChange,
	"Gateway.outcome": columnBase + int(Outcome), "Gateway.verdict": columnBase + int(Verdict),
	"Gateway.cause": columnBase + int(Cause), "Gateway.enforced": fieldEnforced, "Gateway.mode": columnBase + int(Mode),
	"Gateway.reason": columnBase + int(Reason), "Gateway.dialect": columnBase + int(Dialect),
	"Gateway.operation": columnBase + int(Operation), "Gateway.cluster": columnBase + int(Cluster),
	"Gateway.secret": columnBase + int(Secret), "Gateway.self": fieldSelf,
	"Gateway.actor.verified": fieldVerified, "Gateway.actor.initiator": fieldInitiator,
	"Gateway.policy.name": columnBase + int(Policy), "Gateway.policy.sha256": fieldDigest,
	"Gateway.rules.code": columnBase + int(Rule), "Gateway.rehearsed.code": columnBase + int(Rehearsed),
	"Gateway.next.name": columnBase + int(Next), "Gateway.next.rules.code": columnBase + int(NextRule),
	"Gateway.exemption.owner": columnBase + int(Exemption), "Gateway.exemption.reason": fieldExemption, "Chain.seq": fieldSeq,
	"url.path": columnBase + int(requestPath), "url.domain": columnBase + int(origin), "observer.name": columnBase + int(origin),
	"Gateway.actor.realm": columnBase + int(origin), "Gateway.upstream.node": columnBase + int(origin),
	"event.id": fieldID, "trace.id": fieldID, "source.nat.ip": fieldID, "Gateway.opaque_id": fieldID, "Gateway.actor.id": fieldID,
	"Gateway.upstream.request_id": fieldID, "Gateway.upstream.task": fieldID, "Gateway.note": fieldID,
})
