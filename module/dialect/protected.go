// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"path"
	"slices"
	"strings"
)

// Protected is the operation of a write to where a cluster keeps its users:
// the security index by its own name, or the plugin's configuration.
const Protected Operation = "security_index"

// securityIndices hold the users' hashes (NativeUsersStore.java of
// Elasticsearch; opensearch-project/security ConfigConstants.java). The first
// two are an alias and a pattern of concrete names.
var securityIndices = []string{".security", ".security-6", ".security-7", ".security-8", ".opendistro_security"}

// indexReads are what may be done with the security index by POST: it reads.
var indexReads = []string{
	"_search", "_count", "_msearch", "_mget", "_field_caps", "_validate", "_explain", "_termvectors", "_mtermvectors",
	"_refresh", "_flush", "_forcemerge", "_cache", "_async_search", "_pit", "_search_shards", "_rank_eval", "_knn_search",
	"_terms_enum", "_analyze", "_eql",
}

// newNames stand in front of a name that an index or an alias is to get: one that is
// called .security holds the users from then on (SecurityIndexManager.java).
var newNames = []string{"_alias", "_aliases", "_clone", "_create_from", "_downsample", "_rollover", "_shrink", "_split"}

// protectedIndex finds writes to the security index by its path: any to its own
// name, also when another index is to get it, and an update by query of a pattern
// that takes it in, as * does for a superuser of 6.x. What a body names, or an alias
// of another name, can't be seen from here.
func protectedIndex(method, escaped string) bool {
	if method == "GET" || method == "HEAD" || method == "OPTIONS" || !mayNameSecurity(escaped) {
		return false
	}
	named, taken := false, false
	for segment := range strings.SplitSeq(escaped, "/") {
		segment = decodeLoose(decodeLoose(segment))
		switch {
		case slices.Contains(newNames, segment):
			continue
		case strings.HasPrefix(segment, "_") && segment != "_all": // below an API, a name is somebody's document
			return named && (method != "POST" || !slices.Contains(indexReads, segment)) || taken && segment == "_update_by_query"
		}
		for expression := range strings.SplitSeq(segment, ",") {
			expression = dateMath(expression)
			named = named || namesSecurityIndex(expression)
			taken = taken || expression == "_all" || strings.HasPrefix(expression, "*") && matchesSecurityIndex(expression)
		}
	}
	return named
}

// mayNameSecurity is a cheap first look: the name itself, or an encoding or a
// wildcard that may hide it.
func mayNameSecurity(escaped string) bool {
	return strings.Contains(escaped, ".security") || strings.Contains(escaped, ".opendistro") ||
		strings.Contains(escaped, "%") || strings.Contains(escaped, "*") || strings.Contains(escaped, "/_all/")
}

// namesSecurityIndex reports whether an index expression, once its date math is
// resolved, reaches the security index: its name, or a pattern that begins with a dot.
func namesSecurityIndex(expression string) bool {
	expression, _, _ = strings.Cut(expression, "::") // a failure or data component
	if !strings.HasPrefix(expression, ".") {
		return false
	}
	return strings.HasPrefix(expression, ".security-") || matchesSecurityIndex(expression)
}

func matchesSecurityIndex(expression string) bool {
	return slices.ContainsFunc(securityIndices, func(name string) bool {
		matched, err := path.Match(expression, name)
		return matched || err != nil
	})
}

// dateMath returns, as a pattern, what an expression in angle brackets may resolve
// to (IndexNameExpressionResolver.java): a backslash gives way to the character
// behind it, a placeholder to a date in a format of its own, in which quoted text
// may spell anything. Other expressions stay as they are.
func dateMath(expression string) string {
	if !strings.HasPrefix(expression, "<") || !strings.HasSuffix(expression, ">") {
		return expression
	}
	var out strings.Builder
	for rest := expression[1 : len(expression)-1]; rest != ""; {
		c := rest[0]
		rest = rest[1:]
		switch {
		case c == '\\' && rest != "":
			out.WriteByte(rest[0])
			rest = rest[1:]
		case c == '{':
			held := placeholder(rest)
			rest = rest[len(held):]
			switch {
			case out.Len() > 0:
				out.WriteByte('*')
			case strings.Contains(held, "'"):
				out.WriteString(".*")
			default:
				out.WriteByte('0') // no date begins like the index
			}
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// placeholder is the rest of a placeholder that has been opened, a format in
// braces of its own within.
func placeholder(rest string) string {
	for i, depth := 0, 1; i < len(rest); i++ {
		switch rest[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return rest[:i+1]
		}
	}
	return rest
}

// protectedConfig finds writes to the security plugin's own configuration: they
// can add a way to log in for which there is no password at all.
func protectedConfig(method, escaped string) bool {
	if method != "PUT" && method != "PATCH" && method != "POST" {
		return false
	}
	_, rest, ok := strings.Cut(escaped, "/_security/api/")
	if !ok {
		return false
	}
	first, _, _ := strings.Cut(rest, "/")
	return first == "securityconfig"
}

// protect turns a request that is nothing else into a protected one, also if it only
// becomes one on its way: Caddy resolves the dots of a path whose prefix it strips.
func protect(m Match, method, escaped string) Match {
	if m.Kind != Neighbour && m.Kind != Unlisted {
		return m
	}
	protected := protectedIndex(method, escaped) || protectedConfig(method, escaped)
	if !protected && !plain(escaped) {
		folded := fold(escaped)
		protected = protectedIndex(method, folded) || protectedConfig(method, folded)
	}
	if protected {
		return Match{Kind: Shielded, Operation: Protected, Reason: ReasonSecurityIndex}
	}
	return m
}
