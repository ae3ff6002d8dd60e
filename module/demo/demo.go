// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/passgate/passgate/module/sandbox"

	// What the Caddyfile of caddyfile.go names.
	_ "github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	_ "github.com/caddyserver/caddy/v2/modules/caddyhttp/caddyauth"
	_ "github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	_ "github.com/caddyserver/caddy/v2/modules/filestorage"
	_ "github.com/caddyserver/caddy/v2/modules/logging"

	_ "github.com/passgate/passgate/module"
	_ "github.com/passgate/passgate/module/review/page"
)

// Options say how a demo starts. The zero value takes free ports and keeps nothing.
type Options struct {
	Port          int    // of the first site, the others and the review page follow; 0 takes free ones
	Keep          string // directory for the trail, created if need be; empty: temporary
	Sample        int    // changes of an invented company to begin the trail with, over the last 90 days
	ShowCaddyfile bool
}

// Demo is a running demo. Caddy's configuration is global to the process, so
// there can be one at a time.
type Demo struct {
	options   Options
	sites     []*site
	reviewing *reviewing
	work      string // temporary, gone with Close
	trail     string
	caddyfile string
	running   bool // Caddy holds our configuration
}

// Start brings up the clusters and the gateway. On error nothing is left running.
func Start(o Options) (*Demo, error) {
	d := &Demo{options: o}
	if err := d.start(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Demo) start() error {
	if err := d.makeDirectories(); err != nil {
		return err
	}
	d.sites = newSites()
	ports, err := choosePorts(d.options.Port, len(d.sites)+1)
	if err != nil {
		return err
	}
	if err := writeSample(d.trail, d.options.Sample, time.Now().UTC()); err != nil {
		return err
	}
	for _, s := range d.sites {
		if s.upstream, err = sandbox.Listen(s.cluster); err != nil {
			return err
		}
	}
	return d.startOn(ports)
}

// startOn starts the gateway on these ports, or on others if somebody has taken one
// of them since it was chosen and the user hasn't asked for it.
func (d *Demo) startOn(ports []int) error {
	for tries := 1; ; tries++ {
		err := d.startGateway(ports)
		// Caddy hands on the error's text only.
		if err == nil || !strings.Contains(err.Error(), syscall.EADDRINUSE.Error()) || d.options.Port != 0 || tries == 5 {
			return err
		}
		if ports, err = choosePorts(0, len(ports)); err != nil {
			return err
		}
	}
}

func (d *Demo) makeDirectories() error {
	work, err := os.MkdirTemp("", "passgate-demo-")
	if err != nil {
		return fmt.Errorf("making a temporary directory for the demo: %w", err)
	}
	d.work, d.trail = work, filepath.Join(work, "audit")
	if d.options.Keep != "" {
		if d.trail, err = filepath.Abs(d.options.Keep); err != nil {
			return fmt.Errorf("finding the directory to keep the trail in: %w", err)
		}
	}
	if err := os.MkdirAll(d.trail, 0o700); err != nil {
		return fmt.Errorf("making the directory for the trail: %w", err)
	}
	return nil
}

// choosePorts returns n ports of 127.0.0.1 that were free a moment ago.
func choosePorts(first, n int) ([]int, error) {
	var ports []int
	for i := range n {
		want := 0
		if first != 0 {
			want = first + i
		}
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", want))
		if err != nil {
			return nil, fmt.Errorf("choosing a port of 127.0.0.1 (give the first of four free ones with --port, or leave it out): %w", err)
		}
		// Closed only on return, so that no port is found twice.
		defer func() { _ = l.Close() }()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// startGateway starts it on these ports, the last of which is the review page's.
func (d *Demo) startGateway(ports []int) (err error) {
	for i, s := range d.sites {
		s.port = ports[i]
	}
	if d.reviewing, err = newReviewing(ports[len(d.sites)]); err != nil {
		return err
	}
	d.caddyfile = caddyfileFor(d.work, d.trail, d.sites) + d.reviewing.caddyfile()
	adapter := caddyconfig.GetAdapter("caddyfile")
	config, _, err := adapter.Adapt([]byte(d.caddyfile), map[string]any{"filename": "demo"})
	if err != nil {
		return fmt.Errorf("adapting the demo's Caddyfile: %w", err)
	}
	d.running = true
	if err := caddy.Load(config, true); err != nil {
		return fmt.Errorf("starting the gateway: %w", err)
	}
	return nil
}

// Close ends gateway and clusters and removes the temporary directory.
func (d *Demo) Close() error {
	var errs []error
	if d.running {
		errs = append(errs, caddy.Stop())
	}
	for _, s := range d.sites {
		if s.upstream != nil {
			errs = append(errs, s.upstream.Close())
		}
	}
	if d.work != "" {
		errs = append(errs, os.RemoveAll(d.work))
	}
	return errors.Join(errs...)
}
