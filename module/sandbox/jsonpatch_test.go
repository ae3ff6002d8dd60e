// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"testing"
)

// The cases of RFC 6902 appendix A for the three operations that are
// supported, and what zjsonpatch does differently.
func TestApplyPatch(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, doc, patch, want string }{
		{"A.1 add a member", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux"}]`, `{"foo":"bar","baz":"qux"}`},
		{"A.2 add an item", `{"foo":["bar","baz"]}`, `[{"op":"add","path":"/foo/1","value":"qux"}]`, `{"foo":["bar","qux","baz"]}`},
		{"A.3 remove a member", `{"baz":"qux","foo":"bar"}`, `[{"op":"remove","path":"/baz"}]`, `{"foo":"bar"}`},
		{"A.4 remove an item", `{"foo":["bar","qux","baz"]}`, `[{"op":"remove","path":"/foo/1"}]`, `{"foo":["bar","baz"]}`},
		{"A.5 replace", `{"baz":"qux","foo":"bar"}`, `[{"op":"replace","path":"/baz","value":"boo"}]`, `{"baz":"boo","foo":"bar"}`},
		{"A.10 add a nested member", `{"foo":"bar"}`, `[{"op":"add","path":"/child","value":{"grandchild":{}}}]`, `{"foo":"bar","child":{"grandchild":{}}}`},
		{"A.11 ignore unknown members", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux","xyz":123}]`, `{"foo":"bar","baz":"qux"}`},
		{"A.12 add to what isn't there", `{"foo":"bar"}`, `[{"op":"add","path":"/baz/bat","value":"qux"}]`, ""},
		{"A.16 add to the end", `{"foo":["bar"]}`, `[{"op":"add","path":"/foo/-","value":["abc","def"]}]`, `{"foo":["bar",["abc","def"]]}`},
		{"whole document", `{"foo":"bar"}`, `[{"op":"replace","path":"","value":{"a":1}}]`, `{"a":1}`},
		{"escapes", `{}`, `[{"op":"add","path":"/a~1b/x","value":1}]`, ""},
		{"escapes in the middle", `{"a/b":{}}`, `[{"op":"add","path":"/a~1b/x","value":1}]`, `{"a/b":{"x":1}}`},
		{"last token twice", `{}`, `[{"op":"add","path":"/z~01w","value":1}]`, `{"z/w":1}`},
		{"remove what isn't there", `{}`, `[{"op":"remove","path":"/a"}]`, `{}`},
		{"replace what isn't there", `{}`, `[{"op":"replace","path":"/a","value":1}]`, ""},
		{"remove the document", `{}`, `[{"op":"remove","path":""}]`, ""},
		{"beyond the end", `{"a":[]}`, `[{"op":"add","path":"/a/1","value":1}]`, ""},
		{"into a text", `{"a":"x"}`, `[{"op":"add","path":"/a/b","value":1}]`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc, patch := mustRead(t, c.doc), mustRead(t, c.patch)
			before := doc.json()
			ops, err := patchOps(patch)
			var got *value
			if err == nil {
				got, err = applyPatch(ops, doc)
			}
			if c.want == "" {
				if err == nil {
					t.Errorf("patched to %s, want an error", got.json())
				}
			} else if err != nil || string(got.json()) != c.want {
				t.Errorf("patched to %s, %v; want %s", got.json(), err, c.want)
			}
			if doc.json() != before {
				t.Errorf("the document itself was changed to %s", doc.json())
			}
		})
	}
}

func mustRead(t *testing.T, s string) *value {
	t.Helper()
	v, err := readOpenSearchJSON([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Adding a member and removing it again leaves the document as it was.
func FuzzPatch(f *testing.F) {
	f.Add(`{"a":{"b":[1]}}`, `[{"op":"add","path":"/a/b/0","value":2}]`)
	f.Add(`{}`, `[{"op":"remove","path":"/~0~1"}]`)
	f.Fuzz(func(t *testing.T, doc, patch string) {
		d, err1 := readOpenSearchJSON([]byte(doc))
		p, err2 := readOpenSearchJSON([]byte(patch))
		if err1 != nil || err2 != nil || !d.is(kindObject) || !p.is(kindArray) {
			return
		}
		before := d.json()
		if ops, err := patchOps(p); err == nil {
			_, _ = applyPatch(ops, d)
		}
		if d.json() != before {
			t.Errorf("the document itself was changed from %s to %s", before, d.json())
		}
	})
}
