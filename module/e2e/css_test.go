// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/passgate/passgate/module/sandbox"
)

// iamUser is who the tokens and the access key of the cases belong to.
const iamUser = "operator"

// controlPlane is the sandbox of Huawei CSS as an upstream. It has one account,
// admin, in each of its clusters, and is renewed for each case, because a
// cluster that has lost its security gets no password any more.
//
// Accounts are named after where they log in: "admin" is that of the cluster the
// control plane starts with, "admin@created" that of the last one created, and
// "anybody" gets in when the first cluster asks for no login.
type controlPlane struct {
	addr  string
	now   atomic.Pointer[sandbox.HuaweiCSS]
	token string
}

func (p *controlPlane) renew(password string) {
	css := sandbox.NewHuaweiCSS(sandbox.Options{AdminPassword: password})
	css.AddAccessKey(accessKey, secretKey)
	p.token = css.AddToken(iamUser)
	p.now.Store(css)
}

func (p *controlPlane) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.now.Load().ServeHTTP(w, r)
}

func (p *controlPlane) address() string { return p.addr }

func (p *controlPlane) administrator() Account {
	return Account{Name: iamUser, Password: sandbox.DefaultAdminPassword}
}

func (p *controlPlane) set(_ context.Context, a Account) error {
	if a.Name != "admin" {
		return fmt.Errorf("a CSS cluster's only account is admin, found %q", a.Name)
	}
	p.renew(a.Password)
	p.now.Load().SetBusy(sandbox.CSSCluster, a.Role == "busy")
	return nil
}

// Login implements upstream.
func (p *controlPlane) Login(_ context.Context, name, password string) (bool, error) {
	css := p.now.Load()
	clusters := css.Clusters()
	switch name {
	case "admin":
		return css.CheckPassword(sandbox.CSSCluster, password), nil
	case "admin@created":
		return css.CheckPassword(clusters[len(clusters)-1], password), nil
	case "anybody":
		return !css.Secured(sandbox.CSSCluster), nil
	}
	return false, fmt.Errorf("nobody called %q logs in at a CSS cluster", name)
}

// credential implements upstream.
func (p *controlPlane) credential(_ context.Context, kind, owner string) (string, error) {
	if kind != "token" || owner != iamUser {
		return "", fmt.Errorf("expected ${token %s}, found ${%s %s}", iamUser, kind, owner)
	}
	return p.token, nil
}

var _ upstream = (*controlPlane)(nil)
