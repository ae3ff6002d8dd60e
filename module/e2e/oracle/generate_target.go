// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"fmt"
	"strings"
)

// targetDraft is a request target in pieces.
type targetDraft struct {
	method   string
	segments []string // between slashes
	lead     string   // in front of the first
	trail    string   // behind the last
	query    []string
	between  string // the query's parts
	mark     string // in front of the query
	after    string
}

// target makes a method and a request target that set a password.
func (m *maker) target() {
	m.in.Dialect = "elasticsearch"
	plain := m.plainElasticsearch
	if m.often(2) {
		m.in.Dialect, plain = "opensearch", m.plainOpenSearch
	}
	m.targetOf(plain)
}

func (m *maker) targetOf(plain func(*targetDraft)) {
	m.in.Question = Target
	t := &targetDraft{lead: "/", between: "&", mark: "?"}
	plain(t)
	if m.often(5) {
		t.query = append(t.query, pick(m, "pretty", "refresh=true", "human=false", "error_trace", "filter_path=x", "format=json", "refresh="))
	}
	mutate(m, t, targetMutations)
	m.in.Method, m.in.Data = t.method, []byte(t.String())
}

func (t *targetDraft) String() string {
	s := t.lead + strings.Join(t.segments, "/") + t.trail
	if len(t.query) > 0 {
		s += t.mark + strings.Join(t.query, t.between)
	}
	// A request line is cut at blanks; these would be another test.
	return strings.NewReplacer(" ", "%20", "\r", "", "\n", "").Replace(s + t.after)
}

var names = []string{
	"bob", "bob", "bob", "bob", "bob", "bob", "bob", "bob", "alice", "alice", "jane@example.com", "a b", "_password", "_enable", "_has_privileges", "user", "..", "a/b", "x/../../y", "ü", "%41", "a+b", "*", "a;b",
	"account", "api", "authtoken", "_security", "a\\b", "a?b", "a#b", "bob\x00", "\xff", "A", ".", "",
}

func (m *maker) plainElasticsearch(t *targetDraft) {
	t.method = pick(m, "PUT", "POST")
	t.segments = pick(m, []string{"_security", "user"}, []string{"_security", "user"}, []string{"_security", "user"}, []string{"_xpack", "security", "user"}, []string{"_shield", "user"})
	t.segments = append([]string(nil), t.segments...)
	if !m.often(4) {
		t.segments = append(t.segments, m.encode(pick(m, names...)))
	}
	if !m.often(3) {
		t.segments = append(t.segments, pick(m, "_password", "_password", "_password", "_password", "_password", "_password", "_enable", "_has_privileges"))
	}
}

func (m *maker) plainOpenSearch(t *targetDraft) {
	t.segments = []string{pick(m, "_plugins", "_plugins", "_opendistro"), "_security", "api"}
	users := pick(m, "internalusers", "internalusers", "user")
	switch m.IntN(6) {
	case 0:
		t.method, t.segments = "PUT", append(t.segments, "account")
	case 1, 2:
		t.method, t.segments = "PUT", append(t.segments, users, m.encode(pick(m, names...)))
	case 3:
		t.method, t.segments = "PATCH", append(t.segments, users)
	case 4:
		t.method, t.segments = "PATCH", append(t.segments, users, m.encode(pick(m, names...)))
	default:
		t.method, t.segments = "POST", append(t.segments, users, m.encode(pick(m, names...)), "authtoken")
		if m.often(3) {
			t.segments = append(t.segments[:3], "version", "rollback")
		}
	}
}

