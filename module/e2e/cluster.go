// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// readyLimit bounds the start of a cluster. Seven seconds are usual on two
// cores; a busy machine may need many times that.
const readyLimit = 5 * time.Minute

// Cluster is a running single-node cluster on loopback with one administrator.
type Cluster struct {
	Dialect       string // as in the Caddyfile: elasticsearch or opensearch
	Addr          string // host:port of its REST API, plain HTTP
	Admin         string // name of the administrator
	AdminPassword string

	whoami   string // path that answers 200 to whoever can log in
	auditLog string // file of its own audit log; empty: its licence includes none
	proc     *process
	home     func() // removes what it wrote
}

// Stop ends the cluster and removes its data. It is safe to call twice.
func (c *Cluster) Stop() {
	c.proc.stop()
	c.home()
}

// Login tells whether the cluster itself lets name in with the password.
func (c *Cluster) Login(ctx context.Context, name, password string) (bool, error) {
	status, err := c.get(ctx, c.whoami, name, password)
	if err != nil {
		return false, err
	}
	switch status {
	case http.StatusOK:
		return true, nil
	case http.StatusUnauthorized:
		return false, nil
	default:
		return false, fmt.Errorf("logging in at %s as %q: expected 200 or 401, found %d", c.Dialect, name, status)
	}
}

// get asks for path as the given user and returns the status.
func (c *Cluster) get(ctx context.Context, path, name, password string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Addr+path, nil)
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(name, password)
	res, err := direct.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// ready says whether the administrator is let in.
func (c *Cluster) ready(ctx context.Context) error {
	in, err := c.Login(ctx, c.Admin, c.AdminPassword)
	if err == nil && !in {
		err = fmt.Errorf("%s does not know its administrator yet", c.Dialect)
	}
	return err
}

// direct talks to clusters without the gateway and without any proxy that the
// environment names.
var direct = &http.Client{
	Timeout:   30 * time.Second,
	Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 4},
}
