// SPDX-License-Identifier: Apache-2.0

// Package dialect knows the upstream APIs: which requests set a password, how
// their bodies read, who the cluster says is asking, how a refusal must look so
// that official clients raise their usual exception, and what an answer means.
//
// It guarantees that a request is understood in one way only. Whatever two
// readers could understand differently (another spelling of a route, a repeated
// key, a second document after the first, an encoding that some clusters
// decode and others ignore) comes back as a [Fault], never as a guess.
//
// It does not decide whether a password is good (package policy), does no I/O
// but reading the body it is given, and knows nothing of Caddy.
package dialect
