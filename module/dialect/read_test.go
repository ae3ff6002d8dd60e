// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// bodyCase says how one body reads: as which secrets, or why not.
type bodyCase struct {
	name string
	op   Operation
	body string
	want string       // "target=value" of each secret, "#" before a hash's value; blank-separated
	why  audit.Reason // of the refusal
}

func testBodies(t *testing.T, d Dialect, target string, cases []bodyCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(string(c.op)+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			m := Match{Kind: Guarded, Operation: c.op, Target: target, Named: target != ""}
			header := http.Header{"Content-Type": {"application/json"}}
			change, fault := d.Read(m, Input{Header: header, Body: []byte(c.body)})
			checkRead(t, change, fault, c.want, c.why)
		})
	}
}

func checkRead(t *testing.T, change Change, fault *Fault, want string, why audit.Reason) {
	t.Helper()
	if fault != nil {
		if fault.Reason != why {
			t.Fatalf("refused for %s, want %q", fault.Reason, why)
		}
		if fault.Status/100 != 4 || fault.Text == "" {
			t.Errorf("refusal has status %d and text %q", fault.Status, fault.Text)
		}
		return
	}
	if why != "" {
		t.Fatalf("read as %+v, want refused for %s", change, why)
	}
	var got []string
	for _, s := range change.Secrets {
		mark := ""
		if s.Hash {
			mark = "#"
		}
		got = append(got, s.Target+"="+mark+s.Value)
	}
	if s := strings.Join(got, " "); s != want {
		t.Errorf("secrets %q, want %q", s, want)
	}
}

func TestElasticsearchBodies(t *testing.T) {
	t.Parallel()
	testBodies(t, Elasticsearch{}, "bob", append(strictBodies(ChangePassword), []bodyCase{
		{"plain", ChangePassword, `{"password":"secret"}`, "bob=secret", ""},
		{"blanks around", ChangePassword, " \r\n{ \"password\" :\n\"secret\"\t}\r\n", "bob=secret", ""},
		{"escapes are undone", ChangePassword, `{"password":"\u003c\u00e4\ud83d\ude00\\"}`, "bob=<ä😀\\", ""},
		{"escaped key", ChangePassword, `{"p\u0061ssword":"secret"}`, "bob=secret", ""},
		{"empty password", ChangePassword, `{"password":""}`, "bob=", ""},
		{"hash", ChangePassword, `{"password_hash":"$2a$10$x"}`, "bob=#$2a$10$x", ""},
		{"both", ChangePassword, `{"password":"a","password_hash":"b"}`, "", ReasonBothFields},
		{"both, the other way round", ChangePassword, `{"password_hash":"b","password":"a"}`, "", ReasonBothFields},
		{"both, one empty", ChangePassword, `{"password":"","password_hash":"b"}`, "", ReasonBothFields},
		{"both, by another vendor's name", ChangePassword, `{"password":"a","hash":"b"}`, "", ReasonBothFields},
		{"both, beside an unknown key", ChangePassword, `{"x":1,"password":"a","password_hash":"b"}`, "", ReasonBothFields},
		{"one is null", ChangePassword, `{"password":"a","password_hash":null}`, "", ReasonWrongType},
		{"null", ChangePassword, `{"password":null}`, "", ReasonWrongType},
		{"number", ChangePassword, `{"password":123456}`, "", ReasonWrongType},
		{"array", ChangePassword, `{"password":["a"]}`, "", ReasonWrongType},
		{"object", ChangePassword, `{"password":{"password":"a"}}`, "", ReasonWrongType},
		{"key in another case", ChangePassword, `{"Password":"a"}`, "", ReasonUnknownKey},
		{"put-user's members", ChangePassword, `{"password":"a","roles":[]}`, "", ReasonUnknownKey},
		{"nothing in it", ChangePassword, `{}`, "", ReasonMissingSecret},
		{"plain", PutUser, `{"password":"secret","roles":["a"]}`, "bob=secret", ""},
		{"hash", PutUser, `{"password_hash":"$2a$10$x","roles":["a"]}`, "bob=#$2a$10$x", ""},
		{"both", PutUser, `{"password":"a","roles":[],"password_hash":"b"}`, "", ReasonBothFields},
		{"no secret, as Kibana edits", PutUser, `{"username":"bob","roles":["a"],"full_name":null,"email":null,"metadata":{},"enabled":true}`, "", ""},
		{"nothing at all", PutUser, `{}`, "", ""},
		{"roles in one string", PutUser, `{"password":"secret","roles":"a,b"}`, "bob=secret", ""},
		{"a password in the metadata is none", PutUser, `{"metadata":{"password":"x","password_hash":"y"},"roles":[]}`, "", ""},
		{"repeated key in the metadata", PutUser, `{"metadata":{"a":1,"a":2},"roles":[]}`, "", ReasonJSON},
		{"another user's name", PutUser, `{"username":"eve","password":"secret"}`, "", ReasonTargetMismatch},
		{"metadata null", PutUser, `{"metadata":null,"password":"secret"}`, "", ReasonWrongType},
		{"roles null", PutUser, `{"roles":null,"password":"secret"}`, "", ReasonWrongType},
		{"unknown key", PutUser, `{"passwordHash":"x"}`, "", ReasonUnknownKey},
	}...))
}

