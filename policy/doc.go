// SPDX-License-Identifier: Apache-2.0

// Package policy answers one question: may this password be set?
//
// A policy is a list of statements, written as in the Caddyfile:
//
//	preset nist-800-63b-4
//	context_words acme rocket
//	max_bytes 72
//
// [New] turns them into a [Policy]; [Policy.Judge] reports every requirement
// a password breaks, not only the first.
//
// What the package guarantees:
//
//   - It is pure: it reads no file, opens no socket, keeps nothing between two
//     calls, and a Policy may be used by any number of goroutines.
//   - A violation is made when the policy is loaded, before any password
//     exists. Neither its message nor its parameters can quote a password, a
//     matched word or a measured length.
//   - Work grows linearly with the password; no rule backtracks.
//   - Comparisons with names, words and other passwords ignore case and
//     canonical equivalence (Unicode NFC); the password itself is never
//     changed, since the cluster will store the bytes as they were sent.
//
// What it doesn't do: rules that need state (history, minimum age) or data on
// disk (breached passwords) are judged elsewhere. It can't see into a hash, so
// it denies hashes unless an allow_hash statement opens them.
package policy
