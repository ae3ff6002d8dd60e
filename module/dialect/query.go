// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/url"
	"slices"
	"strings"
)

// responseParams shape the answer only; both engines take them on every route
// (elastic/elasticsearch BaseRestHandler.java, OpenSearch likewise).
var responseParams = []string{"pretty", "human", "error_trace", "format", "filter_path"}

// readQuery accepts a query in which every reader sees the same parameters:
// separated by & alone, each once, well encoded, from the list the API knows.
// The clusters also split at ;, take the last of several, and let a parameter
// stand in for the name in the path, which Go's reader would not show us.
func readQuery(raw string, allowed ...string) *Fault {
	if raw == "" {
		return nil
	}
	if strings.ContainsAny(raw, ";#\\") {
		return unreadable(ReasonQuery, "the query may not contain a semicolon, a backslash or a fragment")
	}
	seen := make(map[string]bool)
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		plainName, err := url.QueryUnescape(name)
		if _, errValue := url.QueryUnescape(value); err != nil || errValue != nil {
			return unreadable(ReasonQuery, "the query is not well encoded")
		}
		if plainName != name || !slices.Contains(allowed, name) && !slices.Contains(responseParams, name) {
			return unreadable(ReasonQuery, "the query has a parameter this operation doesn't take; name the user in the path and drop the rest")
		}
		if seen[name] {
			return unreadable(ReasonQuery, "the query has the same parameter twice")
		}
		seen[name] = true
	}
	return nil
}
