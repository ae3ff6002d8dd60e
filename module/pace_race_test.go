// SPDX-License-Identifier: Apache-2.0

//go:build race

package module

// slowdown is how much longer work may take in this build.
const slowdown = 20
