// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// process is something we started: a cluster or the gateway.
type process struct {
	name string
	cmd  *exec.Cmd
	log  string // file that takes its output
	uid  int    // user to run as; 0: as we are

	done chan struct{}
	err  error // how it ended; read only after done
}

// start starts the process with its output going to p.log, unless its standard
// output is spoken for.
func (p *process) start() error {
	out, err := os.Create(p.log)
	if err != nil {
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	defer out.Close() // the child has its own descriptor
	p.cmd.Stderr = out
	if p.cmd.Stdout == nil {
		p.cmd.Stdout = out
	}
	p.done = make(chan struct{})
	if err := startProcess(p); err != nil {
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	return nil
}

// exited tells whether the process has ended.
func (p *process) exited() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop ends the process and what it started.
func (p *process) stop() {
	if p.cmd.Process != nil {
		endProcess(p, 10*time.Second)
	}
}

// await asks ready until it says yes. It gives up when the process ends or the
// limit is over, and then shows the end of the process's output.
func (p *process) await(ctx context.Context, limit time.Duration, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	last := errors.New("not asked yet")
	for {
		select {
		case <-p.done:
			return fmt.Errorf("%s ended before it was ready: %w\n%s", p.name, p.err, p.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s was not ready within %v: %w\n%s", p.name, limit, last, p.tail())
		case <-tick.C:
			if last = ready(ctx); last == nil {
				return nil
			}
		}
	}
}

// tail returns the end of the process's output.
func (p *process) tail() string {
	out, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return lastLines(out, 40)
}

// freePorts returns n different loopback ports nobody listened on a moment ago.
func freePorts(n int) ([]string, error) {
	var ports []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("looking for a free port: %w", err)
		}
		defer l.Close()
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}
