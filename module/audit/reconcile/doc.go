// SPDX-License-Identifier: Apache-2.0

// Package reconcile compares the trail with what a cluster itself says about
// its users: a change that the cluster knows and the trail doesn't has bypassed
// the gateway.
//
// It reads Elasticsearch's audit log (files), OpenSearch's (files or its audit
// index), and, where a licence includes no audit log, the version counters of
// Elasticsearch's user documents. What it finds is as good as that log: who can
// write it can hide a bypass, and a log that leaves out events shows nothing of
// them. Gaps it can see, it names.
package reconcile
