// SPDX-License-Identifier: Apache-2.0

// Package export spells records for people and for other programs: a table,
// CSV, and the trail's own JSON lines.
//
// Nothing in a record can act on whoever reads the result: what isn't
// printable is shown as an escape, and no CSV cell begins like a formula. JSON
// lines are handed on byte for byte; the trail has escaped them already.
package export
