// SPDX-License-Identifier: Apache-2.0

// Package audit keeps the trail: it writes records into segments, one writer for
// a directory, chains them, and signs checkpoints of all that is there. TRAIL.md
// has its promises in full and describes the files, SCHEMA.md the fields.
//
// It guarantees that [Trail.Record] returns without an error only when the record
// is on stable storage (or, a refusal of a source that is refused again and again,
// counted); that a decision is answered by one outcome, if
// need be at the next start, which says that nobody knows; and that a record
// never holds more than an [Event] has fields for: no password, hash, credential
// or length of one. A start never builds on records that differ from the last
// signed checkpoint.
//
// It does not judge whether a trail is whole (package proof does, from the files
// alone) and does not keep the owner of the signing key from writing another one.
package audit