// strictBodies are refused by every dialect: each is read by some parser of some
// cluster otherwise than by another.
func strictBodies(op Operation) []bodyCase {
	return []bodyCase{
		{"empty", op, ``, "", ReasonJSON},
		{"two objects", op, `{"password":"good"}{"password":"bad"}`, "", ReasonJSON},
		{"text behind", op, `{"password":"good"} x`, "", ReasonJSON},
		{"a NUL behind", op, "{\"password\":\"good\"}\x00", "", ReasonJSON},
		{"repeated key", op, `{"password":"good","password":"bad"}`, "", ReasonJSON},
		{"repeated key, once escaped", op, `{"password":"good","p\u0061ssword":"bad"}`, "", ReasonJSON},
		{"block comment", op, `{/**/"password":"good"}`, "", ReasonJSON},
		{"line comment", op, "{\"password\"://\n\"good\"}", "", ReasonJSON},
		{"hash comment", op, "#\n{\"password\":\"good\"}", "", ReasonJSON},
		{"byte order mark", op, "\ufeff{\"password\":\"good\"}", "", ReasonJSON},
		{"UTF-16", op, "{\x00\"\x00p\x00", "", ReasonJSON},
		{"overlong key", op, "{\"\xc1\xb0assword\":\"good\"}", "", ReasonJSON},
		{"overlong value", op, "{\"password\":\"\xc0\xaf\"}", "", ReasonJSON},
		{"encoded surrogate", op, "{\"password\":\"\xed\xa0\x80\"}", "", ReasonJSON},
		{"lone surrogate escape", op, `{"password":"aaaa\ud800"}`, "", ReasonJSON},
		{"Latin-1", op, "{\"password\":\"p\xe4ss\"}", "", ReasonJSON},
		{"raw control character", op, "{\"password\":\"a\nb\"}", "", ReasonJSON},
		{"single quotes", op, `{'password':'good'}`, "", ReasonJSON},
		{"bare key", op, `{password:"good"}`, "", ReasonJSON},
		{"trailing comma", op, `{"password":"good",}`, "", ReasonJSON},
		{"array around", op, `[{"password":"good"}]`, "", ReasonJSON},
		{"a string", op, `"password"`, "", ReasonJSON},
		{"null", op, `null`, "", ReasonJSON},
		{"YAML", op, "password: good", "", ReasonJSON},
		{"unfinished", op, `{"password":"good"`, "", ReasonJSON},
		{"deep nesting", op, `{"password":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, "", ReasonJSON},
	}
}

func TestOpenSearchBodies(t *testing.T) {
	t.Parallel()
	testBodies(t, OpenSearch{}, "", append(strictBodies(Account), []bodyCase{
		{"plain", Account, `{"current_password":"old","password":"new"}`, "=new", ""},
		{"hash", Account, `{"current_password":"old","hash":"$2y$12$x"}`, "=#$2y$12$x", ""},
		{"both", Account, `{"current_password":"old","password":"new","hash":"x"}`, "", ReasonBothFields},
		{"both, by another vendor's name", Account, `{"current_password":"old","password":"new","password_hash":"x"}`, "", ReasonBothFields},
		{"current twice, as bcrypt reads it", Account, `{"current_password":"old\u0000old","password":"new"}`, "", ReasonCredentials},
		{"current only", Account, `{"current_password":"old"}`, "", ReasonMissingSecret},
		{"foreign key", Account, `{"current_password":"old","password":"new","x":1}`, "", ReasonUnknownKey},
	}...))
	testBodies(t, OpenSearch{}, "bob", append(strictBodies(CreateUser), []bodyCase{
		{"plain", CreateUser, `{"password":"new","backend_roles":[],"attributes":{"password":"x"},"description":""}`, "bob=new", ""},
		{"hash", CreateUser, `{"hash":"x","opendistro_security_roles":["a"]}`, "bob=#x", ""},
		{"both", CreateUser, `{"hash":"x","password":"y"}`, "", ReasonBothFields},
		{"neither", CreateUser, `{"backend_roles":["a"]}`, "", ""},
		{"null password", CreateUser, `{"password":null}`, "", ReasonWrongType},
		{"password_hash is not a word of this API", CreateUser, `{"password_hash":"x"}`, "", ReasonUnknownKey},
	}...))
}

// A put of a service account makes the cluster make up a password.
func TestOpenSearchServiceAccounts(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]audit.Reason{
		`{"attributes":{"service":"true"}}`:                      ReasonGeneratedSecret,
		`{"attributes":{"serv\u0069ce":"TRUE"},"hash":"x"}`:      ReasonGeneratedSecret,
		`{"attributes":{"service":true}}`:                        ReasonGeneratedSecret,
		`{"attributes":{"service":"false"},"password":"x"}`:      "",
		`{"attributes":{"Service":"true"},"password":"x"}`:       "",
		`{"attributes":{"a":{"service":"true"}}}`:                "",
		`{"attributes":null,"description":"service","hash":"x"}`: "",
	} {
		header := http.Header{"Content-Type": {"application/json"}}
		change, fault := OpenSearch{}.Read(Match{Operation: CreateUser, Target: "bob", Named: true}, Input{Header: header, Body: []byte(body)})
		if fault != nil || change.Forbidden != want {
			t.Errorf("%s: forbidden for %q (fault %v), want %q", body, change.Forbidden, fault, want)
		}
	}
}

func TestOpenSearchPatches(t *testing.T) {
	t.Parallel()
	testBodies(t, OpenSearch{}, "bob", []bodyCase{
		{"password", PatchUser, `[{"op":"add","path":"/password","value":"new"}]`, "bob=new", ""},
		{"hash", PatchUser, `[{"op":"replace","path":"/hash","value":"x"}]`, "bob=#x", ""},
		{"escaped path", PatchUser, `[{"op":"add","path":"\u002fpass\u0077ord","value":"new"}]`, "bob=new", ""},
		{"whole user", PatchUser, `[{"op":"add","path":"","value":{"password":"new","backend_roles":[]}}]`, "bob=new", ""},
		{"whole user, both", PatchUser, `[{"op":"add","path":"","value":{"password":"new","hash":"x"}}]`, "", ReasonBothFields},
		{"both, one after the other", PatchUser, `[{"op":"add","path":"/hash","value":"x"},{"op":"add","path":"/password","value":"new"}]`, "", ReasonBothFields},
		{"twice: both are judged", PatchUser, `[{"op":"add","path":"/password","value":"a"},{"op":"add","path":"/password","value":"b"}]`, "bob=a bob=b", ""},
		{"roles only", PatchUser, `[{"op":"replace","path":"/backend_roles","value":["a"]}]`, "", ""},
		{"escapes below attributes", PatchUser, `[{"op":"add","path":"/attributes/a~1b","value":"x"}]`, "", ""},
		{"twice-decodable below attributes", PatchUser, `[{"op":"add","path":"/attributes/a~01b","value":"x"}]`, "", ReasonPatch},
		{"escape elsewhere", PatchUser, `[{"op":"add","path":"/pass~0word","value":"x"}]`, "", ReasonPatch},
		{"unknown escape", PatchUser, `[{"op":"add","path":"/attributes/a~2b","value":"x"}]`, "", ReasonPatch},
		{"no slash", PatchUser, `[{"op":"add","path":"password","value":"x"}]`, "", ReasonPatch},
		{"junk first", PatchUser, `[{"op":"add","path":"#/password","value":"x"}]`, "", ReasonPatch},
		{"empty part", PatchUser, `[{"op":"add","path":"//password","value":"x"}]`, "", ReasonPatch},
		{"upper case op", PatchUser, `[{"op":"ADD","path":"/password","value":"x"}]`, "", ReasonPatch},
		{"copy", PatchUser, `[{"op":"copy","from":"/description","path":"/hash"}]`, "", ReasonUnknownKey},
		{"move", PatchUser, `[{"op":"move","path":"/hash","value":"x"}]`, "", ReasonPatch},
		{"test", PatchUser, `[{"op":"test","path":"/hash","value":"x"}]`, "", ReasonPatch},
		{"second Path", PatchUser, `[{"op":"add","path":"/hash","Path":"/description","value":"x"}]`, "", ReasonUnknownKey},
		{"repeated path", PatchUser, `[{"op":"add","path":"/hash","path":"/description","value":"x"}]`, "", ReasonJSON},
		{"null value", PatchUser, `[{"op":"add","path":"/password","value":null}]`, "", ReasonWrongType},
		{"number", PatchUser, `[{"op":"add","path":"/password","value":123}]`, "", ReasonWrongType},
		{"no value", PatchUser, `[{"op":"add","path":"/password"}]`, "", ReasonPatch},
		{"no path", PatchUser, `[{"op":"add","value":"x"}]`, "", ReasonPatch},
		{"remove", PatchUser, `[{"op":"remove","path":"/description"}]`, "", ""},
		{"remove with a value", PatchUser, `[{"op":"remove","path":"/description","value":"x"}]`, "", ReasonPatch},
		{"remove the hash", PatchUser, `[{"op":"remove","path":"/hash"}]`, "", ReasonPatch},
		{"below the password", PatchUser, `[{"op":"add","path":"/password/x","value":"x"}]`, "", ReasonPatch},
		{"an object, not a list", PatchUser, `{"op":"add","path":"/password","value":"x"}`, "", ReasonJSON},
		{"a second list", PatchUser, `[][{"op":"add","path":"/password","value":"x"}]`, "", ReasonJSON},
		{"a list in the list", PatchUser, `[[{"op":"add","path":"/password","value":"x"}]]`, "", ReasonPatch},
		{"nothing", PatchUser, `[]`, "", ""},
	})
	testBodies(t, OpenSearch{}, "", []bodyCase{
		{"passwords", PatchUsers, `[{"op":"add","path":"/bob/password","value":"a"},{"op":"add","path":"/eve/password","value":"b"}]`, "bob=a eve=b", ""},
		{"password and hash of two users", PatchUsers, `[{"op":"add","path":"/bob/password","value":"a"},{"op":"add","path":"/eve/hash","value":"b"}]`, "bob=a eve=#b", ""},
		{"password and hash of one user", PatchUsers, `[{"op":"add","path":"/bob/password","value":"a"},{"op":"add","path":"/bob","value":{"hash":"b"}}]`, "", ReasonBothFields},
		{"a new user", PatchUsers, `[{"op":"add","path":"/new","value":{"hash":"x"}}]`, "new=#x", ""},
		{"delete a user", PatchUsers, `[{"op":"remove","path":"/old"}]`, "", ""},
		{"the whole map", PatchUsers, `[{"op":"add","path":"","value":{"bob":{"password":"x"}}}]`, "", ReasonPatch},
		{"escaped user", PatchUsers, `[{"op":"add","path":"/z~01w","value":{"hash":"x"}}]`, "", ReasonPatch},
		{"escapes below attributes", PatchUsers, `[{"op":"add","path":"/bob/attributes/a~1b","value":"x"}]`, "", ""},
		// Version 2.9 and before set the password of `b\\ob`, `\tob` and `\"ob`.
		{"backslash in a name", PatchUsers, `[{"op":"add","path":"/b\\ob/password","value":"x"}]`, "", ReasonPatch},
		{"control character in a name", PatchUsers, `[{"op":"add","path":"/\tob","value":{"hash":"x"}}]`, "", ReasonPatch},
		{"quote in a name", PatchUsers, `[{"op":"add","path":"/\"ob/hash","value":"x"}]`, "", ReasonPatch},
		{"a user that is no object", PatchUsers, `[{"op":"add","path":"/bob","value":"x"}]`, "", ReasonWrongType},
		{"a user called password", PatchUsers, `[{"op":"add","path":"/password/description","value":"x"}]`, "", ""},
	})
}

