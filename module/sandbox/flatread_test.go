// SPDX-License-Identifier: Apache-2.0

package sandbox

import "testing"

func TestFlatFormats(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, in, want string
		read           func([]byte) (*value, error)
	}{
		{"yaml", "---\n# x\npassword: secret phrase\nn: 12\nb: true\nz: ~\n", `{"password":"secret phrase","n":12,"b":true,"z":null}`, readYAML},
		{"quoted yaml", "\"password\": 'a: b'\n", `{"password":"a: b"}`, readYAML},
		{"json as yaml", `{"password":"x"}`, `{"password":"x"}`, readYAML},
		{"cbor", "\xa2\x61a\x61b\x61c\x78\x01d", `{"a":"b","c":"d"}`, readCBOR},
		{"cbor of indefinite length", "\xbf\x61a\x61b\xff", `{"a":"b"}`, readCBOR},
		{"smile", ":)\n\x00\xfa\x80a\x40b\xfb", `{"a":"b"}`, readSMILE},
	}
	for _, c := range cases {
		if v, err := c.read([]byte(c.in)); err != nil || string(v.json()) != c.want {
			t.Errorf("%s: read %q as %s, %v; want %s", c.name, c.in, v.json(), err, c.want)
		}
	}
}

// Whatever the bytes are, a reader ends, and without a value only with an error.
func FuzzFlatFormats(f *testing.F) {
	f.Add([]byte("a: b\n"))
	f.Add([]byte("\xa1\x61a\x61b"))
	f.Add([]byte("\xbf\x61a"))
	f.Add([]byte(":)\n\x00\xfa\x80a\x40b\xfb"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for format, read := range bodyReaders {
			if v, err := read(in); v == nil && err == nil && format != "json" && format != "yaml" {
				t.Errorf("%s reads %q as nothing without an error", format, in)
			}
		}
	})
}
