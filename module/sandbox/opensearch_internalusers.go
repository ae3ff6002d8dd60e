// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
)

// privileged wraps what only administrators of the REST API may do.
func privileged(act func(*OpenSearch, *osCall, string) (reply, error)) osPrepare {
	return func(os *OpenSearch, c *osCall) osAction {
		name, _ := c.param("name")
		c.param("filterBy")
		return func() (reply, error) {
			if refusal := os.refuseUnprivileged(c); refusal != nil {
				return *refusal, nil
			}
			return act(os, c, name)
		}
	}
}

func userNotFound(name string) reply {
	return message(http.StatusNotFound, "user '"+name+"' not found.")
}

// putInternalUser answers PUT internalusers/{name} and PUT user/{name}.
func putInternalUser(os *OpenSearch, c *osCall, name string) (reply, error) {
	body, refusal := userRules.checkedContent(c, name)
	if refusal != nil {
		return *refusal, nil
	}
	old := os.users[name]
	for _, check := range []*reply{immutable(name, old), refuseRoles(stringsOf(body.member("opendistro_security_roles")))} {
		if check != nil {
			return *check, nil
		}
	}
	body = body.clone()
	if refusal := os.settleHash(name, body, old); refusal != nil {
		return *refusal, nil
	}
	u, err := userOf(body)
	if err != nil {
		return reply{}, err
	}
	os.users[name] = u
	if old == nil {
		return message(http.StatusCreated, "'"+name+"' created."), nil
	}
	return message(http.StatusOK, "'"+name+"' updated."), nil
}

// settleHash replaces password by hash in a body, by the rules of
// UserService.createOrUpdateAccount.
func (os *OpenSearch) settleHash(name string, body *value, old *osUser) *reply {
	refuse := func(text string) *reply { a := message(http.StatusBadRequest, text); return &a }
	hash := newHash(body)
	if isService(body.member("attributes")) {
		switch {
		case body.member("password") != nil:
			return refuse("A password cannot be provided for a service account. Failed to register service account: " + name)
		case hash != "":
			return refuse("A password hash cannot be provided for service account. Failed to register service account: " + name)
		}
		hash = hashPassword(rand.Text())
	}
	if refusal := restrictedName(name); refusal != nil {
		return refusal
	}
	if hash == "" && body.member("hash") == nil {
		if old == nil {
			return refuse("Please specify either 'hash' or 'password' when creating a new internal user.")
		}
		hash = old.hash
	}
	body.remove("password")
	body.set("hash", text(hash))
	return nil
}

func isService(attributes *value) bool {
	return attributes.is(kindObject) && attributes.member("service").is(kindString) &&
		strings.EqualFold(attributes.member("service").str(), "true")
}

// restrictedName refuses a colon, also one that shows only after decoding the
// name once more: Basic credentials couldn't hold it.
func restrictedName(name string) *reply {
	again, err := decodeComponent(name, true)
	if !strings.Contains(name, ":") && (err != nil || !strings.Contains(again, ":")) {
		return nil
	}
	a := message(http.StatusBadRequest, "A restricted character(s) was detected in the account name. Please remove: ':'")
	return &a
}

func refuseRoles(roles []string) *reply {
	for _, role := range roles {
		if !slices.Contains(knownRoles, role) {
			a := message(http.StatusNotFound, "role '"+role+"' not found.")
			return &a
		}
		if role == "kibana_server" { // its mapping is reserved
			a := message(http.StatusForbidden, "Resource '"+role+"' is reserved.")
			return &a
		}
	}
	return nil
}

// getInternalUsers answers GET internalusers, and GET internalusers/{name}.
func getInternalUsers(os *OpenSearch, c *osCall, name string) (reply, error) {
	var shown []any
	for _, n := range sortedKeys(os.users) {
		if u := os.users[n]; !u.hidden && (name == "" || name == n) && u.passes(c.params["filterBy"]) {
			shown = append(shown, n, u.shown())
		}
	}
	if name != "" && shown == nil {
		return userNotFound(name), nil
	}
	return ok(obj(shown...))
}

// passes reports whether a user is of the kind filterBy asks for.
func (u *osUser) passes(filter string) bool {
	switch strings.ToLower(filter) {
	case "service":
		return isService(u.attributes)
	case "internal":
		return !isService(u.attributes)
	}
	return true
}

// deleteInternalUser answers DELETE internalusers/{name}.
func deleteInternalUser(os *OpenSearch, c *osCall, name string) (reply, error) {
	u := os.users[name]
	if u == nil {
		return userNotFound(name), nil
	}
	if refusal := immutable(name, u); refusal != nil {
		return *refusal, nil
	}
	delete(os.users, name)
	return message(http.StatusOK, "'"+name+"' deleted."), nil
}

// makeAuthToken answers POST internalusers/{name}/authtoken: the cluster makes
// up a password for a service account and tells it in the answer.
func makeAuthToken(os *OpenSearch, c *osCall, name string) (reply, error) {
	if !strings.Contains(c.target, "/internalusers/"+name+"/authtoken") || !strings.HasSuffix(c.target, "/authtoken") {
		// The status of the body really is another one than that of the answer.
		return reply{status: http.StatusNotImplemented, body: []byte(obj("status", "NOT_FOUND",
			"message", "Method POST not supported for this action."))}, nil
	}
	u := os.users[name]
	switch {
	case u == nil:
		return userNotFound(name), nil
	case u.hidden:
		return message(http.StatusNotFound, "Resource '"+name+"' is not available."), nil
	case !isService(u.attributes) || !u.attributes.member("enabled").is(kindString) ||
		!strings.EqualFold(u.attributes.member("enabled").str(), "true"):
		return message(http.StatusBadRequest, "An auth token could not be generated for the specified account."), nil
	}
	password := "a1B" + rand.Text()[:9]
	u.hash = hashPassword(password)
	return message(http.StatusOK, "'"+name+"' authtoken generated Basic auth token with user="+name+", password="+password), nil
}
