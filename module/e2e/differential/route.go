// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"github.com/passgate/passgate/module/e2e/oracle"
)

// route is one way of setting a password in a cluster.
type route struct {
	name     string
	question oracle.Question
	methods  []string
	prefixes []string // segments, joined by slashes
	tail     []string // segments behind the prefix; NAME is the user's
	own      bool     // the user asks for himself
	body     string   // instead of one to the question; HASH and NAME are filled in
}

var routes = map[string][]route{
	"elasticsearch": {
		{"change_password", oracle.ChangeBody, []string{"PUT", "POST"}, []string{"_security", "_security", "_xpack/security"}, []string{"user", "NAME", "_password"}, false, ""},
		{"change_password, own", oracle.ChangeBody, []string{"PUT", "POST"}, []string{"_security", "_xpack/security"}, []string{"user", "_password"}, true, ""},
		{"put_user", oracle.PutUserBody, []string{"PUT", "POST"}, []string{"_security", "_xpack/security", "_shield"}, []string{"user", "NAME"}, false, ""},
		// Past the API: where the cluster keeps its users (NativeUsersStore.java).
		{"security index", 0, []string{"POST"}, []string{".security-6", ".security"}, []string{"doc", "user-NAME", "_update"}, false, `{"doc":{"password":"HASH"}}`},
		{"security index by query", 0, []string{"POST"}, []string{".security-6", ".security"}, []string{"_update_by_query"}, false,
			`{"script":{"source":"ctx._source.password = params.p","params":{"p":"HASH"}},"query":{"ids":{"values":["user-NAME"]}}}`},
	},
	"opensearch": {
		{"account", oracle.AccountBody, []string{"PUT"}, openSearchPrefixes, []string{"account"}, true, ""},
		{"internalusers", oracle.InternalUser, []string{"PUT"}, openSearchPrefixes, []string{"internalusers", "NAME"}, false, ""},
		{"user", oracle.InternalUser, []string{"PUT"}, openSearchPrefixes, []string{"user", "NAME"}, false, ""},
		{"patch of one", oracle.PatchOne, []string{"PATCH"}, openSearchPrefixes, []string{"internalusers", "NAME"}, false, ""},
		{"patch of all", oracle.PatchAll, []string{"PATCH"}, openSearchPrefixes, []string{"internalusers"}, false, ""},
	},
}

var openSearchPrefixes = []string{"_plugins/_security/api", "_plugins/_security/api", "_opendistro/_security/api"}

// segments writes the route down for a user.
func (rt *route) segments(r *rand.Rand, user string) []string {
	all := append(strings.Split(pick(r, rt.prefixes...), "/"), rt.tail...)
	for i, s := range all {
		all[i] = strings.ReplaceAll(s, "NAME", url.PathEscape(user))
	}
	return all
}

func (rt *route) patches() bool {
	return rt.question == oracle.PatchOne || rt.question == oracle.PatchAll
}

// literals are parts of paths that name no user.
var literals = []string{"", "_security", "_xpack", "security", "_shield", "user", "_plugins", "_opendistro", "api", "account", "internalusers", "doc", "_update"}

// named lists the users that a request target may be read to name, by any
// reader: every segment that is no literal, decoded and undecoded, and the users
// that mutations of the query name.
func named(target string) []string {
	var found []string
	add := func(name string) {
		if !slices.Contains(literals, name) && !slices.Contains(found, name) && !strings.Contains(name, ":") {
			found = append(found, name)
		}
	}
	path, query, _ := strings.Cut(target, "?")
	for segment := range strings.SplitSeq(path, "/") {
		add(segment)
		if name, err := url.PathUnescape(segment); err == nil {
			add(name)
		}
		if name, err := url.QueryUnescape(segment); err == nil {
			add(name)
		}
	}
	if strings.Contains(query, "eve") {
		add("eve")
	}
	return found
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
