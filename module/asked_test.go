// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"testing"
)

// A change leaves in the name of whoever the cluster was asked about: with the same
// headers, the same certificate of the gateway's own, and nothing in a query.
func TestAsked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name              string
		first, second     string // targets of two questions
		value             string // of X-User in the second and the change
		certificate, want string
	}{
		{name: "alike", first: "/", second: "/", value: "bob", certificate: "a"},
		{name: "another header in the change and the second question", first: "/", second: "/", value: "eve", certificate: "a", want: "X-User"},
		{name: "another header in the change", first: "/", value: "eve", certificate: "a", want: "X-User"},
		{name: "another certificate", first: "/", value: "bob", certificate: "b", want: "client certificate"},
		{name: "no certificate", first: "/", value: "bob", want: "client certificate"},
		{name: "a token in the query of a question", first: "/?jwt=x", value: "bob", certificate: "a", want: "query"},
		{name: "a token in the query of another", first: "/", second: "/?jwt=x", value: "bob", certificate: "a", want: "query"},
		{name: "not asked through the transport", value: "eve", certificate: "b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var a asked
			request := func(target, user string) *http.Request {
				r, err := http.NewRequest(http.MethodGet, target, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header = http.Header{"X-User": {user}, "X-Opaque-Id": {target}, "Content-Type": {target}, "Ot-Tracer-Spanid": {target}}
				return r
			}
			if c.first != "" {
				a.note(request(c.first, "bob"), "a")
			}
			if c.second != "" {
				a.note(request(c.second, c.value), c.certificate)
			}
			if got := a.differs(request("/change", c.value).Header, c.certificate); got != c.want {
				t.Errorf("differs in %q, want %q", got, c.want)
			}
		})
	}
}
