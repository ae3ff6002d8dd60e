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
	method, path, body := http.MethodPut, c.userPath(a.Name), c.userBody(a)
	if a.Password == "-" && a.Role == "" {
		method, body = http.MethodDelete, nil
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

func (c *Cluster) userPath(name string) string {
	switch {
	case c.Dialect == "opensearch":
		return "/_plugins/_security/api/internalusers/" + url.PathEscape(name)
	case slices.Contains(builtIn, name):
		return "/_security/user/" + name + "/_password"
	default:
		return "/_security/user/" + url.PathEscape(name)
	}
}

func (c *Cluster) userBody(a Account) map[string]any {
	switch {
	case a.Role == "service":
		return map[string]any{"attributes": map[string]any{"service": "true", "enabled": "true"}}
	case c.Dialect == "opensearch" && a.Role == "admin":
		return map[string]any{"password": a.Password, "backend_roles": []string{"admin"}}
	case c.Dialect == "opensearch": // something for a patch to change
		return map[string]any{"password": a.Password, "attributes": map[string]any{"made": "for a case"}}
	case slices.Contains(builtIn, a.Name):
		return map[string]any{"password": a.Password}
	case a.Role == "admin":
		return map[string]any{"password": a.Password, "roles": []string{"superuser"}}
	default:
		return map[string]any{"password": a.Password, "roles": []string{}}
	}
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
