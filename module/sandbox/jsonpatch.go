// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// patchOp is one operation of a JSON Patch (RFC 6902), as zjsonpatch 0.4 reads
// it: members it doesn't know are ignored.
type patchOp struct {
	op    string
	path  []string
	value *value
}

// patchError is zjsonpatch's JsonPatchApplicationException.
type patchError struct{ what string }

func (e *patchError) Error() string { return e.what }

// patchOps reads the operations of a patch.
func patchOps(patch *value) ([]patchOp, error) {
	var ops []patchOp
	for _, item := range patch.items {
		op := patchOp{op: item.member("op").asText(), value: item.member("value")}
		path := item.member("path")
		if path == nil {
			return nil, &patchError{"Invalid JSON Patch payload (missing 'path' field)"}
		}
		if !path.is(kindString) {
			return nil, &patchError{"Invalid JSON Patch payload (non-text 'path' field)"}
		}
		var err error
		if op.path, err = patchPath(path.asText()); err != nil {
			return nil, err
		}
		if op.value == nil && op.op != "remove" {
			return nil, &patchError{"Invalid JSON Patch payload (missing 'value' field)"}
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// asText is Jackson's JsonNode.asText.
func (v *value) asText() string {
	switch {
	case v == nil:
		return ""
	case v.is(kindString):
		return v.str()
	case v.is(kindNull):
		return "null"
	}
	return v.literal
}

// pointerTokens splits a JSON Pointer (RFC 6901) and undoes its escapes once.
func pointerTokens(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, illegalArgument("Invalid input: JSON Pointer expression must start with '/': \"%s\"", pointer)
	}
	tokens := strings.Split(pointer[1:], "/")
	for i := range tokens {
		tokens[i] = unescapePointer(tokens[i])
	}
	return tokens, nil
}

func unescapePointer(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

// patchPath is a pointer the way zjsonpatch 0.4 applies it: the last token is
// unescaped twice, so that /z~01w hits "z/w" while the plugin's checks look at
// "z~1w" and find nothing to check.
func patchPath(pointer string) ([]string, error) {
	tokens, err := pointerTokens(pointer)
	if err != nil {
		return nil, illegalArgument("Missing leading slash")
	}
	if n := len(tokens); n > 0 {
		tokens[n-1] = unescapePointer(tokens[n-1])
	}
	return tokens, nil
}

// applyPatch returns the patched document; doc stays as it was.
func applyPatch(ops []patchOp, doc *value) (*value, error) {
	doc = doc.clone()
	for _, op := range ops {
		if len(op.path) == 0 {
			if op.op == "remove" {
				return nil, &patchError{"Cannot remove document root"}
			}
			doc = op.value.clone()
			continue
		}
		parent, err := descend(doc, op.path[:len(op.path)-1])
		if err != nil {
			return nil, err
		}
		if err := op.applyTo(parent); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

func descend(v *value, path []string) (*value, error) {
	for _, token := range path {
		next := v.member(token)
		if i, err := strconv.Atoi(token); v.is(kindArray) && err == nil && i >= 0 && i < len(v.items) {
			next = v.items[i]
		}
		if next == nil {
			return nil, &patchError{fmt.Sprintf("Missing field \"%s\"", token)}
		}
		v = next
	}
	return v, nil
}

func (op patchOp) applyTo(parent *value) error {
	last := op.path[len(op.path)-1]
	switch {
	case parent.is(kindArray):
		return op.applyToItems(parent, last)
	case !parent.is(kindObject):
		return &patchError{"Cannot reference past scalar value"}
	case op.op == "add":
		parent.set(last, op.value.clone())
	case op.op == "remove":
		parent.remove(last) // absent already: no error
	case parent.member(last) == nil:
		return &patchError{fmt.Sprintf("Missing field \"%s\"", last)}
	default:
		parent.set(last, op.value.clone())
	}
	return nil
}

func (op patchOp) applyToItems(parent *value, last string) error {
	i, err := strconv.Atoi(last)
	if last == "-" {
		i, err = len(parent.items), nil
	}
	if err != nil || i < 0 || i > len(parent.items) || op.op != "add" && i == len(parent.items) {
		return &patchError{"Array index " + last + " out of bounds"}
	}
	switch op.op {
	case "add":
		parent.items = append(parent.items[:i], append([]*value{op.value.clone()}, parent.items[i:]...)...)
	case "replace":
		parent.items[i] = op.value.clone()
	default:
		parent.items = append(parent.items[:i], parent.items[i+1:]...)
	}
	return nil
}

// patchReply renders what went wrong with a patch.
func patchReply(err error) (reply, error) {
	if e, ok := err.(*patchError); ok {
		return message(http.StatusBadRequest, e.what), nil
	}
	return reply{}, err
}
