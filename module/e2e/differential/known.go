// SPDX-License-Identifier: Apache-2.0

package differential

import "slices"

// wildly is one in how many requests goes through any mutations at all. The
// others go through one or two that are known to leave a request effective: a
// gateway has proven something only where it held a request that would have
// worked. The wild ones look for what nobody knows yet.
const wildly = 4

// everywhere are mutations that either cluster takes at least now and then, as
// long runs have counted them; a good half of them works most of the time.
var everywhere = []string{
	// target
	"trailing slashes", "a character encoded", "query encoded", "repeated in the query", "user in the query", "fragment", "no leading slash",
	// body
	"escapes", "blanks", "comments", "UTF-16 or UTF-32", "something after", "something before", "overlong UTF-8", "broken UTF-8", "long blanks", "known member",
	"null as well", "nested deeply", "secret below another member", "odd blanks",
	// headers
	"media type", "another format", "credentials repeated", "other credentials as well", "run as another", "headers to be dropped", "an offer to upgrade", "expect",
	"early data", "another method by header", "another path by header", "accept", "range and conditions", "two hosts", "no host", "gzip", "gzip cut off",
	"gzip of two members", "something behind gzip", "deflate", "raw deflate", "two encodings", "an encoding as a label", "a large header", "odd header line", "two media types", "no media type",
	// framing
	"chunked", "chunk sizes spelled otherwise", "chunk extensions", "trailers", "transfer coding spelled otherwise", "length and chunks", "length spelled otherwise",
	"two lengths", "length too long", "old protocol", "bare line feeds", "lines in front", "blanks in the request line", "behind a neighbour", "behind itself",
	"in a neighbour's body", "behind a neighbour's chunks", "something behind",
	// login
	"scheme spelled otherwise", "gap", "unpadded", "something after", "loose bits",
}

// known are those of one cluster alone.
var known = map[string][]string{
	"elasticsearch": {"query with semicolons", "snappy"},
	"opensearch": {
		"another password after", "another password before", "a hash as well", "member of a near name",
		"op spelled otherwise", "from beside a value", "path without slash", "path with empty parts", "path with a key expression", "extra member", "repeated member",
		"another operation", "both of one user", "a whole user", "path above the user", "a single operation, no list",
	},
}

func isKnown(dialect, mutation string) bool {
	return slices.Contains(everywhere, mutation) || slices.Contains(known[dialect], mutation)
}
