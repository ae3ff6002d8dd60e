// SPDX-License-Identifier: Apache-2.0

// Package seal is what makes a change to the trail visible: every line names
// the hash of the line before it, all lines together are the leaves of a Merkle
// tree (RFC 6962 §2.1), and signed checkpoints (C2SP tlog-checkpoint, signed
// notes with Ed25519) state the tree's size and root.
//
// It guarantees that a line which was altered, removed, inserted or moved no
// longer fits the chain, and that nobody without the signing key can make a
// checkpoint fit another history. It does not keep the owner of the key from
// rewriting the past: only a checkpoint kept elsewhere does.
package seal
