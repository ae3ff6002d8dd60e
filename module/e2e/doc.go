// SPDX-License-Identifier: Apache-2.0

// Package e2e starts real clusters and real clients, and drives the same
// recorded requests through the gateway in front of each of them.
//
// One text file below testdata is one case: the request as it goes on the
// wire, and everything that has to follow from it. testdata/README.md explains
// the format. Plain "go test" runs the cases against the embedded sandbox. With
// PASSGATE_E2E=1 the same files run through the real binary in front of a real
// Elasticsearch and a real OpenSearch, so that the sandbox can't drift from
// what it imitates; then the official clients follow.
//
// The package guarantees that with PASSGATE_E2E=1 nothing is skipped: what
// can't be fetched or started is a failure. It guarantees that every process
// it starts ends with the test binary, however that ends. It does not pin
// downloads by digest beyond what Maven, pip and npm check themselves, and it
// listens on loopback only.
package e2e
