// SPDX-License-Identifier: Apache-2.0

package audit

import "time"

// The codes of what happens to the gateway and to the trail itself.
const (
	CodeRefused   Code = "CRED-3001" // the trail could not record: how many were refused, from when to when
	CodeStart     Code = "CRED-9001"
	CodeStop      Code = "CRED-9002"
	CodeConfig    Code = "CRED-9003" // a configuration or a policy was loaded
	CodeOpened    Code = "CRED-9004" // first record of a segment
	CodeSealed    Code = "CRED-9005" // last record of a segment
	CodeHeartbeat Code = "CRED-9006"
	CodeTorn      Code = "CRED-9007" // an unfinished end was cut off and kept aside
	CodeDamage    Code = "CRED-9008" // a file went missing, was replaced, cut, or failed
	CodeKey       Code = "CRED-9009" // the signing key has changed
	CodeRetired   Code = "CRED-9010" // segments were archived or removed
	CodeReview    Code = "CRED-9012" // somebody signed off a review
	CodeAccess    Code = "CRED-9013" // somebody read or exported the trail
	CodeClock     Code = "CRED-9014" // the clock was set

	CodeReconciled Code = "CRED-9015" // the trail was compared with a cluster's own log
	CodeBypass     Code = "CRED-9016" // that log tells of changes that never passed the gateway
)

// The severities of event.severity.
const (
	severityInfo   = 1
	severityNotice = 3
	severityReview = 4
	severityAlarm  = 5
)

// Notice is a record about the gateway or the trail, not about a change. Like
// [Event] it has named fields only; which of the parts is set goes with Code.
type Notice struct {
	Code   Code
	Time   time.Time // zero: now
	By     string    // who did it: reviewer, operator
	Note   string    // in his own words; cut at 1024 bytes
	Client Client    // where a reader or a flood came from

	Start   *Start
	Config  *Config
	Policy  *PolicyText
	Segment *SegmentMark
	Damage  *Damage
	Key     *KeyChange
	Retired *Retired
	Review  *Review
	Access  *Access
	Clock   *Clock
	Refused *Refused
	Flood   *Flood

	Reconciled *Reconciled
}

// Start says how the gateway found the trail and how it will keep it.
type Start struct {
	Clean     bool   `json:"clean"`             // the trail was closed properly before
	Heartbeat int64  `json:"heartbeat"`         // seconds between records when nothing happens
	InDoubt   int64  `json:"in_doubt"`          // changes found without an outcome
	Key       string `json:"key"`               // verifier key of the checkpoints to come
	Purpose   string `json:"purpose,omitempty"` // empty: a gateway; else the command that did its work and left
}

// Config names a loaded configuration by digest.
type Config struct {
	Digest   string `json:"sha256"`
	Previous string `json:"previous_sha256,omitempty"`
}

// PolicyText is a policy in full, recorded once per load, so that a digest in
// a change's record can be looked up years later.
type PolicyText struct {
	Name   string `json:"name"`
	Digest string `json:"sha256"`
	Text   string `json:"text,omitempty"` // as configured; cut at 64 KiB
}

// SegmentMark opens or seals a segment.
type SegmentMark struct {
	Name      string `json:"name"`
	First     int64  `json:"first"`
	OpenSince int64  `json:"open_since"` // oldest decision still without outcome, or First
	Heartbeat int64  `json:"heartbeat"`  // seconds between records when nothing happens
}

// Damage is what was found wrong with a file, and what became of it.
type Damage struct {
	Kind       string `json:"kind"` // torn, missing, replaced, shortened, foreign, failed
	File       string `json:"file"`
	Bytes      int64  `json:"bytes"`                // bytes cut off, lost or kept aside
	SHA256     string `json:"sha256,omitempty"`     // of the bytes kept aside
	Quarantine string `json:"quarantine,omitempty"` // where they are
}

// KeyChange announces the key of the checkpoints to come.
type KeyChange struct {
	Old       string `json:"old"`       // verifier keys
	New       string `json:"new"`       //
	Signature string `json:"signature"` // of the old key over the new; empty: nobody vouches for it
}

// Retired names records that were taken away on purpose.
type Retired struct {
	First   int64     `json:"first"`
	Last    int64     `json:"last"`
	Before  time.Time `json:"before"`            // all were older than this
	Archive string    `json:"archive,omitempty"` // where they were moved; empty: removed
	Root    string    `json:"root"`              // of the tree of the first Last+1 records
}

// Review is a sign-off: what was looked at, and the tree it belongs to.
type Review struct {
	First      int64  `json:"first"`
	Last       int64  `json:"last"`
	Size       int64  `json:"size"`
	Root       string `json:"root"`
	Exceptions int64  `json:"exceptions"`          // records the reviewer follows up
	Signature  string `json:"signature,omitempty"` // of the reviewer, over the sign-off
}

