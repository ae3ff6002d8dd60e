// SPDX-License-Identifier: Apache-2.0

package report

import (
	"time"

	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review/anomaly"
)

// Profile is the standard a report is arranged for.
type Profile string

// The profiles.
const (
	Plain Profile = "plain"
	PCI   Profile = "pci" // PCI DSS 4.0.1
	ISO   Profile = "iso" // ISO/IEC 27001:2022, Annex A
)

// Report is what is known about a period. Its JSON is stable: members are
// added, never changed.
type Report struct {
	Label     string    `json:"label"` // of the period, as it was asked for
	Since     time.Time `json:"since"`
	Until     time.Time `json:"until"` // exclusive
	Profile   Profile   `json:"profile"`
	Generated time.Time `json:"generated"`

	Record     Record            `json:"record"`
	Scope      Scope             `json:"scope"`
	Reconciled []Reconciliation  `json:"reconciled"` // the last of each cluster
	Totals     Totals            `json:"totals"`
	Days       []Day             `json:"days"`
	Others     []Person          `json:"others"`     // who changed others' passwords
	Privileged []Account         `json:"privileged"` // accounts that can change security
	Exceptions []Exception       `json:"exceptions"`
	Anomalies  []anomaly.Finding `json:"anomalies"`
	Policies   []Policy          `json:"policies"`
	Exemptions []Exemption       `json:"exemptions"`
	OverAge    OverAge           `json:"over_age"`
	Gaps       []Gap             `json:"gaps"`
	Reviews    []Review          `json:"reviews"`
}

// Record says whether the trail is whole.
type Record struct {
	Trail        string          `json:"trail"`
	Checked      bool            `json:"checked"`
	Integrity    string          `json:"integrity"`
	Completeness string          `json:"completeness"`
	Size         int64           `json:"size"`   // records ever written
	Signed       int64           `json:"signed"` // under the newest checkpoint
	Root         string          `json:"root"`   // of that checkpoint
	Keys         []proof.Key     `json:"keys"`
	Findings     []proof.Finding `json:"findings,omitempty"`
	First        int64           `json:"first"`   // of the period
	Last         int64           `json:"last"`    // -1: there is none
	Records      int64           `json:"records"` // in the period
	Unreadable   int64           `json:"unreadable"`
}

// Whole reports whether both verdicts are good.
func (r Record) Whole() bool {
	return r.Checked && r.Integrity == proof.Intact && r.Completeness == proof.Complete && r.Unreadable == 0
}

// Scope is what the trail covers.
type Scope struct {
	From     time.Time `json:"from"` // the period, cut to what the trail can tell
	To       time.Time `json:"to"`
	Gateways []string  `json:"gateways"`
	Up       float64   `json:"hours_up"`
	Down     float64   `json:"hours_down"`
	Clusters []Cluster `json:"clusters"`
}

// Cluster is one of the clusters. Its hours by mode are concluded from its
// changes, and leave out when no gateway was up.
type Cluster struct {
	Name       string  `json:"name"`
	Dialect    string  `json:"dialect"`
	Changes    int64   `json:"changes"`
	Refused    int64   `json:"refused"`
	Enforcing  float64 `json:"hours_enforcing"`
	Monitoring float64 `json:"hours_monitoring"`
}

// Totals count changes.
type Totals struct {
	Changes    int64            `json:"changes"`
	Outcomes   map[string]int64 `json:"outcomes"` // "" while awaited
	Verdicts   map[string]int64 `json:"verdicts"`
	Causes     map[string]int64 `json:"causes"` // enforced denials
	Rules      map[string]int64 `json:"rules"`  // of enforced denials by the policy
	Others     int64            `json:"others_applied"`
	Own        int64            `json:"own_applied"`
	Privileged int64            `json:"privileged_applied"`
	Claimed    int64            `json:"claimed_applied"` // by actors the cluster was not asked about
	Rehearsed  int64            `json:"rehearsed"`       // would have been refused
	Coalesced  int64            `json:"coalesced"`       // refusals counted, without a record of their own
	Actors     int              `json:"actors"`
	Accounts   int              `json:"accounts"`
}

// Day counts the changes of a day (UTC).
type Day struct {
	Date    string `json:"date"`
	Applied int64  `json:"applied"` // or unchanged, or pending
	Refused int64  `json:"refused"`
	Failed  int64  `json:"failed"` // or unauthenticated
	Unknown int64  `json:"unknown"`
}

// Person changed others' passwords.
type Person struct {
	Name      string `json:"name"`
	Initiator string `json:"initiator,omitempty"`
	Applied   int64  `json:"applied"`
	Accounts  int    `json:"accounts"`
}

// Account is an account and what happened to its password.
type Account struct {
	Cluster string    `json:"cluster"`
	Name    string    `json:"name"`
	Applied int64     `json:"applied"`
	Refused int64     `json:"refused"`
	By      []string  `json:"by"` // who changed it
	Last    time.Time `json:"last,omitzero"`
	Records []int64   `json:"records"`
}

// Exception is something that deserves a look, and the records it rests on.
type Exception struct {
	Kind    string  `json:"kind"`
	Title   string  `json:"title"`
	Meaning string  `json:"meaning"`
	Count   int64   `json:"count"`
	Records []int64 `json:"records"` // places, at most 200
}

// Policy is a policy in force during the period.
type Policy struct {
	Name    string    `json:"name"`
	Digest  string    `json:"sha256"`
	Changes int64     `json:"changes"` // it judged
	First   time.Time `json:"first,omitzero"`
	Last    time.Time `json:"last,omitzero"`
	Loaded  time.Time `json:"loaded,omitzero"`
	Text    string    `json:"text"` // empty: not on the trail
}

// Exemption was used.
type Exemption struct {
	Owner   string  `json:"owner"`
	Reason  string  `json:"reason"`
	Count   int64   `json:"count"`
	Records []int64 `json:"records"`
}

// OverAge are passwords that have not been changed for too long, of the
// accounts the trail has seen a change of.
type OverAge struct {
	Days     int        `json:"days"`      // the limit; 0: none for all
	ByPolicy bool       `json:"by_policy"` // each policy's own max_age is the limit
	Seen     int        `json:"seen"`      // accounts with a limit whose last change is on the trail
	Count    int        `json:"count"`
	Accounts []OldEntry `json:"accounts"` // the oldest, at most 200
}

// OldEntry is an account over age.
type OldEntry struct {
	Cluster string    `json:"cluster"`
	Name    string    `json:"name"`
	Changed time.Time `json:"changed"`
	Days    int       `json:"days"`
	Limit   int       `json:"limit"` // days
}

// Gap is a time without recording.
type Gap struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	Kind  string    `json:"kind"` // stopped, crashed, silent or refusing
	Place int64     `json:"place"`
	Text  string    `json:"text"`
}

// Hours is how long the gap was.
func (g Gap) Hours() float64 { return g.Until.Sub(g.From).Hours() }

// Review is a sign-off that concerns the period.
type Review struct {
	Reviewer   string    `json:"reviewer"`
	Time       time.Time `json:"time"`
	First      int64     `json:"first"`
	Last       int64     `json:"last"`
	Size       int64     `json:"size"`
	Exceptions int64     `json:"exceptions"`
	Note       string    `json:"note"`
	Key        string    `json:"key"`   // fingerprint
	Trust      string    `json:"trust"` // broken, unknown, foreign or known
	Problem    string    `json:"problem,omitempty"`
}
