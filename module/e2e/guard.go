// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Guard is one site of a gateway: what it stands in front of, and how.
type Guard struct {
	Cluster  *Cluster
	Policy   string // lines of its policy
	Shortcut bool   // password_gateway, or else the directive and a proxy that looks once only
}

// Gateway is the real binary in front of clusters, as its own process.
type Gateway struct {
	Addrs []string // host:port of each guard's site, in their order

	dir  string
	proc *process
}

// StartGateway builds the binary and starts it with a site for each guard. The
// caller must Stop it; it ends with the test binary in any case.
func StartGateway(ctx context.Context, guards ...Guard) (*Gateway, error) {
	dir, err := os.MkdirTemp("", "passgate-gateway-")
	if err != nil {
		return nil, fmt.Errorf("preparing the gateway: %w", err)
	}
	g := &Gateway{dir: dir}
	if err := g.start(ctx, guards); err != nil {
		g.Stop()
		return nil, err
	}
	return g, nil
}

func (g *Gateway) start(ctx context.Context, guards []Guard) error {
	l := &layout{audit: filepath.Join(g.dir, "trail"), log: filepath.Join(g.dir, "gateway.log")}
	defer l.release()
	for _, guard := range guards {
		s, err := l.siteFor(site{Dialect: guard.Cluster.Dialect, Upstream: guard.Cluster.Addr, Policy: guard.Policy, Shortcut: guard.Shortcut, AnyHost: true})
		if err != nil {
			return err
		}
		g.Addrs = append(g.Addrs, s.Addr)
	}
	binary, err := buildGateway(ctx, g.dir)
	if err != nil {
		return err
	}
	g.proc, err = startGateway(ctx, binary, g.dir, l)
	return err
}

// Written lists the files that the gateway has written: trail, logs and output.
func (g *Gateway) Written() ([]string, error) {
	var files []string
	err := filepath.WalkDir(g.dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && entry.Name() != "passgate" && entry.Name() != "Caddyfile" {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// Output is the end of what the gateway wrote to its standard streams.
func (g *Gateway) Output() string { return g.proc.tail() }

// Stop ends the gateway and removes what it wrote.
func (g *Gateway) Stop() {
	if g.proc != nil {
		g.proc.stop()
	}
	os.RemoveAll(g.dir)
}
