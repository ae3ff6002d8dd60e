// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
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
		{"overlong in three bytes and in four", "{\"\xe0\x81\xb0assword\":\"a\",\"\xf0\x80\x81\xa8ash\":\"b\"}", true},
		{"overlong, to a decoder that masks", "{\"\xc1\x30assword\":\"a\",\"\xf8\x80\x81\xa8ash\":\"b\"}", true},
		{"an escape whose backslash is overlong", "{\"\xc1\x9cu0070assword\":\"a\",\"hash\":\"b\"}", true},
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

// Clusters undo more encodings than the strict reader does.
func TestLooksLikeBothCompressed(t *testing.T) {
	t.Parallel()
	both := []byte(`{"password":"a","hash":"b","description":"` + strings.Repeat("a description ", 50) + `"}`)
	for name, encode := range map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"snappy":  func(w io.Writer) io.WriteCloser { return snappy.NewBufferedWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return z
		},
	} {
		var body bytes.Buffer
		w := encode(&body)
		if _, err := w.Write(both); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if !LooksLikeBoth(http.Header{"Content-Encoding": {name}}, body.Bytes()) {
			t.Errorf("%s: both fields don't show", name)
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
