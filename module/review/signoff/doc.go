// SPDX-License-Identifier: Apache-2.0

// Package signoff keeps the log of reviews: who looked at which records, what
// the trail looked like then, and what was left to follow up.
//
// A review is a statement in plain text, signed with the reviewer's own SSH key
// (OpenSSH's SSHSIG, which `ssh-keygen -Y verify` checks too). The statement
// names a signed checkpoint of the trail, so it proves what was seen: no other
// trail has that root. The log is one line a review, each naming the SHA-256 of
// the line before; the trail itself records each review as well, so that a line
// taken out of the log is missed.
//
// It doesn't guarantee that anybody has looked: only that somebody has said so.
package signoff
