// SPDX-License-Identifier: Apache-2.0

// Package module is the gateway as Caddy sees it.
//
// What to look for where:
//
//	app.go         the app password_policy: policies and the trail, shared by all sites
//	handler.go     the directive password_policy: which requests are guarded
//	change.go      the way of a guarded request, step by step
//	read.go        step 2: the body, whole, and what it sets
//	identify.go    step 3: who asks, by asking the cluster
//	judge.go       step 4: the verdict
//	record.go      step 5 and 7: what the trail is told
//	forward.go     step 6: the original bytes, once
//	answer.go      the cluster's answer, held back until it is on record
//	transport.go   the second look, at the request as it really leaves
//	gateway.go     the shortcut directive password_gateway
//	caddyfile*.go  how all of it is written down
//
// It guarantees that a guarded request is judged and durably recorded before a
// byte of its body goes upstream, that it is sent at most once, and that nothing
// on its way (an error, a panic, a client that leaves) turns into a second,
// unjudged way out. It can't see what doesn't pass through it: a cluster must be
// reachable only by way of the gateway.
package module
