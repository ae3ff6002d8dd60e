// SPDX-License-Identifier: Apache-2.0

// Package traffic invents the trail of a company: a few hundred people, three
// clusters, a help desk, nightly automation, a policy that is rehearsed before
// it is enforced, and the incidents a reviewer is there to find.
//
// It guarantees that the same [Plan] gives the same events, in order of time,
// spelled as the gateway spells them, with rules and clauses that real policies
// gave for real sample passwords. It is for the demo, for tests and for
// measurements; nothing in it says anything about an actual cluster.
package traffic
