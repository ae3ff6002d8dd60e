// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"bufio"
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// books are passwords as they would be in force.
var books = map[string]string{"bob0": first, "boss0": first}

func made(t *testing.T, dialect string, n uint64) *Request {
	t.Helper()
	q, err := Make(dialect, 7, n, through, castOf(0), books)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestARequestCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	for dialect := range routes {
		for n := range uint64(60) {
			first, second := made(t, dialect, n), made(t, dialect, n)
			if first.Route != second.Route || first.control != second.control || !slices.Equal(first.users, second.users) || first.forbidden != second.forbidden {
				t.Fatalf("%s, request %d: made twice and not the same\n%s\n%s", dialect, n, first, second)
			}
			if plain := len(first.Made) == 0 && !bytes.Contains(first.Raw, []byte(`$2`)); plain && !bytes.Equal(first.Raw, second.Raw) {
				t.Fatalf("%s, request %d differs\n%s\n%s", dialect, n, first, second)
			}
		}
	}
}

// What went straight must never be taken for what went through the gateway.
func TestBothWaysDifferInTheirSecretsOnly(t *testing.T) {
	t.Parallel()
	for n := range uint64(40) {
		one := made(t, "elasticsearch", n)
		other, err := Make("elasticsearch", 7, n, straight, castOf(0), books)
		if err != nil {
			t.Fatal(err)
		}
		if one.forbidden == other.forbidden || one.good == other.good || len(one.forbidden) != len(other.forbidden) {
			t.Fatalf("request %d has the secrets %v and %v", n, one.secrets, other.secrets)
		}
		replaced := bytes.ReplaceAll(one.Raw, []byte(one.forbidden), []byte(other.forbidden))
		if len(one.Made) == 0 && bytes.Contains(one.Raw, []byte(one.forbidden)) && !bytes.Equal(replaced, other.Raw) {
			t.Fatalf("request %d differs in more than its secret\n%s\n%s", n, one, other)
		}
	}
}

// A run needs ordinary requests among the odd ones: they show that it is the
// gateway that refuses, and that it does not refuse everything.
func TestRequestsAreOfEveryKind(t *testing.T) {
	t.Parallel()
	for dialect := range routes {
		var controls, plain, read int
		mutations := make(map[string]bool)
		const all = 300
		for n := range uint64(all) {
			q := made(t, dialect, n)
			for _, one := range q.Made {
				mutations[one] = true
			}
			if len(q.Made) == 0 {
				plain++
			}
			req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(q.Raw)))
			if err == nil {
				read++
			}
			if !q.control {
				continue
			}
			controls++
			if err != nil || req.Header.Get("Content-Type") != "application/json" || bytes.Contains(q.Raw, []byte(mark)) || !bytes.Contains(q.Raw, []byte(q.good)) {
				t.Errorf("%s: not an ordinary request with a good password: %v\n%s", dialect, err, q)
			}
		}
		if controls == 0 || plain <= controls || read*2 < all || len(mutations) < 60 {
			t.Errorf("%s: of %d requests %d are controls, %d are plain, %d can be read, and there are %d mutations", dialect, all, controls, plain, read, len(mutations))
		}
	}
}

func TestSecretsAreWhatTheyAreMeantToBe(t *testing.T) {
	t.Parallel()
	allows, err := judge(preset)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for n := range uint64(40) {
		q := made(t, "elasticsearch", n)
		if allows("bob0", q.forbidden) || !allows("bob0", q.good) || seen[q.forbidden] || !strings.HasPrefix(q.forbidden, mark) {
			t.Fatalf("request %d: %q is allowed, used before or without its mark, or %q is not allowed", n, q.forbidden, q.good)
		}
		seen[q.forbidden] = true
	}
}

func TestUsersThatATargetMayName(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/_security/user/bob/_password":                "bob _password",
		"/_security/user/b%6fb":                        "b%6fb bob",
		"/_security/user/a+b//?pretty&username=eve":    "a+b a b eve",
		"/_plugins/_security/api/internalusers/a%2Fb":  "a%2Fb a/b",
		"/_security%2fuser/bob":                        "_security%2fuser _security/user bob",
		"/_opendistro/_security/api/account?name=eve#": "eve",
	} {
		if got := strings.Join(named(target), " "); got != want {
			t.Errorf("%s may name %q, want %q", target, got, want)
		}
	}
}

func TestLiteralPasswords(t *testing.T) {
	t.Parallel()
	q := &Request{Raw: []byte("PUT / HTTP/1.1\r\n\r\n" + `{"password":"a\u0062c","x":1,"hash" : "d\"e","n":null}`)}
	if got := q.literal(); !slices.Equal(got, []string{"abc", `d"e`}) {
		t.Errorf("found %q", got)
	}
}
