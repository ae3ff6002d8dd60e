// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"net/http"
	"slices"
)

// patchInternalUsers answers PATCH internalusers and PATCH internalusers/{name}
// as 2.10 and later do. A name in the query makes the first the second.
func patchInternalUsers(os *OpenSearch, c *osCall, name string) (reply, error) {
	patch, refusal := readPatch(c)
	if refusal != nil {
		return *refusal, nil
	}
	if name != "" {
		return os.patchOne(c, name, patch)
	}
	return os.patchAll(c, patch)
}

// readPatch accepts an array with operations of the three kinds supported.
func readPatch(c *osCall) (*value, *reply) {
	bad := func(text string) *reply { a := message(http.StatusBadRequest, text); return &a }
	patch, err := readOpenSearchJSON(c.body)
	if err != nil {
		return nil, bad("Error in JSON patch: " + err.Error() + fmt.Sprintf("\n at [Source: REDACTED "+
			"(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: %d]", err.(*syntaxError).offset+1))
	}
	if !patch.is(kindArray) {
		return nil, bad("Wrong request body")
	}
	var ops []string
	for _, item := range patch.items {
		if op := item.member("op"); op != nil {
			ops = append(ops, op.asText())
		}
	}
	if len(ops) == 0 {
		return nil, bad("Wrong request body")
	}
	for _, op := range ops {
		if !slices.Contains([]string{"add", "replace", "remove"}, op) {
			return nil, bad("Unsupported patch operation: " + op + ". Supported are: replace,add,remove")
		}
	}
	return patch, nil
}

func (os *OpenSearch) patchOne(c *osCall, name string, patch *value) (reply, error) {
	u := os.users[name]
	if refusal := immutable(name, u); refusal != nil {
		return *refusal, nil
	}
	if u == nil {
		return userNotFound(name), nil
	}
	ops, err := patchOps(patch)
	if err != nil {
		return patchReply(err)
	}
	before := u.value()
	after, err := applyPatch(ops, before)
	if err != nil {
		return patchReply(err)
	}
	if refusal := os.settlePatched(c, name, after, u); refusal != nil {
		return *refusal, nil
	}
	patched, err := userOf(after)
	if err != nil {
		return reply{}, err
	}
	if after.json() == before.json() {
		return message(http.StatusOK, "No updates required"), nil
	}
	os.users[name] = patched
	return message(http.StatusOK, "'"+name+"' updated."), nil
}

// settlePatched checks a patched user and turns his password into a hash.
func (os *OpenSearch) settlePatched(c *osCall, name string, v *value, old *osUser) *reply {
	if refusal := userRules.check(c, name, v); refusal != nil {
		return refusal
	}
	if refusal := restrictedName(name); refusal != nil {
		return refusal
	}
	if v.member("password") != nil || v.member("hash") == nil && old != nil {
		hash := newHash(v)
		if hash == "" {
			hash = old.hash
		}
		v.remove("password")
		v.set("hash", text(hash))
	}
	return refuseRoles(stringsOf(v.member("opendistro_security_roles")))
}

// patchAll applies a patch to the map of all users and then checks those whom
// the plugin's own reading of the pointers names, and no others.
func (os *OpenSearch) patchAll(c *osCall, patch *value) (reply, error) {
	before := &value{kind: kindObject}
	for _, name := range sortedKeys(os.users) {
		before.set(name, os.users[name].value())
	}
	ops, err := patchOps(patch)
	if err != nil {
		return patchReply(err)
	}
	after, err := applyPatch(ops, before)
	if err != nil {
		return patchReply(err)
	}
	for _, item := range patch.items {
		tokens, err := pointerTokens(item.member("path").asText())
		if err != nil {
			return reply{}, err
		}
		if len(tokens) == 0 {
			return reply{}, &exception{status: http.StatusInternalServerError, kind: "null_pointer_exception",
				noReason: true} // Jackson's pointer to the root has no property
		}
		if refusal := os.checkPatched(c, tokens[0], before, after); refusal != nil {
			return *refusal, nil
		}
	}
	return os.storeAll(before, after)
}

func (os *OpenSearch) checkPatched(c *osCall, name string, before, after *value) *reply {
	was, is := before.member(name), after.member(name)
	if was != nil && (is == nil || was.json() != is.json()) {
		if refusal := immutable(name, os.users[name]); refusal != nil {
			return refusal
		}
	}
	if is == nil || was != nil && was.json() == is.json() {
		return nil
	}
	return os.settlePatched(c, name, is, os.users[name])
}

func (os *OpenSearch) storeAll(before, after *value) (reply, error) {
	users := map[string]*osUser{}
	for _, m := range after.members {
		u, err := userOf(m.value)
		if err != nil {
			return reply{}, err
		}
		users[m.name] = u
	}
	if before.json() == after.json() {
		return message(http.StatusOK, "No updates required"), nil
	}
	os.users = users
	return message(http.StatusOK, "Resource updated."), nil
}
