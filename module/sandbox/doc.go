// SPDX-License-Identifier: Apache-2.0

// Package sandbox is an embedded stand-in for the three upstreams the gateway
// guards: Elasticsearch, OpenSearch with its security plugin, and the control
// plane of Huawei CSS. The demo and the fast tests use it as their cluster.
//
// It guarantees that requests which set a password are routed, decoded,
// authorised, applied and answered as the real clusters do it on the wire,
// the lenient parts included: what a real cluster lets through, the sandbox
// lets through, so that a gateway which misses it is caught by a fast test.
// Users live in memory, passwords as bcrypt hashes of cost 4, and nothing is
// written to disk or to a log.
//
// How sure that is: Elasticsearch 6.8 and OpenSearch 2.19 were compared with
// real nodes, request by request, and package e2e repeats that. The later
// releases of Elasticsearch follow the vendor's sources, Huawei CSS its
// documents and SDKs; what neither tells is lenient here.
//
// It doesn't store documents: the few search and index routes it answers have
// fixed, empty results, and exist for clients that probe them. Nor does it do
// TLS, other realms than the built-in ones, or answers in CBOR and SMILE. It is
// no place for a password that is used anywhere else.
package sandbox
