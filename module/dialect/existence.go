// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"
	"net/url"
	"strings"
)

// segment escapes a user name for a path so that every release reads the same
// name: a bare plus is a blank to some (Match.Plus), and dots alone are steps.
func segment(name string) string {
	if name == "." || name == ".." {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return strings.ReplaceAll(url.PathEscape(name), "+", "%2B")
}

// UserPath implements [Dialect]. Elasticsearch reads a comma in this place as
// one between two names (RestGetUsersAction.java), so it can't be asked for a
// user who has one.
func (Elasticsearch) UserPath(m Match, target string) (path string, creates bool) {
	if m.Operation != PutUser {
		return "", false
	}
	if target == "" || strings.Contains(target, ",") {
		return "", true
	}
	return m.Prefix + "/" + liveAPI(m) + "/user/" + segment(target), true
}

// HasUser implements [Dialect]: the answer is an object with a member for each
// user found, or 404 and an empty one (RestGetUsersAction.java).
func (Elasticsearch) HasUser(target string, status int, body []byte) (has, plain bool) {
	members, err := readObject(body)
	if err != nil {
		return false, false
	}
	if status == http.StatusNotFound {
		return false, len(members) == 0
	}
	_, found := find(members, target)
	return found, found && status == http.StatusOK && len(members) == 1
}

// UserPath implements [Dialect].
func (OpenSearch) UserPath(m Match, target string) (path string, creates bool) {
	if m.Operation != CreateUser && m.Operation != PatchUsers {
		return "", false
	}
	if target == "" {
		return "", true
	}
	return internalUser(m, target), true
}

func internalUser(m Match, target string) string {
	return m.Prefix + "/" + m.API + "/_security/api/internalusers/" + segment(target)
}

// HasUser implements [Dialect]. A user who is hidden from the caller is as
// absent to him (AbstractApiAction.java), and the change will be refused.
func (OpenSearch) HasUser(target string, status int, body []byte) (has, plain bool) {
	members, err := readObject(body)
	if err != nil {
		return false, false
	}
	if status == http.StatusNotFound {
		said, _ := find(members, "status")
		return false, said.text == "NOT_FOUND"
	}
	_, found := find(members, target)
	return found, found && status == http.StatusOK && len(members) == 1
}

// UserPath implements [Dialect]: the operations say by themselves what they do.
func (HuaweiCSS) UserPath(Match, string) (path string, creates bool) { return "", false }

// HasUser implements [Dialect]; it is never asked.
func (HuaweiCSS) HasUser(string, int, []byte) (has, plain bool) { return false, false }
