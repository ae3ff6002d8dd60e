// SPDX-License-Identifier: Apache-2.0

// Package review answers questions about the trail: who changed whose password,
// what was refused and why.
//
// It reads the segments as they stand on disk; there is no database. Each
// segment gets columns in memory (time, verdict, actor, target …), which take
// about 40 bytes a record and answer filters and counts in milliseconds; those
// of a sealed segment can be kept in a cache directory. Columns are a view,
// rebuilt at will: what is shown of a record is always read from its line
// again, and whether the trail is whole is never decided here but by
// [github.com/passgate/passgate/module/audit].
//
// It writes nothing into the trail's directory and takes no lock.
package review
