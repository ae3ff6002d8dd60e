// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/passgate/passgate/module/sandbox"
)

// embedded is a sandbox as an upstream. Its accounts are prepared and tried over
// HTTP, by the same code as a real cluster's.
type embedded struct {
	*Cluster
	make map[string]func(owner string) string // credentials other than passwords
}

func (e embedded) credential(_ context.Context, kind, owner string) (string, error) {
	if make, ok := e.make[kind]; ok {
		return make(owner), nil
	}
	return "", fmt.Errorf("%s knows no credential %q", e.Dialect, kind)
}

// sandboxes are the embedded clusters of a run, one for each version.
type sandboxes struct {
	started map[string]startedSandbox
}

type startedSandbox struct {
	upstream upstream
	tap      *tap
}

func newSandboxes(*testing.T) *sandboxes {
	return &sandboxes{started: make(map[string]startedSandbox)}
}

// forCase returns the sandbox a case is meant for. Without a version it is the
// one that imitates the real cluster of the suite.
func (b *sandboxes) forCase(t *testing.T, c *Case) (upstream, *tap) {
	t.Helper()
	version := c.Version
	if version == "" && c.Dialect == "elasticsearch" {
		version = elasticsearchZip.Version
	}
	key := c.Dialect + " " + version
	if s, ok := b.started[key]; ok {
		return s.upstream, s.tap
	}
	up := startSandbox(t, c.Dialect, version)
	s := startedSandbox{up, openTap(t, up.address())}
	b.started[key] = s
	return s.upstream, s.tap
}

func startSandbox(t *testing.T, dialect, version string) upstream {
	t.Helper()
	options := sandbox.Options{Version: version}
	switch dialect {
	case "elasticsearch":
		es := sandbox.NewElasticsearch(options)
		return embedded{
			Cluster: &Cluster{
				Dialect: dialect, Addr: listen(t, es),
				Admin: "elastic", AdminPassword: sandbox.DefaultAdminPassword, whoami: "/_security/_authenticate",
			},
			make: map[string]func(string) string{"apikey": es.AddAPIKey, "token": es.AddToken},
		}
	case "opensearch":
		options.Impersonate = map[string][]string{"admin": {"joe"}}
		return embedded{Cluster: &Cluster{
			Dialect: dialect, Addr: listen(t, sandbox.NewOpenSearch(options)),
			Admin: "admin", AdminPassword: sandbox.DefaultAdminPassword, whoami: "/_plugins/_security/api/account",
		}}
	case "huawei_css":
		css := &controlPlane{}
		css.renew(sandbox.DefaultAdminPassword)
		css.addr = listen(t, css)
		return css
	default:
		t.Fatalf("there is no sandbox for dialect %s", dialect)
		return nil
	}
}

func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	s, err := sandbox.Listen(h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the sandbox: %v", err)
		}
	})
	return s.Addr()
}
