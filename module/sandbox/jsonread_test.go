// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestReadJSON(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, in, elastic, open string // what either reader makes of it; empty: an error
	}{
		{"all kinds", ` { "a" : [1,-0.5e+3,true,false,null,"x"], "b":{} } `, `{"a":[1,-0.5e+3,true,false,null,"x"],"b":{}}`, `{"a":[1,-0.5e+3,true,false,null,"x"],"b":{}}`},
		{"escapes", `"\"\\\/\b\f\n\r\t\u0041\ud83d\ude00"`, `"\"\\/\b\f\n\r\tA😀"`, `"\"\\/\b\f\n\r\tA😀"`},
		{"comments", "/*a*/{//b\n\"a\":1}", `{"a":1}`, ""},
		{"data behind", `{"a":1}garbage`, `{"a":1}`, `{"a":1}`},
		{"bytes behind", "{}\xff", `{}`, `{}`},
		{"overlong letter", "\"\xc1\xa1\"", `"a"`, `"a"`},
		{"overlong quote", "\"a\xc0\xa2b\"", `"a\"b"`, `"a"`},
		{"hidden brace", "\xc1\xbb\"a\":1}", "", `{"a":1}`},
		{"surrogates in utf-8", "\"\xed\xa0\xbd\xed\xb8\x80\"", `"😀"`, `"😀"`},
		{"lone surrogate", `"\ud800"`, `"?"`, `"?"`},
		{"byte order mark", "\xef\xbb\xbf{}", `{}`, ""},
		{"utf-16", utf16LE(`{"a":1}`), `{"a":1}`, ""},
		{"utf-32", "\x00\x00\x00{\x00\x00\x00}", `{}`, ""},
		{"not utf-8", "\"\xff\"", "", "\"�\""},
		{"duplicate", `{"a":1,"\u0061":2}`, "", ""},
		{"trailing comma", `[1,]`, "", ""},
		{"leading zero", `[01]`, "", ""},
		{"bare word", `nul`, "", ""},
		{"control character", "\"\t\"", "", ""},
		{"unfinished", `{"a":`, "", ""},
		{"too deep", strings.Repeat("[", 1001), "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for want, read := range map[*string]func([]byte) (*value, error){&c.elastic: readElasticJSON, &c.open: readOpenSearchJSON} {
				v, err := read([]byte(c.in))
				switch {
				case *want == "" && err == nil:
					t.Errorf("read %q as %s, want an error", c.in, v.json())
				case *want == "" || c.name == "not utf-8":
				case err != nil || string(v.json()) != *want:
					t.Errorf("read %q as %s, %v; want %s", c.in, v.json(), err, *want)
				}
			}
		})
	}
}

func TestReadJSONNothing(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", " \n"} {
		if v, err := readElasticJSON([]byte(in)); v != nil || err != nil {
			t.Errorf("read %q as %v, %v; want nothing and no error", in, v, err)
		}
	}
}

// What is JSON to encoding/json is the same JSON here, but for duplicate names
// and great depth, which Jackson refuses.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{`{"password":"x"}`, `[1,{"a":null}]`, `"\ud83d\ude00"`, `{"a":1,"a":2}`, "{}//", "\xc1\xb0", `{"a":[`, utf16LE(`{"a":1}`)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		open, openErr := readOpenSearchJSON(in)
		v, err := readElasticJSON(in)
		if !json.Valid(in) || len(in) > 500 || !validText(in) {
			return // encoding/json takes bad UTF-8 for JSON
		}
		var syntax *syntaxError
		if errors.As(err, &syntax) && strings.HasPrefix(syntax.what, "Duplicate field") {
			return
		}
		if err != nil {
			t.Fatalf("refused %q: %v", in, err)
		}
		var want, got any
		if json.Unmarshal(in, &want) != nil || json.Unmarshal([]byte(v.json()), &got) != nil {
			return // a number beyond float64
		}
		if strings.Contains(strings.ToLower(string(in)), `\ud`) {
			return // lone surrogates are mended differently
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("read %q as %s", in, v.json())
		}
		if openErr != nil || open.json() != v.json() {
			t.Errorf("the readers disagree on %q: %s, %v", in, open.json(), openErr)
		}
	})
}

func validText(b []byte) bool { return strings.ToValidUTF8(string(b), "") == string(b) }
