// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// contentRules are what a body may and must hold (RequestContentValidator).
type contentRules struct {
	mandatory []string
	types     map[string]string // allowed members and their types
}

var accountRules = contentRules{
	mandatory: []string{"current_password"},
	types:     map[string]string{"current_password": "String", "password": "String", "hash": "String"},
}

var userRules = contentRules{types: map[string]string{
	"backend_roles": "Array", "attributes": "Object", "description": "String",
	"opendistro_security_roles": "Array", "hash": "String", "password": "String",
}}

// refused is the validator's answer: its fields follow status and reason.
func refused(reason string, fields ...any) *reply {
	members := append([]any{"status", "error", "reason", reason}, fields...)
	return &reply{status: http.StatusBadRequest, body: []byte(obj(members...))}
}

// readOpenSearchJSON reads as the plugin does: bytes by Lucene's decoder, then
// Jackson without comments. What follows the first value is ignored.
func readOpenSearchJSON(body []byte) (*value, error) { return readJSON(luceneChars(body), false) }

// checkedContent reads and checks a body. A non-nil reply refuses it. name is
// the user the password is compared with.
func (r contentRules) checkedContent(c *osCall, name string) (*value, *reply) {
	v, err := readOpenSearchJSON(c.body)
	if err != nil {
		return nil, refused("Could not parse content of request.")
	}
	return v, r.check(c, name, v)
}

func (r contentRules) check(c *osCall, name string, v *value) *reply {
	if v == nil || len(v.members) == 0 && len(v.items) == 0 {
		return refused("Request body required for this action.")
	}
	if refusal := r.checkNames(v); refusal != nil {
		return refusal
	}
	if wrong := r.wrongTypes(v); len(wrong) > 0 {
		return refused("Wrong datatype", wrong...)
	}
	if slices.ContainsFunc(v.members, func(m member) bool { return hasNullItem(m.value) }) {
		return refused("`null` is not allowed as json array element")
	}
	return checkPasswordRules(c, name, v)
}

func (r contentRules) checkNames(v *value) *reply {
	var fields []any
	var invalid, missing []string
	for _, m := range v.members {
		if r.types[m.name] == "" {
			invalid = append(invalid, m.name)
		}
	}
	for _, name := range r.mandatory {
		if v.member(name) == nil {
			missing = append(missing, name)
		}
	}
	if invalid != nil {
		fields = append(fields, "invalid_keys", obj("keys", strings.Join(invalid, ",")))
	}
	if missing != nil {
		fields = append(fields, "missing_mandatory_keys", obj("keys", strings.Join(missing, ",")))
	}
	if fields == nil {
		return nil
	}
	return refused("Invalid configuration", fields...)
}

var typeKinds = map[string]kind{"String": kindString, "Array": kindArray, "Object": kindObject}

// wrongTypes checks the names the API knows, at every depth.
func (r contentRules) wrongTypes(v *value) []any {
	var wrong []any
	for _, m := range v.members {
		if expected := r.types[m.name]; expected != "" && !m.value.is(typeKinds[expected]) {
			wrong = append(wrong, m.name, expected+" expected")
		}
		wrong = append(wrong, r.wrongTypes(m.value)...)
	}
	for _, item := range v.items {
		wrong = append(wrong, r.wrongTypes(item)...)
	}
	return wrong
}

func hasNullItem(v *value) bool {
	for _, item := range v.items {
		if item.is(kindNull) || hasNullItem(item) {
			return true
		}
	}
	return slices.ContainsFunc(v.members, func(m member) bool { return hasNullItem(m.value) })
}

// checkPasswordRules is PasswordValidator. The parameter "name" goes before the
// acting user, so PUT account?name=zz compares with zz.
func checkPasswordRules(c *osCall, name string, v *value) *reply {
	password := v.member("password")
	if password == nil {
		return nil
	}
	if len(password.text) == 0 {
		return refused("Password is too short")
	}
	if given, ok := c.param("name"); ok && given != "" {
		name = given
	}
	switch {
	case name == "":
		return refused("No username is given")
	case len(password.text) > 100:
		return refused("Password is too long")
	}
	return checkStrength(password.str(), name)
}
