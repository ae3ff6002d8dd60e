// SPDX-License-Identifier: Apache-2.0

// Package mutant switches each strictness check of the gateway off in turn and
// sees who notices: a check that nobody misses is either unneeded or untested.
//
// The switch is the compiler's. A mutant is a piece of source text and what
// stands in its place; `go test -overlay` builds the packages with the mutated
// file, so that nothing of this is in the gateway itself, and nothing on its way
// of a request costs a test of a flag. A piece that is no longer found in the
// source fails plain `go test` at once, with the name of the check.
//
// With PASSGATE_E2E=1 every mutant is built and has to be caught, by a unit test
// of package dialect or by the recorded inputs of package oracle; the table of
// who caught what is printed, and kept in CAUGHT.md.
package mutant
