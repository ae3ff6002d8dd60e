// SPDX-License-Identifier: Apache-2.0

// Package e2e looks at the review page with a real browser: every page at three
// widths, light and dark, with the keyboard alone, without JavaScript, with
// hostile names, and with the accessibility checker axe-core; and at the page
// of the demo, which asks for a password.
//
// The tests run where PASSGATE_E2E is set, and then they fail rather than skip
// if chromium, node or the two npm packages can't be had. PASSGATE_SHOTS names
// a directory for the screenshots.
package e2e
