// SPDX-License-Identifier: Apache-2.0

package policy

import "time"

// Change is one request to set a password, as far as a rule may look at it.
// Only Password is needed; a rule that lacks what it compares with holds.
type Change struct {
	Password string // as the cluster will store it: decoded, not normalised

	Username        string // whose password
	FullName, Email string // the user's attributes, where the request carries them

	Current    string // the password in force, meaningful only with HasCurrent
	HasCurrent bool   // the request carries the password in force

	Cluster   string // name of the cluster, as in the Caddyfile
	Operation string // the vendor's name of the API call

	// Time is when the change is judged. Left zero, rules count as enforced
	// whatever enforce_from says, and the year is today's.
	Time time.Time
}
