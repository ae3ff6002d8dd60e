// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
)

// Both clusters let a query shape their answers. It matters to a gateway that
// reads them: ?filter_path=x empties the body of a success, and ?format=yaml, an
// Accept header or the type of the request makes it something else than JSON.
// (CBOR and SMILE answers aren't imitated.)

// shaped applies filter_path and format to a JSON answer and returns the body
// with its Content-Type.
func (c *call) shaped(body []byte, contentType string) ([]byte, string) {
	filter, filtered := c.params["filter_path"]
	asYAML := c.wantsYAML()
	if len(body) == 0 || body[0] != '{' || !filtered && !asYAML {
		return body, contentType
	}
	v, err := readJSON(jacksonChars(body), false)
	if err != nil {
		return body, contentType
	}
	if filtered && filter != "" {
		v = filterPaths(v, strings.Split(filter, ","))
	}
	if asYAML {
		if len(v.members) == 0 {
			return []byte("--- {}\n"), "application/yaml"
		}
		return []byte("---\n" + v.yaml("")), "application/yaml"
	}
	return []byte(v.json()), contentType
}

func (c *call) wantsYAML() bool {
	if format, given := c.params["format"]; given {
		return strings.EqualFold(format, "yaml")
	}
	wanted := c.header.Get("Accept")
	if wanted == "" || strings.HasPrefix(wanted, "*/*") {
		wanted = c.header.Get("Content-Type") // answered in the format of the request
	}
	wanted, _, _ = strings.Cut(wanted, ";")
	return strings.EqualFold(strings.TrimSpace(wanted), "application/yaml")
}

// filterPaths keeps what one of the dotted paths leads to; * stands for a name,
// ** for any number of them.
func filterPaths(v *value, paths []string) *value {
	out := &value{kind: kindObject}
	for _, m := range v.members {
		kept := (*value)(nil)
		for _, path := range paths {
			if sub := filterMember(m, strings.Split(strings.TrimSpace(path), ".")); sub != nil {
				kept = merge(kept, sub)
			}
		}
		if kept != nil {
			out.members = append(out.members, member{m.name, kept})
		}
	}
	return out
}

func filterMember(m member, path []string) *value {
	deep := path[0] == "**"
	if !deep && !simpleMatch(path[0], m.name) {
		return nil
	}
	if len(path) == 1 {
		return m.value
	}
	if !m.value.is(kindObject) {
		return nil
	}
	rest := strings.Join(path[1:], ".")
	paths := []string{rest}
	if deep {
		if len(path) == 2 && simpleMatch(path[1], m.name) {
			return m.value
		}
		paths = append(paths, strings.Join(path, "."))
	}
	if sub := filterPaths(m.value, paths); len(sub.members) > 0 {
		return sub
	}
	return nil
}

// simpleMatch is Regex.simpleMatch: a star stands for any characters.
func simpleMatch(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, parts[0])
	for _, part := range parts[1:last] {
		if !ok {
			return false
		}
		_, rest, ok = strings.Cut(rest, part)
	}
	return ok && strings.HasSuffix(rest, parts[last])
}

// merge joins what two paths kept of the same object.
func merge(a, b *value) *value {
	if a == nil || !a.is(kindObject) {
		return b
	}
	out := a.clone()
	for _, m := range b.members {
		out.set(m.name, merge(out.member(m.name), m.value))
	}
	return out
}

// yaml writes a value as Jackson's YAML generator does with the clusters'
// settings: strings quoted, two blanks of indentation.
func (v *value) yaml(indent string) string {
	var b strings.Builder
	for _, m := range v.members {
		b.WriteString(indent + m.name + ":" + m.value.yamlItem(indent))
	}
	for _, item := range v.items {
		if item.is(kindObject) && len(item.members) > 0 {
			// the first member shares the line of the dash
			b.WriteString(indent + "- " + strings.TrimPrefix(item.yaml(indent+"  "), indent+"  "))
			continue
		}
		b.WriteString(indent + "-" + item.yamlItem(indent))
	}
	return b.String()
}

func (v *value) yamlItem(indent string) string {
	switch {
	case v.is(kindObject) && len(v.members) == 0:
		return " {}\n"
	case v.is(kindArray) && len(v.items) == 0:
		return " []\n"
	case v.is(kindObject):
		return "\n" + v.yaml(indent+"  ")
	case v.is(kindArray):
		return "\n" + v.yaml(indent)
	}
	return " " + string(v.json()) + "\n"
}
