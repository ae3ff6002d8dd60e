// SPDX-License-Identifier: Apache-2.0

// Package ui is the page for reviewers: what happened to passwords, whether the
// record is whole, and what needs attention. It is rendered on the server, works
// without JavaScript, below any path, and in a text browser.
//
// It only reads. It guarantees that no request changes anything, that names and
// other texts from requests can't act on the reader (html/template, a strict
// Content-Security-Policy, invisible characters shown as escapes), and that
// nothing is shown to a request for which the caller names no reader. Who the
// reader is, and whether he may read, is decided before; see package page.
package ui
