// SPDX-License-Identifier: Apache-2.0

// Package audit keeps the trail.
package audit
