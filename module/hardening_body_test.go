// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func gzipped(parts ...string) string {
	var b bytes.Buffer
	for _, part := range parts {
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(part))
		_ = z.Close()
	}
	return b.String()
}

func deflated(text string) string {
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, flate.DefaultCompression)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func zlibbed(text string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func utf16be(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		b.WriteString(string([]byte{byte(unit >> 8), byte(unit)}))
	}
	return b.String()
}

// The clusters read more than JSON on these routes, and more JSON than the
// standard has (RFC 8259; elastic/elasticsearch JsonXContentImpl.java): whatever
// two readers could read in two ways is refused, never guessed.
func TestHardeningElasticsearchBodies(t *testing.T) {
	const body = `{"password":"` + forbidden + `"}`
	kind := func(value string) string { return "Content-Type: " + value + "\r\n" }
	encoded := func(value string) string { return "Content-Encoding: " + value + "\r\n" }
	elasticArena(t, "8.19.21").all(t, []attack{
		// Another syntax.
		{name: "yaml", headers: kind("application/yaml"), body: "password: " + forbidden + "\n", bites: true, want: "deny/unreadable"},
		{name: "json as yaml", headers: kind("application/yaml"), bites: true, want: "deny/unreadable"},
		{name: "smile", headers: kind("application/smile"), body: ":)\n\x00\xfa\x87password" + "\x4a" + forbidden + "\xfb", bites: true, want: "deny/unreadable"},
		{name: "cbor", headers: kind("application/cbor"), body: "\xa1\x68password\x6b" + forbidden, bites: true, want: "deny/unreadable"},
		{name: "no type", headers: "Content-Type:\r\n", want: "deny/unreadable"},
		{name: "form", headers: kind("application/x-www-form-urlencoded"), body: "password=" + forbidden, want: "deny/unreadable"},
		{name: "text", headers: kind("text/plain"), want: "deny/unreadable"},
		{name: "another charset", headers: kind("application/json; charset=utf-16"), bites: true, want: "deny/unreadable"},
		{name: "charset of utf-8", headers: kind("Application/JSON;  charset=UTF-8"), bites: true, want: "deny/policy"},

		// Another transport of the same bytes.
		{name: "gzip", headers: encoded("gzip"), body: gzipped(body), bites: true, want: "deny/policy"},
		{name: "GZIP", headers: encoded("GZIP"), body: gzipped(body), bites: true, want: "deny/policy"},
		{name: "x-gzip", headers: encoded("x-gzip"), body: gzipped(body), bites: true, want: "deny/unreadable"},
		{name: "deflate, raw", headers: encoded("deflate"), body: deflated(body), bites: true, want: "deny/unreadable"},
		{name: "deflate, zlib", headers: encoded("deflate"), body: zlibbed(body), bites: true, want: "deny/unreadable"},
		{name: "an encoding nobody knows", headers: encoded("br"), bites: true, want: "deny/unreadable"},
		{name: "identity", headers: encoded("identity"), bites: true, want: "deny/policy"},
		{name: "a list of encodings", headers: encoded("identity, gzip"), bites: true, want: "deny/unreadable"},
		{name: "an empty encoding", headers: encoded(""), bites: true, want: "deny/unreadable"},
		{name: "gzip in two members", headers: encoded("gzip"), body: gzipped(body[:9], body[9:]), bites: true, want: "deny/unreadable"},
		{name: "gzip, a good member first", headers: encoded("gzip"), body: gzipped(body, " "), bites: true, want: "deny/unreadable"},
		{name: "junk behind gzip", headers: encoded("gzip"), body: gzipped(body) + "junk", bites: true, want: "deny/unreadable"},
		{name: "gzip inside gzip", headers: encoded("gzip"), body: gzipped(gzipped(body)), want: "deny/unreadable"},
		{name: "gzip without saying so", body: gzipped(body), want: "deny/unreadable"},
		{name: "gzip cut off", headers: encoded("gzip"), body: gzipped(body)[:len(gzipped(body))-6], bites: true, want: "deny/unreadable"},
		{name: "gzip bomb", headers: encoded("gzip"), body: gzipped(strings.Repeat(" ", 8<<20) + body), bites: true, want: "deny/unreadable"},

		// JSON that isn't.
		{name: "comment", body: `{/**/"password":"` + forbidden + `"}`, bites: true, want: "deny/unreadable"},
		{name: "line comment", body: "{//\n\"password\":\"" + forbidden + "\"}", bites: true, want: "deny/unreadable"},
		{name: "second object", body: body + `{"password":"` + goodPassword + `"}`, bites: true, want: "deny/unreadable"},
		{name: "junk behind", body: body + " x", bites: true, want: "deny/unreadable"},
		{name: "NUL behind", body: body + "\x00", bites: true, want: "deny/unreadable"},
		{name: "byte order mark", body: "\xef\xbb\xbf" + body, bites: true, want: "deny/unreadable"},
		{name: "utf-16", body: utf16be(body), bites: true, want: "deny/unreadable"},
		{name: "utf-16 with a mark", body: "\xfe\xff" + utf16be(body), bites: true, want: "deny/unreadable"},
		{name: "overlong key", body: "{\"\xc1\xb0assword\":\"" + forbidden + "\"}", bites: true, want: "deny/unreadable"},
		{name: "overlong value", body: "{\"password\":\"\xc1\xabQ9!vzT3pLx\"}", bites: true, want: "deny/unreadable"},
		{name: "escaped key", body: `{"\u0070assword":"` + forbidden + `"}`, bites: true, want: "deny/policy"},
		{name: "escaped value", body: `{"password":"\u006bQ9!vzT3pLx"}`, bites: true, want: "deny/policy"},
		{name: "lone surrogate", body: `{"password":"` + forbidden + `\ud800"}`, want: "deny/unreadable"},
		{name: "surrogates the wrong way round", body: `{"password":"` + forbidden + `\udc00\ud800"}`, want: "deny/unreadable"},
		{name: "surrogate in UTF-8", body: "{\"password\":\"" + forbidden + "\xed\xa0\x80\"}", want: "deny/unreadable"},
		{name: "the key twice", body: `{"password":"` + goodPassword + `","password":"` + forbidden + `"}`, want: "deny/unreadable"},
		{name: "the key twice, escaped", body: `{"password":"` + goodPassword + `","pass\u0077ord":"` + forbidden + `"}`, want: "deny/unreadable"},
		{name: "the key in another case", body: `{"password":"` + goodPassword + `","Password":"` + forbidden + `"}`, want: "deny/unreadable"},
		{name: "an unknown key", body: `{"password":"` + forbidden + `","passwordHash":"x"}`, want: "deny/unreadable"},
		{name: "a number", body: `{"password":12345678}`, want: "deny/unreadable"},
		{name: "an array", body: `{"password":["` + forbidden + `"]}`, want: "deny/unreadable"},
		{name: "null", body: `{"password":null}`, want: "deny/unreadable"},
		{name: "both", body: `{"password":"` + goodPassword + `","password_hash":"` + "$2a$04$" + strings.Repeat("a", 53) + `"}`, want: "deny/both_fields"},
		{name: "both, the other way round", body: `{"password_hash":"","password":""}`, want: "deny/both_fields"},
		{name: "both, escaped", body: `{"\u0070assword":"x","password\u005fhash":"y"}`, want: "deny/both_fields"},
		{name: "an array around", body: `[` + body + `]`, want: "deny/unreadable"},
		{name: "nothing", body: " ", want: "deny/unreadable"},
		{name: "an empty object", body: `{}`, want: "deny/unreadable"},
		{name: "white space before", body: strings.Repeat(" ", 60_000) + body, bites: true, want: "deny/policy"},
		{name: "white space beyond the bound", body: strings.Repeat(" ", 70_000) + body, bites: true, want: "deny/unreadable"},
		{name: "a hundred thousand keys", target: userPath, body: `{"roles":[],"metadata":{` + manyKeys(60_000) + `},"password":"` + forbidden + `"}`, bites: true, want: "deny/policy"},
		{name: "deep nesting", target: userPath, body: `{"roles":[],"metadata":{"a":` + strings.Repeat("[", 900) + strings.Repeat("]", 900) + `},"password":"` + forbidden + `"}`, bites: true, want: "deny/unreadable"},
		{name: "another name in the body", target: userPath, body: `{"username":"boss","roles":[],"password":"` + forbidden + `"}`, want: "deny/unreadable"},
	})
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + string(rune('a'+i%26)) + strconv.Itoa(i) + `":1`)
	}
	return b.String()
}

