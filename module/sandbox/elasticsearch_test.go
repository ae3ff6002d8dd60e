// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"cmp"
	"encoding/base64"
	"strings"
	"testing"
)

func basic(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

const jsonType = "Content-Type: application/json"

const adminPassword = "admin-Password-1"

func elasticsearch(t *testing.T, version string) (*Elasticsearch, *Server) {
	t.Helper()
	es := NewElasticsearch(Options{Version: version, AdminPassword: adminPassword})
	es.AddUser("joe", "joes-old-password", "viewer")
	return es, serve(t, es)
}

// passwordBodies are bodies of the change-password route: which of them the
// cluster applies, and as which password.
func TestElasticsearchBodies(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, body string
		header     string // default: application/json
		versions   string // default: all
		status     int
		password   string // in force afterwards, when status is 200
		answer     string // default with 200: {}
	}{
		{name: "plain", body: `{"password":"new-password"}`, status: 200, password: "new-password"},
		{name: "escaped name", body: `{"p\u0061ssword":"new-password"}`, status: 200, password: "new-password"},
		{name: "trailing text", body: `{"password":"new-password"} xx`, status: 200, password: "new-password"},
		{name: "second object", body: `{"password":"new-password"}{"password":"other-password"}`, status: 200, password: "new-password"},
		{name: "trailing bytes", body: "{\"password\":\"new-password\"}\xff\xfe", status: 200, password: "new-password"},
		{name: "block comment", body: `{/**/"password":"new-password"}`, status: 200, password: "new-password"},
		{name: "line comment", body: "{\"password\"://\"\n\"new-password\"}", status: 200, password: "new-password"},
		{name: "byte order mark", body: "\xef\xbb\xbf{\"password\":\"new-password\"}", status: 200, password: "new-password"},
		{name: "utf-16", body: utf16LE(`{"password":"new-password"}`), status: 200, password: "new-password"},
		{name: "overlong name", body: "{\"\xc1\xb0assword\":\"new-password\"}", status: 200, password: "new-password"},
		{name: "overlong quote is no quote", body: "{\"password\":\"new-pass\xc0\xa2word\"}", status: 200, password: `new-pass"word`},
		{name: "lone surrogate", body: `{"password":"new-pass\ud800"}`, status: 200, password: "new-pass?"},
		{name: "surrogate pair", body: `{"password":"new-pass\ud83d\ude00"}`, status: 200, password: "new-pass😀"},
		{name: "nul", body: `{"password":"new-\u0000pass"}`, status: 200, password: "new-\x00pass"},
		{name: "three emoji are six units", body: `{"password":"😀😀😀"}`, status: 200, password: "😀😀😀"},
		{name: "beyond 72 bytes", body: `{"password":"` + strings.Repeat("a", 80) + `"}`, status: 200, password: strings.Repeat("a", 72) + "zzz"},
		{name: "yaml", body: "password: new-password\n", header: "Content-Type: application/yaml", status: 200, password: "new-password", answer: "--- {}\n"},
		{name: "json as yaml", body: `{"password":"new-password"}`, header: "Content-Type: application/yaml", status: 200, password: "new-password", answer: "--- {}\n"},
		{name: "cbor", body: "\xa1\x68password\x6cnew-password", header: "Content-Type: application/cbor", status: 200, password: "new-password"},
		{name: "smile", body: ":)\n\x00\xfa\x87password\x4bnew-password\xfb", header: "Content-Type: application/smile", status: 200, password: "new-password"},
		{name: "ndjson", body: `{"password":"new-password"}`, header: "Content-Type: application/x-ndjson", versions: "7.17.28 8.19.21 9.5.3", status: 200, password: "new-password"},
		{name: "ndjson in 6", body: `{"password":"new-password"}`, header: "Content-Type: application/x-ndjson", versions: "6.8.23", status: 406},
		{name: "application/*", body: `{"password":"new-password"}`, header: "Content-Type: application/*", versions: "8.19.21 9.5.3", status: 200, password: "new-password"},
		{name: "application/* up to 7", body: `{"password":"new-password"}`, header: "Content-Type: application/*", versions: "6.8.23 7.17.28", status: 406},
		{name: "utf-16 charset ignored", body: `{"password":"new-password"}`, header: "Content-Type: Application/JSON; charset=utf-16", status: 200, password: "new-password"},
		{name: "unknown encoding is plain", body: `{"password":"new-password"}`, header: jsonType + "\r\nContent-Encoding: br", status: 200, password: "new-password"},
		{name: "identity is plain", body: `{"password":"new-password"}`, header: jsonType + "\r\nContent-Encoding: identity", status: 200, password: "new-password"},
		{name: "gzip", body: gzipped(`{"password":"new-password"}`), header: jsonType + "\r\nContent-Encoding: GZIP", status: 200, password: "new-password"},
		{name: "gzip, then junk", body: gzipped(`{"password":"new-password"}`) + "junk", header: jsonType + "\r\nContent-Encoding: x-gzip", status: 200, password: "new-password"},
		{name: "first encoding counts", body: gzipped(`{"password":"new-password"}`), header: jsonType + "\r\nContent-Encoding: gzip\r\nContent-Encoding: identity", status: 200, password: "new-password"},
		{name: "raw deflate", body: deflated(`{"password":"new-password"}`), header: jsonType + "\r\nContent-Encoding: deflate", status: 200, password: "new-password"},
		{name: "snappy", body: snappyFramed(`{"password":"new-password"}`), header: jsonType + "\r\nContent-Encoding: snappy", versions: "7.17.28 8.19.21", status: 200, password: "new-password"},

		{name: "list of encodings", body: gzipped(`{"password":"new-password"}`), header: jsonType + "\r\nContent-Encoding: gzip, gzip", versions: "8.19.21", status: 400},
		{name: "too short", body: `{"password":"short"}`, status: 400},
		{name: "three accented letters", body: `{"password":"ééé"}`, status: 400},
		{name: "other case", body: `{"Password":"new-password"}`, status: 400},
		{name: "unknown member", body: `{"password":"new-password","x":1}`, status: 400},
		{name: "duplicate", body: `{"password":"new-password","p\u0061ssword":"new-password"}`, versions: "7.17.28 8.19.21 9.5.3", status: 400},
		{name: "duplicate in 6", body: `{"password":"new-password","password":"new-password"}`, versions: "6.8.23", status: 500},
		{name: "null", body: `{"password":null}`, status: 400},
		{name: "number", body: `{"password":123456}`, status: 400},
		{name: "array around", body: `[{"password":"new-password"}]`, status: 400},
		{name: "nothing", body: `{}`, status: 400},
		{name: "no body", body: ``, status: 400},
		{name: "blanks", body: "  \n", status: 400},
		{name: "hash comment", body: "{#\n\"password\":\"new-password\"}", versions: "8.19.21", status: 400},
		{name: "trailing comma", body: `{"password":"new-password",}`, versions: "8.19.21", status: 400},
		{name: "not utf-8", body: "{\"password\":\"new-\xffpassword\"}", versions: "8.19.21", status: 400},
		{name: "no type", body: `{"password":"new-password"}`, header: "X: y", status: 406},
		{name: "text", body: `{"password":"new-password"}`, header: "Content-Type: text/plain", status: 406},
		{name: "two types", body: `{"password":"new-password"}`, header: jsonType + "\r\n" + jsonType, status: 400},
		{name: "both fields", body: `{"password":"new-password","password_hash":"$2a$10$` + strings.Repeat("a", 53) + `"}`, versions: "7.17.28 8.19.21 9.5.3", status: 400},
	}
	for _, version := range []string{"6.8.23", "7.17.28", "8.19.21", "9.5.3"} {
		for _, c := range cases {
			if c.versions != "" && !strings.Contains(c.versions, version) {
				continue
			}
			t.Run(version+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				es, s := elasticsearch(t, version)
				header := c.header
				if header == "" {
					header = jsonType
				}
				got := send(t, s, request("POST", "/_security/user/joe/_password", c.body, basic("elastic", adminPassword), header))
				if got.status != c.status {
					t.Fatalf("status = %d, want %d; %s", got.status, c.status, got.body)
				}
				if c.status != 200 {
					c.password = "joes-old-password"
				} else if want := cmp.Or(c.answer, "{}"); got.body != want {
					t.Errorf("body = %q, want %q", got.body, want)
				}
				if !es.CheckPassword("joe", c.password) {
					t.Errorf("joe can't log in with %q", c.password)
				}
			})
		}
	}
}
