// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestSetAccount holds what is sent to each cluster to make an account what a
// case says.
func TestSetAccount(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialect      string
		account      Account
		answer       int
		method, path string
		body         string
	}{
		{"elasticsearch", Account{"a/b", "x", ""}, 200, "PUT", "/_security/user/a%2Fb", `{"password":"x","roles":[]}`},
		{"elasticsearch", Account{"a", "x", "admin"}, 200, "PUT", "/_security/user/a", `{"password":"x","roles":["superuser"]}`},
		{"elasticsearch", Account{"kibana", "x", ""}, 200, "PUT", "/_security/user/kibana/_password", `{"password":"x"}`},
		{"elasticsearch", Account{"a", "-", ""}, 404, "DELETE", "/_security/user/a", ``},
		{"opensearch", Account{"a", "x", "admin"}, 201, "PUT", "/_plugins/_security/api/internalusers/a", `{"backend_roles":["admin"],"password":"x"}`},
		{"opensearch", Account{"a", "-", "service"}, 201, "PUT", "/_plugins/_security/api/internalusers/a", `{"attributes":{"enabled":"true","service":"true"}}`},
		{"opensearch", Account{"a", "-", ""}, 200, "DELETE", "/_plugins/_security/api/internalusers/a", ``},
	} {
		var method, path, body string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text, _ := io.ReadAll(r.Body)
			method, path, body = r.Method, r.RequestURI, string(text)
			w.WriteHeader(test.answer)
		}))
		c := &Cluster{Dialect: test.dialect, Addr: server.Listener.Addr().String(), Admin: "admin", AdminPassword: "x"}
		err := c.set(context.Background(), test.account)
		server.Close()
		if err != nil || method != test.method || path != test.path || body != test.body {
			t.Errorf("%s %+v: found %s %s %s, %v", test.dialect, test.account, method, path, body, err)
		}
	}
}

func TestSetAccountFails(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	t.Cleanup(server.Close)
	c := &Cluster{Dialect: "opensearch", Addr: server.Listener.Addr().String(), whoami: "/"}
	if err := c.set(context.Background(), Account{"a", "x", ""}); err == nil {
		t.Error("a refused account: expected an error, found none")
	}
	if _, err := c.Login(context.Background(), "a", "x"); err == nil {
		t.Error("neither in nor out: expected an error, found none")
	}
}
