// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"
	"testing"
)

func TestLooksLikeBoth(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, body string
		want       bool
	}{
		{"plain", `{"password":"a","password_hash":"b"}`, true},
		{"a comment", `{/**/"password":"a","hash":"b"}`, true},
		{"a comment behind the name", `{"password"/**/:"a","hash" //
:"b"}`, true},
		{"escaped", `{"pass\u0077ord":"a","\u0068ash":"b"} x`, true},
		{"overlong", "{\"\xc1\xb0assword\":\"a\",\"\xc1\xa8ash\":\"b\"}", true},
		{"utf-16", "{\x00\"\x00p\x00a\x00s\x00s\x00w\x00o\x00r\x00d\x00\"\x00:\x00\"\x00a\x00\"\x00,\x00\"\x00h\x00a\x00s\x00h\x00\"\x00:\x001\x00}\x00", true},
		{"yaml", "password: a\nhash : b\n", true},
		{"cbor", "\xa2\x68password\x61a\x6dpassword_hash\x61b", true},
		{"smile", ":)\n\x00\xfa\x87password\x40a\x83hash\x40b\xfb", true},
		{"a patch", `[{"op":"add","path":"/hash","value":"x"},{"op":"add","path":"/password","value":"y"}]x`, true},
		{"one of them", `{/**/"password":"a"}`, false},
		{"a hash alone", `{/**/"password_hash":"a"}`, false},
		{"a word in a value", `{/**/"password":"no hash, no password_hash"}`, false},
		{"a longer word", `{/**/"password":"x","rehash":1,"hashes":2}`, false},
		{"an attribute's path", `[{"op":"add","path":"/hash/x","value":"password"}]x`, false},
		{"nothing", ``, false},
	} {
		if got := LooksLikeBoth(http.Header{}, []byte(row.body)); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}

// What a strict reader finds both fields in must look like both, and nothing may
// make the loose one panic.
func FuzzLooksLikeBoth(f *testing.F) {
	for _, seed := range []string{`{"password":"a","hash":"b"}`, `{"pass\u0077ord":1}`, "\xc1", `\u00`, "\x68password"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		loose := LooksLikeBoth(http.Header{"Content-Encoding": {"gzip"}}, body)
		members, err := readObject(body)
		if err != nil {
			return
		}
		if fault := checkShape(members, internalUserShape); fault != nil && fault.Reason == ReasonBothFields && !loose {
			t.Errorf("%q holds both and doesn't look like it", body)
		}
	})
}
