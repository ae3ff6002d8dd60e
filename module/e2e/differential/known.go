// SPDX-License-Identifier: Apache-2.0

package differential

import "slices"

// wildly is one in how many requests goes through any mutations at all. The
// others go through one or two that are known to leave a request effective: a
// gateway has proven something only where it held a request that would have
// worked. The wild ones look for what nobody knows yet.
const wildly = 5

// everywhere are mutations that both clusters take, as the counts by mutation of
// long runs have shown: mostly, or in some of their spellings.
var everywhere = []string{
	// target and login
	"trailing slashes", "query encoded", "unpadded", "loose bits",
	// body
	"escapes", "blanks", "something after", "overlong UTF-8", "broken UTF-8", "long blanks",
	// headers
	"credentials repeated", "other credentials as well", "headers to be dropped", "an offer to upgrade", "expect", "early data", "another method by header",
	"another path by header", "accept", "range and conditions", "two hosts", "gzip", "gzip of two members", "something behind gzip", "raw deflate",
	"two encodings", "an encoding as a label",
	// framing
	"chunked", "chunk extensions", "chunk sizes spelled otherwise", "trailers", "transfer coding spelled otherwise", "length and chunks", "bare line feeds",
	"lines in front", "behind a neighbour", "behind itself", "in a neighbour's body", "something behind",
}

// known are those of one cluster.
var known = map[string][]string{
	"elasticsearch": {
		"query with semicolons", "fragment", "comments", "UTF-16 or UTF-32", "odd blanks", "another format", "run as another", "no host", "deflate", "gzip cut off",
		"two lengths", "old protocol", "blanks in the request line", "behind a neighbour's chunks", "gap", "a large header",
	},
	"opensearch": {
		"broken name only", "media type", "known member", "another operation", "extra member", "from beside a value", "both of one user", "escapes in the path", "odd header line",
	},
}

func isKnown(dialect, mutation string) bool {
	return slices.Contains(everywhere, mutation) || slices.Contains(known[dialect], mutation)
}