func TestHuaweiBodies(t *testing.T) {
	t.Parallel()
	testBodies(t, HuaweiCSS{}, "admin", append(strictBodies(ResetPassword), []bodyCase{
		{"reset", ResetPassword, `{"newpassword":"new"}`, "admin=new", ""},
		{"near spelling", ResetPassword, `{"newPassword":"new"}`, "", ReasonUnknownKey},
		{"both", ResetPassword, `{"newpassword":"new","password_hash":"x"}`, "", ReasonBothFields},
		{"two passwords", ResetPassword, `{"newpassword":"new","password":"x"}`, "", ReasonUnknownKey},
		{"nothing", ResetPassword, `{}`, "", ReasonMissingSecret},
		{"documented names", ChangeMode, `{"authority_enable":true,"admin_pwd":"new","https_enable":true}`, "admin=new", ""},
		{"Terraform's names", ChangeMode, `{"authorityEnable":true,"adminPwd":"new","httpsEnable":true}`, "admin=new", ""},
		{"mixed names", ChangeMode, `{"authority_enable":true,"adminPwd":"new"}`, "", ReasonTwoSpellings},
		{"both passwords", ChangeMode, `{"admin_pwd":"a","adminPwd":"b"}`, "", ReasonTwoSpellings},
		{"wrong type", ChangeMode, `{"authority_enable":"true","admin_pwd":"a"}`, "", ReasonWrongType},
		{"create", CreateClusterV2, `{"cluster":{"name":"c","authorityEnable":true,"adminPwd":"new","tags":[{"key":"a"}]}}`, "admin=new", ""},
		{"create without", CreateCluster, `{"cluster":{"name":"c"}}`, "", ""},
		{"create, another place", CreateCluster, `{"cluster":{"name":"c"},"adminPwd":"new"}`, "", ReasonUnknownKey},
		{"create, another spelling", CreateCluster, `{"cluster":{"name":"c","admin_pwd":"new"}}`, "", ReasonUnknownKey},
		{"create, hidden deeper", CreateCluster, `{"cluster":{"instance":{"x":[{"AdminPwd":"new"}]}}}`, "", ReasonUnknownKey},
		{"create, both", CreateCluster, `{"cluster":{"adminPwd":"new","password_hash":"x"}}`, "", ReasonBothFields},
		{"create, a number", CreateCluster, `{"cluster":{"adminPwd":12345678}}`, "", ReasonWrongType},
		{"create, not an object", CreateCluster, `{"cluster":"x"}`, "", ReasonWrongType},
	}...))
}

