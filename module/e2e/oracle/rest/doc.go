// SPDX-License-Identifier: Apache-2.0

// Package rest puts the gateway in front of the real HTTP transport, REST
// controller and parsers of Elasticsearch 7.17, 8.19 and 9.5, and sends raw
// mutated requests through it: path × query × headers × framing × body.
//
// The property: what a REST layer behind the gateway read as a change is exactly
// what the gateway judged, allowed and put on its trail: method, target, login
// and secret. Every request is also sent to the layer without the gateway, so
// that a run can say how many would have worked.
//
// It guarantees that nothing a layer reads goes unseen: changes are told by the
// layer itself, not taken from an answer, so that a second request smuggled in
// behind the first is found too. The layers have no security plugin: nobody is
// authenticated, and a stub stands where a password would be stored.
package rest