// Access is a look at the trail.
type Access struct {
	Kind   string `json:"kind"`             // page, query, report, export
	Name   string `json:"name,omitempty"`   // of the page or report, from our own list
	Format string `json:"format,omitempty"` // html, csv, json, ocsf
	First  int64  `json:"first"`
	Last   int64  `json:"last"`
	Count  int64  `json:"count"` // records shown
}

// Clock is a step of the wall clock against the machine's own time.
type Clock struct {
	Step int64 `json:"step"` // milliseconds; negative: set back
}

// Refused counts what could not be recorded and was refused for that reason.
type Refused struct {
	Count int64     `json:"count"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Reconciled is a comparison of the trail with what a cluster tells about its
// users.
type Reconciled struct {
	Cluster     string    `json:"cluster,omitempty"` // empty: all of the trail
	Source      string    `json:"source"`            // of the cluster's word: elasticsearch-log, opensearch-log, opensearch-index or counters
	Since       time.Time `json:"since,omitzero"`    // what was compared
	Until       time.Time `json:"until,omitzero"`
	Seen        int64     `json:"seen"`        // changes the cluster tells of
	Matched     int64     `json:"matched"`     // of them, those on the trail
	Bypasses    int64     `json:"bypasses"`    // of them, those that never passed the gateway
	Unexplained int64     `json:"unexplained"` // writes that needn't be changes of passwords, or from the gateway itself
	Gaps        int64     `json:"gaps"`        // stretches the cluster's log tells nothing about
}

// Flood counts refusals of one source that have no record of their own.
type Flood struct {
	Count           int64     `json:"count"`
	From            time.Time `json:"from"`
	Until           time.Time `json:"until"`
	Policy          int64     `json:"policy,omitempty"` // by cause
	BothFields      int64     `json:"both_fields,omitempty"`
	Hash            int64     `json:"hash,omitempty"`
	Unreadable      int64     `json:"unreadable,omitempty"`
	Forbidden       int64     `json:"forbidden,omitempty"`
	Unavailable     int64     `json:"unavailable,omitempty"`
	Unauthenticated int64     `json:"unauthenticated,omitempty"`
}

// kind is what all notices of one code have in common.
type kind struct {
	action, category, typ string // ECS event.action, .category, .type
	severity              int64
	level, message        string
}

var kinds = map[Code]kind{
	CodeFlood:     {"repeated_refusals", "iam", "denied", severityReview, "warn", "one source is refused again and again; refusals are counted instead of recorded one by one"},
	CodeRefused:   {"trail_unavailable", "process", "info", severityAlarm, "error", "the trail could not record for a while; the changes of that time were refused"},
	CodeStart:     {"gateway_start", "process", "start", severityInfo, "info", "the gateway has started to record"},
	CodeStop:      {"gateway_stop", "process", "end", severityInfo, "info", "the gateway stops recording"},
	CodeConfig:    {"configuration_loaded", "configuration", "change", severityNotice, "info", "a configuration was loaded"},
	CodeOpened:    {"segment_opened", "file", "creation", severityInfo, "info", "a segment was opened"},
	CodeSealed:    {"segment_sealed", "file", "change", severityInfo, "info", "the segment is complete"},
	CodeHeartbeat: {"heartbeat", "process", "info", severityInfo, "info", "the gateway is recording"},
	CodeTorn:      {"torn_end_recovered", "file", "change", severityReview, "warn", "an unfinished end of the trail was cut off and put into quarantine"},
	CodeDamage:    {"trail_damaged", "file", "change", severityAlarm, "error", "a file of the trail was missing, replaced, cut or failing"},
	CodeKey:       {"signing_key_changed", "configuration", "change", severityReview, "warn", "the key that signs the checkpoints has changed"},
	CodeRetired:   {"records_retired", "file", "deletion", severityReview, "warn", "old records were taken out of the trail"},
	CodeReview:    {"review_signed", "file", "access", severityNotice, "info", "a review of the trail was signed off"},
	CodeAccess:    {"trail_read", "file", "access", severityInfo, "info", "the trail was read"},
	CodeClock:     {"clock_stepped", "host", "change", severityReview, "warn", "the clock of the gateway was set"},

	CodeReconciled: {"trail_reconciled", "iam", "info", severityNotice, "info", "the trail was compared with what a cluster tells about its users"},
	CodeBypass:     {"gateway_bypassed", "iam", "change", severityAlarm, "error", "a cluster tells of changes of users that never passed the gateway"},
}
