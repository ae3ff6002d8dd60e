// SPDX-License-Identifier: Apache-2.0

// Package demo is the command "passgate demo": the gateway before three
// embedded clusters, on loopback, ready to be tried with curl, and the page for
// reviewing what it recorded.
//
// It guarantees to need neither root nor a network, to listen on 127.0.0.1
// only, and to leave nothing on disk when it ends unless it was asked to keep
// the trail. It shows the gateway as an operator would run it: the
// configuration is a Caddyfile, and it is printed with --caddyfile. It is no
// way to run the gateway for real: the clusters forget everything, and their
// credentials are printed.
package demo
