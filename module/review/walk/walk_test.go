// SPDX-License-Identifier: Apache-2.0

package walk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestChosenMembersAreHandedOut(t *testing.T) {
	t.Parallel()
	var got []string
	w := Walker{Take: func(n *Node, value []byte) { got = append(got, fmt.Sprint(n.ID, "=", string(value))) }}
	text := ` {"a" : {"b":[ "x" ,{"c":1},"y"],"other":{"b":0}},"b":"no","d":-1.5e3 ,"e":true,"f":null,"a.b":"no","g":{}} `
	if err := w.Walk([]byte(text), Tree(map[string]int{"a.b": 1, "a.b.c": 2, "d": 3, "e": 4, "f": 5, "g": 6})); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1=x", "2=1", "1=y", "3=-1.5e3", "4=true", "5=null"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStrings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "a", `"`, `\`, `\\"`, "tab\tnewline\n", "\u202e\u0000", "é名👩‍💻", strings.Repeat(`\"`, 100), "\ufffd",
	} {
		spelled, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range [][]byte{spelled, []byte(escapeAll(text))} {
			var got string
			w := Walker{Take: func(_ *Node, value []byte) { got = string(value) }}
			err := w.Walk([]byte(`{"a":`+string(s)+`}`), Tree(map[string]int{"a": 1}))
			if err != nil || got != text {
				t.Errorf("%s read as %q (%v)", s, got, err)
			}
		}
	}
}

// escapeAll spells every UTF-16 unit as \uXXXX.
func escapeAll(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, `\u%04X`, unit)
	}
	return `"` + b.String() + `"`
}

func TestWhatIsNoObjectIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "{", "}", "[]", `"a"`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1}x`, `{"a":"\x"}`, `{"a":"`, `{"a":"\`, `{"a" 1}`,
		`{"user":{"name":"\ud800"}}`, `{"user":{"name":"\ud800\u0041"}}`, `{"user":{"name":"\u12"}}`,
		strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40),
	} {
		w := Walker{Take: func(*Node, []byte) {}}
		if w.Walk([]byte(text), Tree(map[string]int{"user.name": 1, "a": 2})) == nil {
			t.Errorf("%s was read as an object", text)
		}
	}
}

// FuzzWalk holds the values handed out against encoding/json's.
func FuzzWalk(f *testing.F) {
	f.Add(`{"a":"x","b":{"c":["\u00e9\ud83d\ude00",2]}}`)
	f.Add(`{"b":{"c":"\\\""},"a":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		var got []string
		w := Walker{Take: func(n *Node, value []byte) { got = append(got, string(value)) }}
		err := w.Walk([]byte(text), Tree(map[string]int{"a": 1}))
		var want map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &want) != nil || want == nil {
			return
		}
		if err != nil && !strings.Contains(text, `\u`) && strings.Count(text, "{")+strings.Count(text, "[") < maxDepth {
			t.Fatalf("refused: %v", err)
		}
		var s string
		if raw := want["a"]; len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil && err == nil &&
			!strings.Contains(s, "\ufffd") && strings.Count(text, `"a"`) == 1 && !strings.Contains(text, `\u0061`) && (len(got) != 1 || got[0] != s) {
			t.Fatalf("got %q, want %q", got, s)
		}
	})
}
