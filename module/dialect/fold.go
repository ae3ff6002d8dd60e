// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"strings"

	"github.com/passgate/passgate/module/audit"
)

// plain reports whether a path can have no second reading: nothing to decode,
// fold or clean. Nearly all traffic is plain, so it must be cheap.
func plain(path string) bool {
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '%' || c == '\\' || c == ';' || c >= 'A' && c <= 'Z' || c < 0x21 || c > 0x7e:
			return false
		case c == '/' && oddSegment(path[i+1:]):
			return false
		}
	}
	return true
}

// oddSegment reports whether a path goes on with an empty segment or one of dots.
func oddSegment(rest string) bool {
	if rest == "" || rest[0] != '/' && rest[0] != '.' {
		return false
	}
	rest = strings.TrimLeft(rest, ".")
	return rest == "" || rest[0] == '/'
}

// decodings is how often a path is decoded when looking for what it may become:
// once by the hop behind us, and again by hops that decode what was encoded twice.
const decodings = 3

// fold returns what a careless hop may make of a path: decoded, lower-cased,
// backslashes turned, parameters and fragments cut, slashes merged, dot segments
// resolved, blanks trimmed. It is used for looking only, never for forwarding.
func fold(path string) string {
	for range decodings {
		decoded := decodeLoose(path)
		if decoded == path {
			break
		}
		path = decoded
	}
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	path = strings.ToLower(strings.ReplaceAll(path, `\`, "/"))
	for _, end := range []string{" http/", "\r", "\n"} { // of a request line that a hop writes anew
		path, _, _ = strings.Cut(path, end)
	}
	var kept []string
	for seg := range strings.SplitSeq(path, "/") {
		seg, _, _ = strings.Cut(seg, ";")
		seg = strings.TrimFunc(seg, func(r rune) bool { return r <= ' ' || r == 0x7f })
		switch seg {
		case "", ".":
		case "..":
			kept = kept[:max(len(kept)-1, 0)]
		default:
			kept = append(kept, seg)
		}
	}
	return "/" + strings.Join(kept, "/")
}

// decodeLoose decodes every well-formed percent escape and leaves the others.
func decodeLoose(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	default:
		return c - 'a' + 10
	}
}

// route is a dialect's router for a path that is spelled exactly.
type route func(method, path string) Match

// recognise applies a router to what was sent and, where that has a second
// reading, to what may become of it. Any difference between the two that ends
// in a change is an evasion: the cluster and a hop before it would disagree.
func recognise(by route, method, path string) Match {
	m := by(method, path)
	if m.Kind == Guarded && !plainPrefix(m.Prefix) {
		return evasion(m, ReasonSpelling)
	}
	folded := foldMethod(method)
	switch {
	case m.Kind == Evasion, folded == method && plain(path):
		return m
	case folded != "PUT" && folded != "POST" && folded != "PATCH":
		return m // can't become a change
	}
	other := by(folded, fold(path))
	if other.Kind != Guarded && other.Kind != Evasion || sameRoute(m, other) && folded == method {
		return m
	}
	return evasion(other, ReasonSpelling)
}

func sameRoute(a, b Match) bool {
	return a.Kind == Guarded && a.Operation == b.Operation && a.API == b.API
}

// foldMethod upper-cases the methods that can write. The clusters know exact
// upper case only, but a hop may be kinder.
func foldMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return method
	}
	return strings.ToUpper(method)
}

func evasion(m Match, why audit.Reason) Match {
	m.Kind, m.Reason = Evasion, why
	return m
}
