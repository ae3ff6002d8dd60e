// SPDX-License-Identifier: Apache-2.0

// Package report draws up what an auditor asks for about a period: whether the
// record is whole, what it covers, what was changed and refused, what is out of
// the ordinary, which policies judged, and who has reviewed it.
//
// Numbers count changes, one record of each: the last word on it. They come
// from the records themselves, read for the report; no cached columns are
// used. Every exception names the places of its records, so that each number
// can be looked up. Where something can only be concluded (hours of operation
// from silence, a cluster's mode from its changes), the report says so.
package report
