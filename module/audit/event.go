// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"time"
)

// Verdict is what the gateway decided about a change.
type Verdict string

// The three verdicts.
const (
	Allow    Verdict = "allow"
	Deny     Verdict = "deny"
	Unjudged Verdict = "unjudged" // the operation carried no secret to judge
)

// Cause is why a change was denied; empty on every other verdict.
type Cause string

// The causes of a denial.
const (
	CausePolicy      Cause = "policy"
	CauseBothFields  Cause = "both_fields"
	CauseHash        Cause = "hash"
	CauseUnreadable  Cause = "unreadable"
	CauseForbidden   Cause = "forbidden"
	CauseUnavailable Cause = "unavailable"
)

// Outcome is what became of a change.
type Outcome string

// The outcomes. An event of stage "decision" that forwards the change has
// none yet: its outcome follows in an event of its own.
const (
	Applied         Outcome = "applied"
	Unchanged       Outcome = "unchanged"
	Denied          Outcome = "denied"
	Unauthenticated Outcome = "unauthenticated"
	Failed          Outcome = "failed"
	Pending         Outcome = "pending"
	Unknown         Outcome = "unknown"
)

// Stage tells the two records of a forwarded change apart.
type Stage string

// The stages of a change on the trail.
const (
	StageDecision Stage = "decision" // before a byte goes upstream
	StageOutcome  Stage = "outcome"  // before the client gets the answer
)

// Secret is the form in which a change carried its secret, never the secret.
type Secret string

// The forms of a secret.
const (
	SecretNone     Secret = "none"
	SecretPassword Secret = "password"
	SecretHash     Secret = "hash"
	SecretBoth     Secret = "both"
	SecretUnread   Secret = "unread" // the body could not be understood
)

// Event is one thing to be put on the trail. It has named fields only, so that
// nothing of a request can slip into a record by way of a map or a free text.
// No field may hold a secret, a body byte, a body size or a measured value.
type Event struct {
	// Change joins the decision with its outcome; the client is told it.
	// It is the id of the decision's own record (see [NewID]).
	Change string
	Stage  Stage
	Time   time.Time // zero: now

	Dialect   string
	Operation string
	Cluster   string
	Mode      string // enforce or monitor

	Verdict  Verdict
	Cause    Cause
	Enforced bool // false: the verdict is what would have happened (monitor)
	Outcome  Outcome
	Reason   Reason
	Secret   Secret

	Actor   Actor
	Targets []string // whose password; several for a bulk patch
	Self    bool     // the actor changed his own

	Policy string // name of the policy that judged
	Digest string // its digest, see policy.Policy.Digest
	Rules  []Rule // what was violated

	Rehearsed []Rule     // what was violated of rules that are only being rehearsed
	Next      *Next      // what another policy, rehearsed beside this one, would say
	Exemption *Exemption // by which the change was let through

	Client   Client
	Request  Request
	Upstream Upstream
	Status   int           // HTTP status the client gets; 0: not answered yet, or the cluster's
	Duration time.Duration // since the request was recognised; recorded to the millisecond

	code Code // where the other fields don't tell: an outcome in doubt
}

// Reason says in one stable code why a change could not be read, was
// forbidden or could not be decided. The vocabulary belongs to the dialects.
type Reason string

// Actor is who asks: initiator and effective user apart.
type Actor struct {
	Name      string // effective user; claimed until Verified
	Initiator string // who logged in, where he acts as somebody else
	Scheme    string // basic, bearer, apikey, sdk-hmac, token, none, other
	Realm     string
	ID        string // API key id or access key id: an identifier, not a secret
	Verified  bool   // the cluster itself has named him
}

// Rule is one violated rule: its code, and the clause it comes from.
type Rule struct{ Code, Clause string }

// Next is the verdict of a policy that is rehearsed beside the enforced one.
type Next struct {
	Policy, Digest string
	Rules          []Rule // none: it would have allowed the change
}

// Exemption is a use of an exemption, which is temporary and has an owner.
type Exemption struct {
	Reason, Owner string
	Until         time.Time
}

// Client is where the request came from.
type Client struct {
	IP        string // after Caddy's trusted_proxies
	Port      int
	PeerIP    string // the socket's peer, when it differs
	UserAgent string
}

// Request is what auditors need to find the request elsewhere.
// Path is the escaped path as sent; there is no query and no header here.
type Request struct {
	Method, Path, Host, Scheme, Version, MediaType string
	OpaqueID, TraceID                              string // the client's own join keys
}

// Upstream is what the cluster answered, and which node it was.
type Upstream struct {
	Status    int
	Node      string
	RequestID string
	Task      string // id of the task that carries a pending change out
}

// Recorder puts events on the trail. Record returns only when the event is on
// stable storage; an error means that it is not, and that nothing may go on
// that depends on it. Record is safe for concurrent use and copies what it keeps.
type Recorder interface {
	Record(context.Context, Event) error
}