func TestHuaweiSecurityOff(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]audit.Reason{
		`{"authority_enable":false}`:                   ReasonSecurityOff,
		`{"authorityEnable":false,"adminPwd":"x"}`:     ReasonSecurityOff,
		`{"authority_enable":true}`:                    ReasonNoPassword,
		`{"authority_enable":true,"admin_pwd":"x"}`:    "",
		`{"https_enable":true}`:                        "",
		`{"authorityEnable":true,"httpsEnable":false}`: ReasonNoPassword,
	} {
		header := http.Header{"Content-Type": {"application/json"}}
		change, fault := HuaweiCSS{}.Read(Match{Operation: ChangeMode}, Input{Header: header, Body: []byte(body)})
		if fault != nil || change.Forbidden != want {
			t.Errorf("%s: forbidden for %q (fault %v), want %q", body, change.Forbidden, fault, want)
		}
	}
}

func zipped(parts ...string) string {
	var b bytes.Buffer
	for _, part := range parts {
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(part))
		_ = z.Flush() // official Go clients end with an empty block
		_ = z.Close()
	}
	return b.String()
}

// headed is zipped with optional fields in the header.
func headed(field func(*gzip.Header), part string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	field(&z.Header)
	_, _ = z.Write([]byte(part))
	_ = z.Close()
	return b.String()
}

