// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"
)

// The clusters split the raw target at slashes, drop trailing empty parts,
// compare literals undecoded and decode only the name (elastic/elasticsearch
// PathTrie.java, RestUtils.java). Whoever recognises routes on a decoded, cleaned
// or folded path looks at another request than the cluster runs.
func TestHardeningElasticsearchTargets(t *testing.T) {
	targets := []attack{
		{name: "plain", bites: true, want: "deny/policy"},
		{name: "post", method: "POST", bites: true, want: "deny/policy"},

		// Trailing slashes are free at the cluster; an exact comparison misses them.
		{name: "trailing slash", target: bobPath + "/", bites: true, want: "deny/policy"},
		{name: "trailing slashes", target: bobPath + "///", bites: true, want: "deny/policy"},
		{name: "trailing slashes, put user", target: userPath + "//", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/policy"},
		{name: "trailing slashes and a query", target: bobPath + "//?pretty", bites: true, want: "deny/policy"},

		// RFC 9112, section 3.2.2: the absolute form is for proxies, but servers
		// must take it; Go forwards it in origin form, so it bites behind a proxy.
		{name: "absolute form", target: "http://HOST" + bobPath, want: "deny/policy"},
		{name: "absolute form, another host", target: "http://elsewhere.test" + bobPath, want: ""},
		{name: "absolute form, credentials in it", target: "http://boss:" + strings.ReplaceAll(boss, " ", "%20") + "@HOST" + bobPath, want: "deny/policy"},
		{name: "absolute form, no path", target: "http://HOST", want: "", passes: true},

		// A scheme without slashes makes an opaque URL, whose path is empty for
		// every handler of ours and complete for the cluster, which takes the
		// leading slash for optional (net/url, URL.Opaque).
		{name: "opaque", target: "x:" + bobPath[1:], want: "deny/unreadable"},
		{name: "opaque http", target: "http:" + bobPath[1:], want: "deny/unreadable"},
		{name: "opaque with a slash", target: "x:" + bobPath, want: "deny/policy"},
		{name: "no leading slash", target: bobPath[1:], bites: true, want: ""},

		// What ends in the name segment is decoded by the cluster, once.
		{name: "encoded name", target: "/_security/user/%62ob/_password", bites: true, want: "deny/policy"},
		{name: "user named _password", target: "/_security/user/_password/_password", user: "_password", bites: true, want: "deny/policy"},
		{name: "user named .. by encoding", target: "/_security/user/%2e%2e", user: "..", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/unreadable"},
		{name: "user named ..", target: "/_security/user/..", user: "..", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/unreadable"},
		{name: "slash in a name, looks like _enable", target: "/_security/user/joe%2F_enable", user: "joe/_enable", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/policy"},
		{name: "slash in a name, looks like _password", target: "/_security/user/joe%2F_password", user: "joe/_password", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/unreadable"},
		{name: "dot segments in a name", target: "/_security/user/x%2F..%2F..%2Fy", user: "x/../../y", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/unreadable"},
		{name: "looks like _has_privileges", target: "/_security/user/x%2F_has_privileges", user: "x/_has_privileges", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/policy"},
		{name: "a parameter in a name", target: "/_security/user/bob;x=1/_password", user: "bob;x=1", bites: true, want: "deny/policy"},
		{name: "user named _password by encoding", target: "/_security/user/%5fpassword", user: "_password", body: `{"password":"` + forbidden + `","roles":[]}`, bites: true, want: "deny/unreadable"},
		{name: "user named _privileges", method: "POST", target: "/_security/user/_privileges", user: "_privileges", body: `{"password":"` + forbidden + `","roles":[]}`, want: "deny/policy"},
		{name: "double encoding", target: "/_security/user/%2562ob/_password", user: "%62ob", bites: true, want: "deny/policy"},

		// These set nothing at the cluster, but any hop behind us that decodes,
		// cleans, folds or cuts a path makes a change of them (RFC 3986, section 6).
		{name: "doubled slash", target: "/_security//user/bob/_password", want: "deny/unreadable"},
		{name: "leading slashes", target: "//_security/user/bob/_password", want: "deny/unreadable"},
		{name: "empty name", target: "/_security/user//_password", want: "deny/unreadable"},
		{name: "encoded literal", target: "/_security/user/bob/_passwor%64", want: "deny/unreadable"},
		{name: "encoded underscore", target: "/%5fsecurity/user/bob/_password", want: "deny/unreadable"},
		{name: "encoded slash between", target: "/_security%2fuser/bob/_password", want: "deny/unreadable"},
		{name: "encoded twice", target: "/_security/user/bob/%255fpassword", want: "deny/unreadable"},
		{name: "upper case", target: "/_SECURITY/user/bob/_Password", want: "deny/unreadable"},
		{name: "dot segment", target: "/_security/./user/bob/_password", want: "deny/unreadable"},
		{name: "dot segments over a prefix", target: "/x/../_security/user/bob/_password", want: "deny/unreadable"},
		{name: "encoded dot segments over a prefix", target: "/x/%2e%2e/_security/user/bob/_password", want: "deny/unreadable"},
		{name: "dots at the end", target: bobPath + "/.", want: "deny/unreadable"},
		{name: "dots back to it", target: bobPath + "/x/..", want: "deny/unreadable"},
		{name: "backslashes", target: `/_security\user\bob\_password`, want: "deny/unreadable"},
		{name: "parameters", target: "/_security/user/bob/_password;x=1", want: "deny/unreadable"},
		{name: "parameters inside", target: "/_security;a/user/bob/_password", want: "deny/unreadable"},
		{name: "fragment", target: bobPath + "#x", bites: true, want: "deny/unreadable"},
		{name: "encoded fragment", target: bobPath + "%23x", want: "deny/unreadable"},
		{name: "encoded question mark", target: bobPath + "%3fx", want: "deny/unreadable"},
		{name: "encoded blank", target: bobPath + "%20", want: "deny/unreadable"},
		{name: "encoded NUL", target: bobPath + "%00", want: "deny/unreadable"},
		{name: "bad UTF-8 in the name", target: "/_security/user/b%ffb/_password", want: "deny/unreadable"},
		{name: "line break in the name", target: "/_security/user/b%0d%0ab/_password", want: "deny/unreadable"},
		{name: "lower case method", method: "put", want: "deny/unreadable"},
		{name: "tunnel", method: "CONNECT", target: "HOST", want: "deny/unreadable"},
		{name: "tunnel to a path", method: "CONNECT", target: bobPath, want: "deny/unreadable"},

		// Parameters of the query end in the same map as the name (RestRequest.java).
		{name: "query names the user", target: ownPath + "?username=bob", bites: true, want: "deny/unreadable"},
		{name: "query names the user after a semicolon", target: ownPath + "?;username=bob", bites: true, want: "deny/unreadable"},
		{name: "query names the user, encoded", target: ownPath + "?user%6eame=bob", bites: true, want: "deny/unreadable"},
		{name: "query names two users", target: ownPath + "?username=boss&username=bob", bites: true, want: "deny/unreadable"},
		{name: "query names nobody", target: ownPath + "?username", want: "deny/unreadable"},
		{name: "same parameter twice", target: bobPath + "?refresh=false&refresh=true", bites: true, want: "deny/unreadable"},
		{name: "password in the query", target: bobPath + "?password=" + "x", want: "deny/unreadable"},
		{name: "source instead of a body", target: bobPath + "?source_content_type=application/json&source=%7B%7D", want: "deny/unreadable"},
		{name: "fragment in the query", target: bobPath + "?pretty#&username=bob", bites: true, want: "deny/unreadable"},
	}
	a := elasticArena(t, "8.19.21")
	a.all(t, targets)
}

// Older names of the same routes, each alive in some version.
func TestHardeningOldPrefixes(t *testing.T) {
	const user = `{"password":"` + forbidden + `","roles":[]}`
	elasticArena(t, "6.8.23").all(t, []attack{
		{name: "xpack", target: "/_xpack/security/user/bob/_password", bites: true, want: "deny/policy"},
		{name: "xpack user", method: "POST", target: "/_xpack/security/user/bob/", body: user, bites: true, want: "deny/policy"},
		{name: "shield user", target: "/_shield/user/bob", body: user, bites: true, want: "deny/policy"},
		{name: "xpack own", target: "/_xpack/security/user/_password?username=bob", bites: true, want: "deny/unreadable"},
		{name: "user named _has_privileges", method: "POST", target: "/_shield/user/_has_privileges", user: "_has_privileges", body: user, bites: true, want: "deny/policy"},
		{name: "folded xpack", target: "/_xpack//security/user/bob", body: user, want: "deny/unreadable"},
		{name: "blank in a name by plus", target: "/_security/user/b+b", user: "b b", body: user, bites: true, want: "deny/unreadable"},
	})
}

func TestHardeningOldPrefixesInCompatibility(t *testing.T) {
	const v7 = "application/vnd.elasticsearch+json;compatible-with=7"
	elasticArena(t, "8.19.21").all(t, []attack{
		{name: "xpack by media type", target: "/_xpack/security/user/bob/_password",
			headers: "Content-Type: " + v7 + "\r\nAccept: " + v7 + "\r\n", bites: true, want: "deny/policy"},
	})
}

// OpenSearch's trie is Elasticsearch's; its two prefixes and two nouns make eight
// spellings of one route, and its collection patch takes a name from the query.
func TestHardeningOpenSearchTargets(t *testing.T) {
	const patch = `[{"op":"add","path":"/password","value":"` + forbidden + `"}]`
	openArena(t).all(t, []attack{
		{name: "plain", bites: true, want: "deny/policy"},
		{name: "old prefix", target: "/_opendistro/_security/api/internalusers/bob", bites: true, want: "deny/policy"},
		{name: "old noun", target: api + "/user/bob", bites: true, want: "deny/policy"},
		{name: "old both, slashes", target: "/_opendistro/_security/api/user/bob//", bites: true, want: "deny/policy"},
		{name: "own, slashes", target: api + "/account///?pretty", headers: "Authorization: " + basic("bob", oldPassword) + "\r\n",
			body: `{"current_password":"` + oldPassword + `","password":"` + forbidden + `"}`, bites: true, want: "deny/policy"},
		{name: "own, judged for another name", target: api + "/account?name=zz", headers: "Authorization: " + basic("bob", oldPassword) + "\r\n",
			body: `{"current_password":"` + oldPassword + `","password":"` + forbidden + `"}`, bites: true, want: "deny/unreadable"},
		{name: "user named ..", target: api + "/internalusers/..", user: "..", bites: true, want: "deny/unreadable"},
		{name: "user named .. by encoding", target: api + "/internalusers/%2e%2e", user: "..", bites: true, want: "deny/unreadable"},
		{name: "encoded name", target: api + "/internalusers/%62ob", bites: true, want: "deny/policy"},
		{name: "slash in a name", target: api + "/internalusers/a%2Faccount", user: "a/account", bites: true, want: "deny/policy"},
		{name: "collection patch for one, by query", method: "PATCH", target: api + "/internalusers?name=bob", body: patch, bites: true, want: "deny/unreadable"},
		{name: "by query after a semicolon", method: "PATCH", target: api + "/internalusers?pretty;name=bob", body: patch, bites: true, want: "deny/unreadable"},
		{name: "by query, encoded", method: "PATCH", target: api + "/internalusers/?n%61me=bob", body: patch, bites: true, want: "deny/unreadable"},
		{name: "upper case", target: "/_PLUGINS/_security/api/internalusers/bob", want: "deny/unreadable"},
		{name: "encoded literal", target: "/_plugins/_security/api/%69nternalusers/bob", want: "deny/unreadable"},
		{name: "doubled slash", target: "/_plugins//_security/api/internalusers/bob", want: "deny/unreadable"},
		{name: "opaque", target: "x:" + api[1:] + "/internalusers/bob", want: "deny/unreadable"},
		{name: "no leading slash", target: api[1:] + "/internalusers/bob", bites: true, want: ""},
	})
}
