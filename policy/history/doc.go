// SPDX-License-Identifier: Apache-2.0

// Package history answers two questions about a user's former passwords: has
// this one been used before, and how long has the present one been in force?
//
// It guarantees that no password is kept, and no name: an entry is a tag made
// with argon2id and a pepper, found under a keyed digest of cluster and user.
// Whoever steals the store alone can't test guesses, and can't tell whose it is;
// whoever steals store and peppers pays for an argon2id hash with each guess.
// Looking costs one such hash, however many entries there are, and as much for a
// user without any.
//
// It doesn't decide who may ask. The answer "used before" told to a stranger is
// an oracle for guessing passwords, so the caller must have shown his authority
// first. It doesn't know whether a change was applied either: [Book.Learn] is
// for changes that the cluster has confirmed.
package history
