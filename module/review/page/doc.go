// SPDX-License-Identifier: Apache-2.0

// Package page is the Caddy handler password_audit, which serves the review
// page of package ui to people that Caddy has authenticated.
//
// It guarantees that a request without an authenticated identity sees nothing.
// It doesn't decide who may read: put basic_auth, forward_auth or a client
// certificate in front of it.
package page
