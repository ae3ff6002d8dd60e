// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"bytes"
	"testing"
)

// TestInputsAreReproducible holds that an input depends on seed and number alone
// and that every mutation is used.
func TestInputsAreReproducible(t *testing.T) {
	t.Parallel()
	made := make(map[string]bool)
	for n := range uint64(50_000) {
		in := Make(7, n)
		if again := Make(7, n); n < 2_000 && (in.Method != again.Method || in.Name != again.Name || !bytes.Equal(in.Data, again.Data)) {
			t.Fatalf("input %d came out differently the second time: %s", n, in)
		}
		for _, one := range in.Made {
			made[one] = true
		}
	}
	for _, name := range Mutations() {
		if !made[name] {
			t.Errorf("%s: expected among 50,000 inputs, found in none", name)
		}
	}
}

// TestCheckNoticesBypasses holds that the property fails where it should: on
// another secret, target or operation, and on a route that was not seen.
func TestCheckNoticesBypasses(t *testing.T) {
	t.Parallel()
	body := Input{Question: ChangeBody, Dialect: "elasticsearch", Data: []byte(`{"password":"secret"}`)}
	user := Input{Question: InternalUser, Dialect: "opensearch", Name: "bob", Data: []byte(`{"password":"secret"}`)}
	none := Input{Question: PutUserBody, Dialect: "elasticsearch", Name: "bob", Data: []byte(`{"roles":[]}`)}
	target := Input{Question: Target, Dialect: "elasticsearch", Method: "PUT", Data: []byte("/_security/user/bob/_password")}
	away := Input{Question: Target, Dialect: "elasticsearch", Method: "PUT", Data: []byte("/index/_doc/1")}
	login := Input{Question: Basic, Dialect: "elasticsearch", Data: []byte("Basic Ym9iOnNlY3JldA==")}
	password := func(target, secret string) Reading {
		return Reading{Settings: []Setting{{Target: target, HasTarget: target != "", Secret: secret, HasSecret: true}}}
	}
	for _, c := range []struct {
		name    string
		in      Input
		reading Reading
		bypass  bool
	}{
		{"the same secret", body, password("", "secret"), false},
		{"another secret", body, password("", "other"), true},
		{"a hash of that text", body, Reading{Settings: []Setting{{Secret: "secret", HasSecret: true, Hash: true}}}, true},
		{"the cluster refuses", body, Reading{Refused: true}, false},
		{"the same user", user, password("bob", "secret"), false},
		{"another user", user, password("eve", "secret"), true},
		{"a secret that we don't see", none, password("bob", "secret"), true},
		{"no secret on either side", none, Reading{Settings: []Setting{{Target: "bob", HasTarget: true}}}, false},
		{"the same route", target, Reading{Operation: "change_password", Settings: []Setting{{Target: "bob", HasTarget: true}}}, false},
		{"another target", target, Reading{Operation: "change_password", Settings: []Setting{{Target: "eve", HasTarget: true}}}, true},
		{"another operation", target, Reading{Operation: "put_user", Settings: []Setting{{Target: "bob", HasTarget: true}}}, true},
		{"the caller's own", target, Reading{Operation: "change_password"}, true},
		{"a route that we don't see", away, Reading{Operation: "put_user", Settings: []Setting{{Target: "1", HasTarget: true}}}, true},
		{"the same login", login, Reading{Settings: []Setting{{Target: "bob", HasTarget: true}}}, false},
		{"another login", login, Reading{Settings: []Setting{{Target: "eve", HasTarget: true}}}, true},
	} {
		if wrong := Check(&c.in, Read(&c.in), c.reading); (wrong != "") != c.bypass {
			t.Errorf("%s: found %q, want a bypass: %v", c.name, wrong, c.bypass)
		}
	}
}
