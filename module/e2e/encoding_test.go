// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"testing"
)

func TestEncodeBody(t *testing.T) {
	t.Parallel()
	unpack := map[string]func([]byte) (io.Reader, error){
		"gzip":         func(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) },
		"gzip-flushed": func(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) },
		"zlib":         func(b []byte) (io.Reader, error) { return zlib.NewReader(bytes.NewReader(b)) },
		"deflate":      func(b []byte) (io.Reader, error) { return flate.NewReader(bytes.NewReader(b)), nil },
	}
	for step, open := range unpack {
		encoded, framed, err := encodeBody([]byte("a body"), step)
		if err != nil || !bytes.Equal(encoded, framed) {
			t.Fatalf("%s: %v", step, err)
		}
		r, err := open(encoded)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		if plain, err := io.ReadAll(r); err != nil || string(plain) != "a body" {
			t.Errorf("%s: found %q, %v", step, plain, err)
		}
	}
	for step, want := range map[string]string{
		"":                  "ab",
		"utf-16le":          "a\x00b\x00",
		"utf-16be":          "\x00a\x00b",
		"blanks=3":          "   ab",
		"blanks=1 utf-16be": "\x00 \x00a\x00b",
	} {
		if encoded, _, err := encodeBody([]byte("ab"), step); err != nil || string(encoded) != want {
			t.Errorf("%s: expected %q, found %q, %v", step, want, encoded, err)
		}
	}
}

func TestEncodeBodyChunked(t *testing.T) {
	t.Parallel()
	encoded, framed, err := encodeBody([]byte("0123456789"), "chunked")
	if want := "7\r\n0123456\r\n3\r\n789\r\n0\r\n\r\n"; err != nil || string(encoded) != "0123456789" || string(framed) != want {
		t.Errorf("expected %q, found %q, %v", want, framed, err)
	}
	for _, step := range []string{"rot13", "blanks=many"} {
		if _, _, err := encodeBody(nil, step); err == nil {
			t.Errorf("%s: expected an error, found none", step)
		}
	}
}