// encode writes a name as a path segment, more or less encoded.
func (m *maker) encode(name string) string {
	chance := pick(m, 0, 0, 10, 100)
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		must := c <= ' ' || c >= 0x7f || c == '/' || c == '%' || c == '?' || c == '#'
		if must || m.IntN(100) < chance {
			fmt.Fprintf(&b, pick(m, "%%%02x", "%%%02X"), c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// inSegment changes one segment.
func inSegment(change func(*maker, string) string) func(*maker, *targetDraft) {
	return func(m *maker, t *targetDraft) {
		i := m.IntN(len(t.segments))
		t.segments[i] = change(m, t.segments[i])
	}
}

// inChar changes one character of a segment.
func inChar(change func(*maker, byte) string) func(*maker, *targetDraft) {
	return inSegment(func(m *maker, s string) string {
		if s == "" {
			return s
		}
		i := m.IntN(len(s))
		return s[:i] + change(m, s[i]) + s[i+1:]
	})
}

// between puts a segment in.
func between(segments ...string) func(*maker, *targetDraft) {
	return func(m *maker, t *targetDraft) {
		i := m.IntN(len(t.segments) + 1)
		t.segments = append(t.segments[:i:i], append([]string{pick(m, segments...)}, t.segments[i:]...)...)
	}
}

var targetMutations = []mutation[*targetDraft]{
	{"method", 3, func(m *maker, t *targetDraft) {
		t.method = pick(m, "PUT", "POST", "PATCH", "put", "Post", "GET", "DELETE", "HEAD", "OPTIONS", "PUTX", "CONNECT", "patch", "PROPFIND", "TRACE")
	}},
	{"trailing slashes", 5, func(m *maker, t *targetDraft) { t.trail += strings.Repeat("/", 1+m.IntN(3)) }},
	{"empty segment", 3, between("")},
	{"dot segment", 3, between(".", "..", "%2e", "%2E%2e", ".%2e", "...", "x/..")},
	{"foreign segment", 3, between("x", "es", "_security", "user", "api", "_all", "%5f", "_plugins", "a;b")},
	{"a character encoded", 5, inChar(func(m *maker, c byte) string { return fmt.Sprintf(pick(m, "%%%02x", "%%%02X"), c) })},
	{"a character encoded twice", 2, inChar(func(m *maker, c byte) string { return fmt.Sprintf("%%25%02x", c) })},
	{"another case", 3, inChar(func(m *maker, c byte) string { return strings.ToUpper(string(rune(c))) })},
	{"bad encoding", 3, inChar(func(m *maker, c byte) string {
		return string(rune(c)) + pick(m, "%", "%z", "%zz", "%4", "%u0041", "%%41", "%%", "%C0%AF", "%00", "%ff", "%e2%82")
	})},
	{"odd character", 4, inChar(func(m *maker, c byte) string {
		return string(rune(c)) + pick(m, "\\", ";", ";x=1", "+", "\"", "^", "|", "{", "}", "<", "\x80", "\xe9", "\u00fc", ":", "@", "!", "'", "(", "*", "=", "&", ",", "~", "\x01", "\x7f", "`", "[")
	})},
	{"encoded slash", 4, func(m *maker, t *targetDraft) {
		if i := m.IntN(len(t.segments)); i > 0 {
			t.segments[i-1] += pick(m, "%2f", "%2F", "%5c", "\\", "%252f") + t.segments[i]
			t.segments = append(t.segments[:i:i], t.segments[i+1:]...)
		}
	}},
	{"encoded route behind the name", 2, func(m *maker, t *targetDraft) {
		t.segments[len(t.segments)-1] += pick(m, "%2F_password", "%2f_enable", "%2F..%2F..%2Fx", "%2f%2e%2e%2f_password")
	}},
	{"segment missing", 2, func(m *maker, t *targetDraft) {
		if len(t.segments) > 1 {
			i := m.IntN(len(t.segments))
			t.segments = append(t.segments[:i:i], t.segments[i+1:]...)
		}
	}},
	{"fragment", 3, func(m *maker, t *targetDraft) { t.after += pick(m, "#", "#x", "#?username=eve", "%23", "#/_enable") }},
	{"no leading slash", 3, func(m *maker, t *targetDraft) {
		t.lead = pick(m, "", "x:", "http:", "//", "\\", "http://h/", "x://h/", "/\\", "//h/", "https://u@h:1/", "?", "*/", "./", "http:///")
	}},
	{"user in the query", 5, func(m *maker, t *targetDraft) {
		t.query = append(t.query, pick(m, "username=eve", "user%6eame=eve", "name=eve", "n%61me=eve", "username", "name=", "username=%65ve", "Username=eve", "username%00=eve", "username=a;username=eve", "name[]=eve", "+name=eve", "username=eve%23"))
	}},
	{"repeated in the query", 2, func(m *maker, t *targetDraft) {
		t.query = append(t.query, pick(m, "pretty", "refresh=true", "username=bob", "name=bob"), pick(m, "pretty", "refresh=true", "username=eve", "name=eve"))
	}},
	{"query with semicolons", 3, func(m *maker, t *targetDraft) {
		t.between = ";"
		t.query = append(t.query, pick(m, "pretty", "", "pretty=true", "refresh=true"), pick(m, "username=eve", "name=eve", "pretty"))
	}},
	{"query encoded", 2, func(m *maker, t *targetDraft) {
		t.query = append(t.query, pick(m, "prett%79", "%70retty=1", "refresh=%74rue", "pretty=%zz", "pretty=%", "a%26username=eve", "pretty%3Busername=eve", "pretty=%3Dx", "=", "&", "refresh=+true"))
	}},
	{"query in another way", 2, func(m *maker, t *targetDraft) {
		t.mark = pick(m, "??", "?&", "%3F", "?;", "#", "&", ";", "?/", "/?")
		t.query = append(t.query, pick(m, "username=eve", "name=eve", "pretty"))
	}},
	{"source in the query", 1, func(m *maker, t *targetDraft) {
		t.query = append(t.query, "source={}", "source_content_type=application/json")
	}},
}
