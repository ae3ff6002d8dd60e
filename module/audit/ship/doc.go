// SPDX-License-Identifier: Apache-2.0

// Package ship copies a trail to an Elasticsearch or OpenSearch that people
// already run, so that they can search it with the tools they know.
//
// Every record gets there at least once, and stays once: its document id is
// event.id and the operation is create, so a repeated one is refused with 409,
// which counts as done. Only records under a signed checkpoint are shipped:
// what a crash takes back was never sent. The directory stays the authority;
// what was shipped can be altered by whoever administers that cluster.
//
// Ship to another cluster than the one that is guarded, or at least as a user
// who may only create.
package ship
