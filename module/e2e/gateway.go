// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// gatewayPackage is the binary that is tested, by its import path, so that the
// suite can run from any directory of the repository.
const gatewayPackage = "github.com/passgate/passgate/cmd/passgate"

// buildGateway builds the gateway as a user would and returns the binary.
func buildGateway(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "passgate")
	if err := run(ctx, ".", "go", "build", "-o", binary, gatewayPackage); err != nil {
		return "", fmt.Errorf("building the gateway: %w", err)
	}
	return binary, nil
}

// startGateway runs the gateway with a Caddyfile, as its own process, until all
// sites of the layout answer. The caller must stop it.
func startGateway(ctx context.Context, binary, dir string, l *layout) (*process, error) {
	config := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(config, []byte(l.caddyfile()), 0o600); err != nil {
		return nil, fmt.Errorf("starting the gateway: %w", err)
	}
	cmd := exec.Command(binary, "run", "--config", config, "--adapter", "caddyfile")
	// A data directory of its own: nothing of the machine's user is read or written.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir}
	cmd.Dir = dir
	l.release()
	p := &process{name: "the gateway", cmd: cmd, log: filepath.Join(dir, "gateway-output.log")}
	if err := p.start(); err != nil {
		return nil, err
	}
	if err := p.await(ctx, 30*time.Second, l.answers); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// answers says whether every site accepts connections.
func (l *layout) answers(ctx context.Context) error {
	var dialer net.Dialer
	for _, s := range l.sites {
		conn, err := dialer.DialContext(ctx, "tcp", s.Addr)
		if err != nil {
			return err
		}
		conn.Close()
	}
	return nil
}
