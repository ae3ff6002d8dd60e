// SPDX-License-Identifier: Apache-2.0

// Package recipes holds what other tools need to read a trail, and the test
// that runs every command of RECIPES.md and compares its numbers with ours.
//
// A tool that isn't installed is left out, unless PASSGATE_E2E is set: then
// that is a failure, and DuckDB is fetched from PyPI.
package recipes
