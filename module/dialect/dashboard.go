// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/url"
	"strings"
)

// UserPage is the operation of a password route of Kibana or OpenSearch
// Dashboards: it becomes a change only behind them, out of our sight.
const UserPage Operation = "user_page"

// Dashboard finds the password routes of Kibana and OpenSearch Dashboards, and
// any guarded request handed to their consoles. A gateway in front of them can't
// judge these in the cluster's own terms; it belongs between them and the cluster.
func Dashboard(d Dialect, method, escaped, query string) Match {
	if method != "POST" && method != "PUT" && method != "PATCH" {
		return Match{}
	}
	if !plain(escaped) { // their router decodes what needs no escape (hapijs/call, normalize)
		escaped = fold(escaped)
	}
	escaped = strings.TrimRight(escaped, "/")
	switch {
	case strings.HasSuffix(escaped, "/api/console/proxy"):
		return consoleMatch(d, query)
	case strings.Contains(escaped, "/internal/security/users/"), strings.Contains(escaped, "/api/security/v1/users/"):
		return userPage()
	case strings.Contains(escaped, "/api/v1/configuration/"):
		_, rest, _ := strings.Cut(escaped, "/api/v1/configuration/")
		if rest == "account" || strings.HasPrefix(rest, "internalusers") {
			return userPage()
		}
	}
	return Match{}
}

func userPage() Match { return Match{Kind: Shielded, Operation: UserPage, Reason: ReasonUserPage} }

var unblanked = strings.NewReplacer("\t", "", "\r", "", "\n", "")

// consoleMatch looks at the request inside a console's query: a method in any
// case, a path that needs no leading slash. To their parser a semicolon is a part of
// the path, to others the end of it.
func consoleMatch(d Dialect, query string) Match {
	if m := consolePath(d, query, "&"); m.Kind != Neighbour || !strings.Contains(query, ";") {
		return m
	}
	return consolePath(d, query, "&;")
}

func consolePath(d Dialect, query, separators string) Match {
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		name, value, _ := strings.Cut(pair, "=")
		if name, err := url.QueryUnescape(name); err != nil || name != "path" {
			continue
		}
		inner, err := url.QueryUnescape(value)
		if err != nil {
			return userPage()
		}
		// The consoles build a URL of it (create_handler.ts, toURL), which loses tabs
		// and line ends wherever they stand, and its fragment (WHATWG URL, section 4.4).
		inner = "/" + strings.TrimLeft(unblanked.Replace(inner), "/")
		if end := strings.IndexAny(inner, "?#"); end >= 0 {
			inner = inner[:end]
		}
		for _, method := range []string{"PUT", "POST", "PATCH", "DELETE"} {
			if k := d.Recognise(method, inner).Kind; k == Guarded || k == Evasion || k == Shielded {
				return userPage()
			}
		}
	}
	return Match{}
}
