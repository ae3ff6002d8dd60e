// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
)

// upstream is what stands behind a site: a real cluster or the sandbox.
type upstream interface {
	// address is where it listens.
	address() string
	// administrator may change everybody's password.
	administrator() Account
	// set makes the account what it says, without the gateway.
	set(ctx context.Context, a Account) error
	// Login tells whether it lets name in with the password.
	Login(ctx context.Context, name, password string) (bool, error)
	// credential makes a credential other than a password, ready to be the
	// value of a header: "apikey joe", "token joe".
	credential(ctx context.Context, kind, name string) (string, error)
}

func (c *Cluster) address() string        { return c.Addr }
func (c *Cluster) administrator() Account { return Account{Name: c.Admin, Password: c.AdminPassword} }

// builtIn are users that can be changed but neither be put nor deleted.
var builtIn = []string{"elastic", "kibana", "kibana_system", "logstash_system", "beats_system"}

// set implements upstream, by the cluster's own API.
func (c *Cluster) set(ctx context.Context, a Account) error {
	path := "/_plugins/_security/api/internalusers/"
	if c.Dialect == "elasticsearch" {
		path = "/_security/user/"
	}
	path += url.PathEscape(a.Name)
	method, body := http.MethodPut, map[string]any{"password": a.Password}
	switch {
	case a.Password == "-":
		method, body = http.MethodDelete, nil
	case c.Dialect == "elasticsearch" && slices.Contains(builtIn, a.Name):
		path += "/_password"
	case c.Dialect == "elasticsearch":
		body["roles"] = []string{}
		if a.Role == "admin" {
			body["roles"] = []string{"superuser"}
		}
	case a.Role == "admin":
		body["backend_roles"] = []string{"admin"}
	}
	status, answer, err := c.call(ctx, method, path, body)
	if err != nil {
		return fmt.Errorf("preparing user %q: %w", a.Name, err)
	}
	if status >= 300 && (method != http.MethodDelete || status != http.StatusNotFound) {
		return fmt.Errorf("preparing user %q: %s %s answered %d: %s", a.Name, method, path, status, answer)
	}
	return nil
}

// call sends a JSON request as the administrator.
func (c *Cluster) call(ctx context.Context, method, path string, body map[string]any) (int, []byte, error) {
	var raw io.Reader // a DELETE with an empty body is still one with a body
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		raw = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.Addr+path, raw)
	if err != nil {
		return 0, nil, err
	}
	req.SetBasicAuth(c.Admin, c.AdminPassword)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := direct.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// credential implements upstream. The real clusters of the suite are asked for
// passwords only: API keys of Elasticsearch 6.8 need TLS.
func (c *Cluster) credential(_ context.Context, kind, _ string) (string, error) {
	return "", fmt.Errorf("${%s …} is for cases with \"only: sandbox\"", kind)
}
