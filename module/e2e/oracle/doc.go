// SPDX-License-Identifier: Apache-2.0

// Package oracle asks the clusters' own readers what they understand, and holds
// the gateway's readers against them.
//
// An input is one body, request target or Basic header, made by a seeded,
// grammar-aware mutator. It is given to the published classes of Elasticsearch
// 6.8, 7.17, 8.19 and 9.5 and of OpenSearch 2.19.3 (with the JSON Patch library
// of old, present and coming releases), each in a Java process of its own, and to
// package dialect. The property: wherever one of them finds a secret, a target
// or a route, the gateway finds the same or refuses.
//
// Below it, package rest puts the gateway in front of the real HTTP transport and
// REST controller of Elasticsearch, and package mutant switches each strictness
// check off in turn to see that somebody notices.
//
// With PASSGATE_E2E=1 nothing is skipped. Without it, the inputs recorded below
// testdata, with what the clusters made of them, are replayed: plain Go, no Java.
//
// It guarantees that a run is reproducible from its seed, and that a run which
// proved little (few inputs that a cluster takes for a change) fails. It can't
// speak for what is not published: Huawei's control plane has no oracle, and the
// change-password loop of Elasticsearch 8 and 9 is written anew on the published
// parser.
package oracle
