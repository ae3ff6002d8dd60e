// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTail is the longest guarded tail in segments:
// v1.0/{project}/clusters/{cluster}/password/reset.
const maxTail = 6

// tail holds the last segments of an escaped path, split as the clusters'
// routers do it: at every slash, before any decoding, trailing empty parts
// dropped (elastic/elasticsearch PathTrie.java, RestUtils.java).
type tail struct {
	path string // without its trailing slashes
	seg  [maxTail]string
	at   [maxTail]int // where each begins
	n    int
}

// cut splits path from its end. seg[0] is the last segment.
func cut(path string) (t tail) {
	path = strings.TrimRight(path, "/")
	t.path = path
	end := len(path)
	for t.n < maxTail && end > 0 {
		slash := strings.LastIndexByte(path[:end], '/')
		if slash < 0 {
			return t
		}
		t.seg[t.n], t.at[t.n] = path[slash+1:end], slash
		t.n++
		end = slash
	}
	return t
}

// is reports whether the segments from i on, read towards the front, are want.
func (t *tail) is(i int, want ...string) bool {
	if i+len(want) > t.n {
		return false
	}
	for k, w := range want {
		if t.seg[i+k] != w {
			return false
		}
	}
	return true
}

// before is the path in front of segment i.
func (t *tail) before(i int) string { return t.path[:t.at[i]] }

// plainPrefix reports whether a prefix, as a handle_path would strip it, is
// made of ordinary segments only: none empty, none of dots.
func plainPrefix(prefix string) bool {
	if prefix == "" {
		return true
	}
	for seg := range strings.SplitSeq(decodeLoose(prefix)[1:], "/") {
		if seg == "" || seg == "." || seg == ".." || strings.ContainsAny(seg, `\;`) {
			return false
		}
	}
	return true
}

// targetName decodes the name segment of a path, once, as the clusters do.
// A name that a hop on the way could clean into another path is refused: empty,
// of dots, or holding dot segments; likewise control characters and bad UTF-8,
// which no two sides print or store alike.
func targetName(segment string) (string, bool) {
	name, err := url.PathUnescape(segment)
	if err != nil || name == "" || !utf8.ValidString(name) {
		return "", false
	}
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == "." || part == ".." {
			return "", false
		}
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return "", false
	}
	return name, true
}
