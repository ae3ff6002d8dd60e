// SPDX-License-Identifier: Apache-2.0

// Package proof answers, from the files of a trail alone, whether it is what
// the gateway wrote: [Verify] for a whole trail, [Prove] and [Check] for one
// record, [ProveConsistency] and [CheckConsistency] for two points in time.
//
// It only reads, takes no lock, and may run beside the gateway that writes.
//
// What it guarantees rests on the verifier key and the checkpoints that the
// auditor brings along. With neither, it shows that the trail agrees with
// itself; who owns the signing key could have written another one.
package proof