// OpenSearch's security plugin reads every body as JSON whatever its type says,
// through a decoder of UTF-8 that checks nothing (Lucene's UnicodeUtil), and
// stops behind the first value (RequestContentValidator.java).
func TestHardeningOpenSearchBodies(t *testing.T) {
	const body = `{"password":"` + forbidden + `"}`
	hash := "$2a$04$" + strings.Repeat("a", 53)
	kind := func(value string) string { return "Content-Type: " + value + "\r\n" }
	encoded := func(value string) string { return "Content-Encoding: " + value + "\r\n" }
	openArena(t).all(t, []attack{
		{name: "json as smile", headers: kind("application/smile"), bites: true, want: "deny/unreadable"},
		{name: "json as cbor", headers: kind("application/cbor"), bites: true, want: "deny/unreadable"},
		{name: "json as yaml", headers: kind("application/yaml"), bites: true, want: "deny/unreadable"},
		{name: "json as lines of json", headers: kind("application/x-ndjson"), bites: true, want: "deny/unreadable"},
		{name: "any application", headers: kind("application/*"), bites: true, want: "deny/unreadable"},
		{name: "vendor's own type", headers: kind("application/vnd.opensearch+json"), bites: true, want: "deny/unreadable"},
		{name: "another charset", headers: kind("application/json;charset=utf-16"), bites: true, want: "deny/unreadable"},
		{name: "deflate", headers: encoded("deflate"), body: deflated(body), bites: true, want: "deny/unreadable"},
		{name: "x-deflate", headers: encoded("x-deflate"), body: zlibbed(body), bites: true, want: "deny/unreadable"},
		{name: "gzip", headers: encoded("gzip"), body: gzipped(body), bites: true, want: "deny/policy"},
		{name: "gzip, two lines, the first counts", headers: encoded("gzip") + encoded("identity"), body: gzipped(body), bites: true, want: "deny/unreadable"},
		{name: "second object", body: body + body, bites: true, want: "deny/unreadable"},
		{name: "junk behind", body: body + "]", bites: true, want: "deny/unreadable"},
		{name: "overlong key", body: "{\"\xc1\xb0assword\":\"" + forbidden + "\"}", bites: true, want: "deny/unreadable"},
		{name: "half a sequence for a letter", body: "{\"\xc1\x30assword\":\"" + forbidden + "\"}", bites: true, want: "deny/unreadable"},
		{name: "overlong quotation marks", body: "{\xc0\xa2password\xc0\xa2:\"" + forbidden + "\"}", bites: true, want: "deny/unreadable"},
		{name: "comment", body: `{/**/"password":"` + forbidden + `"}`, want: "deny/unreadable"},
		{name: "both", body: `{"password":"` + forbidden + `","hash":"` + hash + `"}`, bites: true, want: "deny/both_fields"},
		{name: "elasticsearch's name for a hash", body: `{"password":"` + forbidden + `","password_hash":"` + hash + `"}`, want: "deny/both_fields"},
		{name: "a hash", body: `{"hash":"` + hash + `"}`, want: "deny/hash"},
		{name: "null for a hash", body: `{"password":"` + forbidden + `","hash":null}`, want: "deny/unreadable"},
		{name: "a password among the attributes", body: `{"password":"` + forbidden + `","attributes":{"hash":"x"}}`, bites: true, want: "deny/policy"},
	})
}

