// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// Each coding is what it is called, and no other.
func TestCodings(t *testing.T) {
	t.Parallel()
	body := bytes.Repeat([]byte(`{"password":"x"}`), 100)
	codings := map[string]func([]byte) []byte{"gzip": Gzip, "zlib": Zlib, "deflate": Deflate, "snappy": Snappy, "zstd": Zstd}
	readers := map[string]func(io.Reader) (io.Reader, error){
		"gzip":    func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zlib":    func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		"deflate": func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
		"snappy":  func(r io.Reader) (io.Reader, error) { return snappy.NewReader(r), nil },
		"zstd":    func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for coding, encode := range codings {
		for reading, reader := range readers {
			var got []byte
			r, err := reader(bytes.NewReader(encode(body)))
			if err == nil {
				got, err = io.ReadAll(r)
			}
			if read := err == nil && bytes.Equal(got, body); read != (coding == reading) {
				t.Errorf("%s read as %s: %v (%v)", coding, reading, read, err)
			}
		}
	}
}

// Whoever reads as RFC 1952 says finds the one text, and the other stands in the
// extra field as plain blocks.
func TestGzipOfTwo(t *testing.T) {
	t.Parallel()
	coded := GzipOfTwo([]byte("one"), []byte("two"))
	z, err := gzip.NewReader(bytes.NewReader(coded))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != "one" {
		t.Errorf("inflated to %q, %v", plain, err)
	}
	netty := make([]byte, 3)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(coded[12:])), netty); err != nil || string(netty) != "two" {
		t.Errorf("behind the length of the field: %q, %v", netty, err)
	}
}