func TestHeadersOfABody(t *testing.T) {
	t.Parallel()
	const good = `{"password":"secret"}`
	for _, c := range []struct {
		name, media, encoding, body string
		status                      int // 0: read
	}{
		{"json", "application/json", "", good, 0},
		{"json, upper case", "Application/JSON", "", good, 0},
		{"charset", "application/json; charset=utf-8", "", good, 0},
		{"client 8", "application/vnd.elasticsearch+json; compatible-with=8", "", good, 0},
		{"client 9", "application/vnd.elasticsearch+json;compatible-with=9", "", good, 0},
		{"gzip", "application/json", "gzip", zipped(good), 0},
		{"identity", "application/json", "identity", good, 0},
		{"no type", "", "", good, 406},
		{"form", "application/x-www-form-urlencoded", "", good, 406},
		{"text", "text/plain", "", good, 406},
		{"yaml", "application/yaml", "", good, 406},
		{"cbor", "application/cbor", "", good, 406},
		{"smile", "application/smile", "", good, 406},
		{"ndjson", "application/x-ndjson", "", good, 406},
		{"any", "application/*", "", good, 406},
		{"vendor yaml", "application/vnd.elasticsearch+yaml;compatible-with=8", "", good, 406},
		{"charset utf-16", "application/json; charset=utf-16", "", good, 406},
		{"parameter without value", "application/json;foo", "", good, 406},
		{"other parameter", "application/json;a=b", "", good, 406},
		{"version of no vendor", "application/json;compatible-with=8", "", good, 406},
		{"version that is none", "application/vnd.elasticsearch+json;compatible-with=x", "", good, 406},
		{"two types", "application/json, application/yaml", "", good, 406},
		{"deflate", "application/json", "deflate", good, 415},
		{"br as a label", "application/json", "br", good, 415},
		{"snappy as a label", "application/json", "snappy", good, 415},
		{"list", "application/json", "gzip, gzip", zipped(good), 415},
		{"x-gzip", "application/json", "x-gzip", zipped(good), 415},
		{"gzip as a label", "application/json", "gzip", good, 400},
		{"two members", "application/json", "gzip", zipped(good, good), 400},
		{"one object in two members", "application/json", "gzip", zipped(good[:9], good[9:]), 400},
		{"junk behind", "application/json", "gzip", zipped(good) + "x", 400},
		{"checksum cut off", "application/json", "gzip", zipped(good)[:len(zipped(good))-4], 400},
		{"cut off", "application/json", "gzip", zipped(good)[:20], 400},
		{"an extra field", "application/json", "gzip", headed(func(h *gzip.Header) { h.Extra = []byte("x") }, good), 400},
		{"a name", "application/json", "gzip", headed(func(h *gzip.Header) { h.Name = "body.json" }, good), 400},
		{"a comment", "application/json", "gzip", headed(func(h *gzip.Header) { h.Comment = "x" }, good), 400},
		{"a checksum of the header", "application/json", "gzip", "\x1f\x8b\x08\x02" + zipped(good)[4:], 400},
		{"a time", "application/json", "gzip", headed(func(h *gzip.Header) { h.ModTime = time.Unix(1e9, 0) }, good), 0},
		{"bomb", "application/json", "gzip", zipped(good + strings.Repeat(" ", 1<<20)), 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if c.media != "" {
				header.Set("Content-Type", c.media)
			}
			if c.encoding != "" {
				header.Set("Content-Encoding", c.encoding)
			}
			change, fault := Elasticsearch{}.Read(Match{Operation: ChangePassword, Target: "bob"}, Input{Header: header, Body: []byte(c.body)})
			switch {
			case fault == nil && c.status != 0:
				t.Errorf("read as %+v, want status %d", change, c.status)
			case fault != nil && fault.Status != c.status:
				t.Errorf("status %d (%v), want %d", fault.Status, fault, c.status)
			}
		})
	}
}

