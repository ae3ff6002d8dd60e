// SPDX-License-Identifier: Apache-2.0

package oracle

import "strings"

// patch makes a JSON Patch that sets a secret, as some version would take it.
func (m *maker) patch(q Question) {
	m.in.Question, m.in.Dialect = q, "opensearch"
	prefix := ""
	if q == PatchOne {
		m.in.Name = m.user(users...)
	} else {
		prefix = "/" + m.user("bob", "bob", "alice", "new", "a=b", "password", "0", "hash")
	}
	d := &draft{style: plainStyle(), hash: "hash"}
	d.root = list()
	if m.own != nil && m.own.Sure {
		d.root.items = append(d.root.items, m.settingOperation(prefix))
	}
	for range 1 + m.IntN(2) - len(d.root.items) {
		d.root.items = append(d.root.items, m.plainOperation(prefix))
	}
	p := &patchDraft{draft: d, prefix: prefix}
	if m.often(3) {
		mutate(m, d, styleMutations)
	}
	mutate(m, p, patchMutations)
	m.in.Data = m.write(d)
}

// patchDraft is a patch before it is written down.
type patchDraft struct {
	*draft
	prefix string // of the user in a patch of all
}

// one picks an operation; nil if there is none left.
func (p *patchDraft) one(m *maker) *node {
	if p.root.kind != 'a' || len(p.root.items) == 0 {
		return nil
	}
	if n := p.root.items[m.IntN(len(p.root.items))]; n.kind == 'o' {
		return n
	}
	return nil
}

func (m *maker) plainOperation(prefix string) *node {
	switch m.IntN(6) {
	case 0:
		return object("op", str("replace"), "path", str(prefix+"/description"), "value", str("d"))
	case 1:
		return object("op", str("add"), "path", str(prefix+"/attributes/"+pick(m, "y", "a~1b", "a~0b", "password")), "value", str("v"))
	default:
		return m.settingOperation(prefix)
	}
}

func (m *maker) settingOperation(prefix string) *node {
	switch m.IntN(4) {
	case 0:
		return object("op", str(pick(m, "add", "replace")), "path", str(prefix), "value", m.plainUser())
	case 1:
		return object("op", str(pick(m, "add", "replace")), "path", str(prefix+"/hash"), "value", str(m.hash()))
	default:
		return object("op", str("add"), "path", str(prefix+"/password"), "value", str(m.secret()))
	}
}

func (m *maker) plainUser() *node {
	n := object("backend_roles", list(str("r")))
	if m.often(2) {
		n.insert(m.IntN(2), "password", str(m.secret()))
	} else {
		n.insert(m.IntN(2), "hash", str(m.hash()))
	}
	return n
}

// styleMutations are those of a body that any document can go through.
var styleMutations = func() (found []mutation[*draft]) {
	for _, one := range bodyMutations {
		switch one.name {
		case "escapes", "overlong UTF-8", "broken UTF-8", "Latin-1", "blanks", "odd blanks", "comments", "other quotes", "other separators",
			"something after", "something before", "UTF-16 or UTF-32", "cut off", "a byte changed", "a bit changed",
			"a byte more", "a byte less", "a piece twice":
			found = append(found, one)
		}
	}
	return found
}()

// inOperation changes one operation.
func inOperation(change func(*maker, *patchDraft, *node)) func(*maker, *patchDraft) {
	return func(m *maker, p *patchDraft) {
		if n := p.one(m); n != nil {
			change(m, p, n)
		}
	}
}

// setMember gives an object's member another value, if it has that member.
func (n *node) setMember(name string, value *node) {
	for i := range n.members {
		if n.members[i].name.text == name {
			n.members[i].value = value
		}
	}
}

func (n *node) memberText(name string) string {
	for _, m := range n.members {
		if m.name.text == name && m.value.kind == 's' {
			return m.value.text
		}
	}
	return ""
}

