// SPDX-License-Identifier: Apache-2.0

// Package policy answers one question: may this password be set?
package policy