// The plugin makes up a password for whoever is put with the attribute of a service
// account, though the body holds no secret (UserService.java, createOrUpdateAccount):
// an ordinary user would lose his password to one that nobody has judged.
func TestHardeningServiceAccounts(t *testing.T) {
	a := openArena(t)
	for _, attribute := range []string{`"service":"true"`, `"service":"TRUE","enabled":"true"`, `"\u0073ervice":"true"`} {
		t.Run(attribute, func(t *testing.T) {
			a.try(t, attack{body: `{"attributes":{` + attribute + `}}`, want: "deny/forbidden"})
			if a.rig.records()[len(a.rig.records())-1].Gateway.Reason != "generated_secret" {
				t.Error("another reason is on record")
			}
			for host, want := range map[string]int{a.direct: 401, a.rig.addr: 200} {
				login := "GET " + api + "/account HTTP/1.1\r\nHost: HOST\r\nAuthorization: " + basic("bob", oldPassword) + "\r\n\r\n"
				if res := converse(t, host, a.request(attack{raw: login}, host)); res.status != want {
					t.Errorf("afterwards the old password is answered %d, want %d", res.status, want)
				}
			}
		})
	}
}

// JSON Patch has many ways to the same member (RFC 6902), and zjsonpatch, which
// the plugin uses, more than the standard (op in any case, copy and move of a
// stored hash, pointers decoded twice).
func TestHardeningPatches(t *testing.T) {
	one := func(name, patch, want string, bites bool) attack {
		return attack{name: name, method: "PATCH", body: strings.ReplaceAll(patch, "PW", forbidden), bites: bites, want: want}
	}
	many := func(name, patch, want string, bites bool) attack {
		a := one(name, patch, want, bites)
		a.target = api + "/internalusers"
		return a
	}
	openArena(t).all(t, []attack{
		one("one", `[{"op":"add","path":"/password","value":"PW"}]`, "deny/policy", true),
		one("the whole user", `[{"op":"add","path":"","value":{"password":"PW","backend_roles":["admin"]}}]`, "deny/policy", true),
		one("the whole user, replaced", `[{"op":"replace","path":"","value":{"password":"PW"}}]`, "deny/policy", true),
		one("escaped path", `[{"op":"add","path":"\u002fpass\u0077ord","value":"PW"}]`, "deny/policy", true),
		one("escaped op and member", `[{"o\u0070":"\u0061dd","p\u0061th":"/password","val\u0075e":"PW"}]`, "deny/policy", true),
		one("a harmless one first", `[{"op":"add","path":"/description","value":"x"},{"op":"add","path":"/password","value":"PW"}]`, "deny/policy", true),
		one("a good one last", `[{"op":"add","path":"/password","value":"PW"},{"op":"add","path":"/password","value":"`+goodPassword+`-Xy9"}]`, "deny/policy", false),
		one("an extra path", `[{"op":"add","path":"/password","Path":"/description","value":"PW"}]`, "deny/unreadable", true),
		one("an extra op", `[{"op":"add","Op":"test","path":"/password","value":"PW"}]`, "deny/unreadable", true),
		one("a from", `[{"op":"add","from":"/x","path":"/password","value":"PW"}]`, "deny/unreadable", true),
		one("upper case", `[{"op":"ADD","path":"/password","value":"PW"}]`, "deny/unreadable", false),
		one("copy", `[{"op":"add","path":"/description","value":"PW"},{"op":"copy","from":"/description","path":"/password"}]`, "deny/unreadable", false),
		one("move", `[{"op":"move","from":"/description","path":"/password"}]`, "deny/unreadable", false),
		one("no slash", `[{"op":"add","path":"password","value":"PW"}]`, "deny/unreadable", false),
		one("junk before the slash", `[{"op":"add","path":"x/password","value":"PW"}]`, "deny/unreadable", false),
		one("a fragment", `[{"op":"add","path":"#/password","value":"PW"}]`, "deny/unreadable", false),
		one("an escaped token", `[{"op":"add","path":"/~0password","value":"PW"}]`, "deny/unreadable", false),
		one("both in one patch", `[{"op":"add","path":"/hash","value":"x"},{"op":"add","path":"/password","value":"PW"}]`, "deny/both_fields", true),
		one("both in one user", `[{"op":"add","path":"","value":{"hash":"x","password":"PW"}}]`, "deny/both_fields", true),
		one("a number", `[{"op":"add","path":"/password","value":12345678}]`, "deny/unreadable", false),
		one("null", `[{"op":"add","path":"/password","value":null}]`, "deny/unreadable", false),
		one("an object around", `{"op":"add","path":"/password","value":"PW"}`, "deny/unreadable", false),
		one("a second patch", `[][{"op":"add","path":"/password","value":"PW"}]`, "deny/unreadable", false),
		one("junk behind", `[{"op":"add","path":"/password","value":"PW"}]x`, "deny/unreadable", true),
		many("many", `[{"op":"add","path":"/bob/password","value":"PW"}]`, "deny/policy", true),
		many("many, a user", `[{"op":"add","path":"/bob","value":{"password":"PW"}}]`, "deny/policy", true),
		many("many, hidden among good ones", `[{"op":"add","path":"/ann","value":{"password":"`+goodPassword+`-Xy9"}},{"op":"add","path":"/bob/password","value":"PW"}]`, "deny/policy", true),
		many("many, all at once", `[{"op":"add","path":"","value":{"bob":{"password":"PW"}}}]`, "deny/unreadable", false),
		many("many, an empty part", `[{"op":"add","path":"//bob/password","value":"PW"}]`, "deny/unreadable", false),
		many("many, a trailing slash", `[{"op":"add","path":"/bob/","value":"PW"}]`, "deny/unreadable", false),
		{name: "many, decoded twice", method: "PATCH", target: api + "/internalusers", user: "z/w", body: `[{"op":"add","path":"/z~01w","value":{"password":"` + forbidden + `"}}]`, want: "deny/unreadable"},
		{name: "many, a trailing slash of the route", method: "PATCH", target: api + "/internalusers//", body: `[{"op":"add","path":"/bob/password","value":"` + forbidden + `"}]`, bites: true, want: "deny/policy"},
	})
}