var patchMutations = []mutation[*patchDraft]{
	{"op spelled otherwise", 4, inOperation(func(m *maker, _ *patchDraft, n *node) {
		n.setMember("op", str(pick(m, "ADD", "Add", "REPLACE", "add ", "addd", "", "test", "set", "ådd", "REMOVE", "ReMove")))
	})},
	{"op of another type", 1, inOperation(func(m *maker, _ *patchDraft, n *node) {
		n.setMember("op", pick(m, raw("null"), raw("1"), list(str("add")), object("add", raw("1"))))
	})},
	{"remove", 2, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.setMember("op", str("remove"))
		n.setMember("path", str(p.prefix+pick(m, "/hash", "/password", "", "/description", "/attributes")))
	})},
	{"copy or move", 5, inOperation(func(m *maker, p *patchDraft, n *node) {
		to, from := p.prefix+pick(m, "/hash", "/password", "/hash"), p.prefix+pick(m, "/attributes/x", "/description", "/attributes/password", "/hash", "/backend_roles/0")
		if p.prefix != "" && m.often(2) {
			to, from = p.prefix, "/alice"
			if m.often(2) {
				to, from = p.prefix+"/hash", "/alice/hash"
			}
		}
		n.members = []member{{str("op"), str(pick(m, "copy", "move", "COPY", "Move"))}, {str("from"), str(from)}, {str("path"), str(to)}}
	})},
	{"from beside a value", 2, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.add("from", str(p.prefix+pick(m, "/description", "/hash")))
	})},
	{"path without slash", 4, inOperation(func(m *maker, _ *patchDraft, n *node) {
		n.setMember("path", str(pick(m, strings.TrimPrefix(n.memberText("path"), "/"), "x"+n.memberText("path"), "#"+n.memberText("path"), " "+n.memberText("path"))))
	})},
	{"escapes in the path", 5, inOperation(func(m *maker, p *patchDraft, n *node) {
		path := n.memberText("path")
		n.setMember("path", str(pick(m,
			strings.Replace(path, "/p", "/~2p", 1), strings.ReplaceAll(path, "/", "~1"), "/z~01w", "/z~01w/hash", "/a~1b/hash", "/a~01b/hash", "/a~0b/hash",
			"/a~2b/hash", "/a=b/hash", path+"~0", path+"~1", path+"~", path+"~01", "/a~2b", "/~0", strings.Replace(path, "a", "~", 1), p.prefix+"/attributes/~01",
			p.prefix+"/attributes/~1password", "/attributes~1x/password", "/attributes/x~1..~1password")))
	})},
	{"path with empty parts", 3, inOperation(func(m *maker, _ *patchDraft, n *node) {
		path := n.memberText("path")
		n.setMember("path", str(pick(m, "/"+path, path+"/", strings.ReplaceAll(path, "/", "//"), "/", "//")))
	})},
	{"path below the secret", 3, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.setMember("path", str(p.prefix+pick(m, "/password/x", "/hash/-", "/password/0", "/hash/", "/backend_roles/-", "/backend_roles/0", "/attributes/x/y", "/password/password")))
	})},
	{"path above the user", 3, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.setMember("path", str(pick(m, "", "/", p.prefix)))
		n.setMember("value", pick(m, m.plainUser(), object("bob", m.plainUser()), object("bob", m.plainUser(), "alice", m.plainUser())))
	})},
	{"path with a key expression", 2, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.setMember("path", str(p.prefix+pick(m, "/backend_roles/r=r", "/hash=x", "/password~2x", "/attributes/x=y", "/attributes/password=p", "=")))
	})},
	{"path in another case", 1, inOperation(func(m *maker, _ *patchDraft, n *node) {
		n.setMember("path", str(pick(m, strings.ToUpper(n.memberText("path")), strings.ToTitle(n.memberText("path")))))
	})},
	{"path of another type", 1, inOperation(func(m *maker, _ *patchDraft, n *node) {
		n.setMember("path", pick(m, raw("null"), raw("0"), list(str("password")), raw("true")))
	})},
	{"value of another type", 4, inOperation(func(m *maker, _ *patchDraft, n *node) {
		n.setMember("value", pick(m, raw("null"), raw("12345678"), raw("true"), list(str("x")), object(), object("password", str("x")), raw("1.50"), raw("1e3")))
	})},
	{"a whole user", 4, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.setMember("path", str(p.prefix))
		user := m.plainUser()
		user.add(pick[any](m, "hash", "password", "description", "Password", "service", "attributes", "static"), pick(m, str("x"), raw("null"), raw("true"), object("service", str("true"))))
		n.setMember("value", user)
	})},
	{"extra member", 4, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.insert(m.IntN(len(n.members)+1), pick(m, "Path", "Op", "Value", "PATH", "from", "path ", "x", "value\x00"), pick(m, str("/description"), str("x"), raw("null")))
	})},
	{"repeated member", 3, inOperation(func(m *maker, p *patchDraft, n *node) {
		n.insert(m.IntN(len(n.members)+1), pick(m, "path", "op", "value"), pick(m, str(p.prefix+"/description"), str(p.prefix+"/password"), str("test")))
	})},
	{"missing member", 2, inOperation(func(m *maker, _ *patchDraft, n *node) {
		if len(n.members) > 0 {
			at := m.IntN(len(n.members))
			n.members = append(n.members[:at:at], n.members[at+1:]...)
		}
	})},
	{"another operation", 3, func(m *maker, p *patchDraft) {
		if p.root.kind == 'a' {
			p.root.items = append(p.root.items, m.plainOperation(p.prefix))
		}
	}},
	{"both of one user", 2, func(m *maker, p *patchDraft) {
		p.root.items = append(p.root.items,
			object("op", str("add"), "path", str(p.prefix+"/hash"), "value", str(m.hash())),
			object("op", str("add"), "path", str(p.prefix+"/password"), "value", str(m.secret())))
	}},
	{"not a list of objects", 1, func(m *maker, p *patchDraft) {
		p.root = pick(m, list(p.root), object("0", p.root), list(str("x"), raw("null")), p.root.clone())
	}},
	{"a single operation, no list", 1, inOperation(func(_ *maker, p *patchDraft, n *node) { p.root = n })},
}
