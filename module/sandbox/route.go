// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"slices"
	"strings"
)

// trie finds the handlers of a path as both clusters do it: by raw segments,
// literals compared as they are spelled, and only what falls on a {parameter}
// decoded, once. See common/path/PathTrie.java of Elasticsearch and OpenSearch.
type trie[H any] struct {
	children map[string]*trie[H] // by literal; "*" for a {parameter}
	param    string              // the parameter's name, on a "*" child
	methods  map[string]H        // nil: no handler ends here
}

const wildcard = "*"

func (t *trie[H]) add(method, path string, h H) {
	n := t
	for _, segment := range strings.Split(path, "/")[1:] {
		if segment == "" {
			continue // the root
		}
		n = n.child(segment)
	}
	if n.methods == nil {
		n.methods = map[string]H{}
	}
	n.methods[method] = h
}

func (t *trie[H]) child(segment string) *trie[H] {
	key, param := segment, ""
	if strings.HasPrefix(segment, "{") {
		key, param = wildcard, strings.Trim(segment, "{}")
	}
	if t.children == nil {
		t.children = map[string]*trie[H]{}
	}
	if t.children[key] == nil {
		t.children[key] = &trie[H]{param: param}
	}
	return t.children[key]
}

// rawParam is a path parameter, still as spelled.
type rawParam struct{ name, value string }

// find returns the node of a raw path and the parameters on the way to it.
// A nil node means that no route has this path.
func (t *trie[H]) find(rawPath string) (*trie[H], []rawParam) {
	segments := splitPath(rawPath)
	if len(segments) == 0 {
		if t.methods == nil {
			return nil, nil
		}
		return t, nil
	}
	return t.descend(segments)
}

func (t *trie[H]) descend(segments []string) (*trie[H], []rawParam) {
	literal, any := t.children[segments[0]], t.children[wildcard]
	if segments[0] == wildcard {
		literal = nil // a literal star falls on the parameter
	}
	last := len(segments) == 1
	if literal != nil && last && literal.methods != nil {
		// Whatever methods it has: the parameter isn't tried any more, so
		// that nobody can create a user named _has_privileges.
		return literal, nil
	}
	if literal != nil && !last {
		if n, params := literal.descend(segments[1:]); n != nil {
			return n, params
		}
	}
	return any.capture(segments)
}

// capture matches the first segment as the parameter t stands for.
func (t *trie[H]) capture(segments []string) (*trie[H], []rawParam) {
	if t == nil {
		return nil, nil
	}
	param := rawParam{t.param, segments[0]}
	if len(segments) == 1 {
		if t.methods == nil {
			return nil, nil
		}
		return t, []rawParam{param}
	}
	n, params := t.descend(segments[1:])
	return n, append([]rawParam{param}, params...)
}

// splitPath is Java's String.split("/") with the first empty part skipped:
// trailing empty parts vanish, inner ones stay.
func splitPath(rawPath string) []string {
	segments := strings.Split(rawPath, "/")
	for len(segments) > 0 && segments[len(segments)-1] == "" {
		segments = segments[:len(segments)-1]
	}
	if len(segments) > 0 && segments[0] == "" {
		segments = segments[1:]
	}
	return segments
}

// allowed lists the node's methods for the Allow header.
func (t *trie[H]) allowed() []string {
	methods := make([]string, 0, len(t.methods))
	for m := range t.methods {
		methods = append(methods, m)
	}
	slices.Sort(methods)
	return methods
}
