// SPDX-License-Identifier: Apache-2.0

// Package differential sends mutated requests through the real gateway into
// real clusters and asks the clusters afterwards what has become of their users.
//
// A request is a password change with a password that the gateway's policy
// forbids and the cluster would take, crossed from mutations of path, query,
// headers, framing, body, method and credentials, and sent as raw bytes. The
// promise is held to account in two ways: the forbidden password must not log in,
// and the password in force before must still do so, unless what replaced it
// satisfies the policy. The same bytes then go straight to the cluster: a run in
// which few of them bite proves nothing, and fails.
//
// With PASSGATE_E2E=1 nothing is skipped. A run is made again by its seed, except
// for the salts of hashes. It covers Elasticsearch 6.8.23 and OpenSearch 2.19.3;
// other releases are the matter of package oracle.
//
// Four of five requests go through one or two mutations that are known to leave a
// request effective, the rest through any (known.go). PASSGATE_DIFFERENTIAL_N makes
// a run longer, _SEED another one, _STRAIGHT sends one in so many straight as well,
// _WORKERS says how many sequences run at a time (main_test.go). A long run is
// several of some thousand requests with a seed each: what ends one by accident
// then costs the others nothing.
package differential
