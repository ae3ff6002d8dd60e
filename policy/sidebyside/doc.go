// SPDX-License-Identifier: Apache-2.0

// Package sidebyside compares the policy engine with Passay and libpwquality:
// the same 2,000 passwords, one rule at a time, under equivalent settings.
// RESULTS.md holds the outcome with every difference explained.
//
// The comparison runs only when PASSGATE_SIDE_BY_SIDE is set, since it needs
// Java, Maven, apt-get and the network:
//
//	PASSGATE_SIDE_BY_SIDE=1 go test ./policy/sidebyside -update
//
// It installs nothing: both engines are unpacked in a temporary directory.
package sidebyside