func TestQueries(t *testing.T) {
	t.Parallel()
	for query, ok := range map[string]bool{
		"": true, "pretty": true, "refresh=wait_for": true, "pretty=true&human": true, "filter_path=a,b": true, "error_trace": true,
		"username=eve": false, "user%6eame=eve": false, ";username=eve": false, "pretty;name=eve": false,
		"pretty&pretty": false, "refresh=%zz": false, "name=eve": false, "n%61me=eve": false, "source={}": false,
		"prett%79": false, "pretty#x": false, "x=1": false,
		"refresh=true;username=eve": false, "refresh=true#x": false, `refresh=true\x`: false, // in a value too
	} {
		if fault := readQuery(query, "refresh"); (fault == nil) != ok {
			t.Errorf("query %q: fault %v, want accepted %v", query, fault, ok)
		}
	}
}

// The control plane's own reader is unknown: a password in the query could be
// another one than the body's.
func TestHuaweiQueries(t *testing.T) {
	t.Parallel()
	for query, ok := range map[string]bool{
		"": true, "limit=1": true, "newpassword=x": false, "new%50assword=x": false, "admin_pwd=x": false, "a;b": false, "a=%zz": true, "%zz=a": false,
	} {
		in := Input{Query: query, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"newpassword":"x"}`)}
		if _, fault := (HuaweiCSS{}).Read(Match{Operation: ResetPassword}, in); (fault == nil) != ok {
			t.Errorf("query %q: fault %v, want accepted %v", query, fault, ok)
		}
	}
}

// What costs microseconds a piece has a bound.
func TestMembersAreBounded(t *testing.T) {
	t.Parallel()
	for n, ok := range map[int]bool{maxParts: true, maxParts + 1: false} {
		body := "[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]"
		if _, err := readArray([]byte(body)); (err == nil) != ok {
			t.Errorf("%d parts: error %v, want accepted %v", n, err, ok)
		}
	}
}
