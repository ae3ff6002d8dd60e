// SPDX-License-Identifier: Apache-2.0

// Package module is the gateway as Caddy sees it.
//
// What to look for where:
//
//	app.go         the app password_policy: policies and the trail, shared by all sites
//	policy.go        one policy as it is written down
//	reachable.go     can each of them ever match?
//	handler.go     the directive password_policy: which requests are guarded
//	change.go      the way of a guarded request, step by step
//	read.go        step 2: the body, whole, and what it sets
//	bodies.go        how much of them is held at once, in all changes
//	identify.go    step 3: who asks, by asking the cluster
//	asked.go         in whose name it was asked
//	judge.go       step 4: the verdict
//	slots.go         how many passwords are judged at once
//	occasion.go      which policy: does the change create its user?
//	voucher.go       was this hash made from a password that was judged?
//	breached.go      is the password known to others?
//	stateful.go      was it used before? For callers whom
//	authority.go     the cluster says that they may set it, from
//	book.go          the history, one change of a user at a time
//	age.go           how old is the present one? What max_age counts
//	record.go      step 5 and 7: what the trail is told
//	forward.go     step 6: the original bytes, once
//	mark.go          what the guard has judged, told to
//	transport.go     the second look, at the request as it really leaves
//	answer.go        the cluster's answer, held back until it is on record
//	why.go           why there was none, for the log
//	gateway.go     the shortcut directive password_gateway
//	site.go        the address of a guarded site
//	siting*.go     is the guard in front of every way to its cluster?
//	leaking.go     would one of Caddy's own logs hold a credential?
//	caddyfile*.go  how all of it is written down
//	trail.go       the open trail, shared by configurations as they follow each other
//	words.go       word lists, read again when their files change
//	event.go, metrics.go, health.go   what else is told: to Caddy, Prometheus, a load balancer
//
// A verdict is set by deny or judge and becomes an act in conclude: refuse, or
// forward. What the cluster answers runs into an answer, which calls settle before
// the client sees a byte; settle reads what the proxy says of this pass, and finish
// puts the outcome on the trail and tells the history.
//
// It guarantees that a guarded request is judged and durably recorded before a
// byte of its body goes upstream, that it is sent at most once, and that nothing
// on its way (an error, a panic, a client that leaves) turns into a second,
// unjudged way out. It can't see what doesn't pass through it: a cluster must be
// reachable only by way of the gateway.
package module
