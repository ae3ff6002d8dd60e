// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// clientPrograms make changes with the vendors' own clients. Each reads a job
// from standard input and writes what came of its attempts to standard output.
//
//go:embed clients
var clientPrograms embed.FS

// client is one official client: a program of ours and the package it uses.
type client struct {
	name    string
	program string   // below clients
	python  string   // requirement for pip; or
	npm     []string // packages for npm, and
	module  string   // which of them the program loads
}

// The clients, pinned so that a run means the same next year.
var (
	elasticsearchPy7 = client{name: "elasticsearch-py 7", program: "elasticsearch_py.py", python: "elasticsearch==7.17.13"}
	elasticsearchPy8 = client{name: "elasticsearch-py 8", program: "elasticsearch_py.py", python: "elasticsearch==8.19.3"}
	elasticsearchPy9 = client{name: "elasticsearch-py 9", program: "elasticsearch_py.py", python: "elasticsearch==9.5.1"}
	openSearchPy     = client{name: "opensearch-py", program: "opensearch_py.py", python: "opensearch-py==3.2.0"}
	huaweiCSSPy      = client{name: "huaweicloudsdkcss", program: "huawei_css_py.py", python: "huaweicloudsdkcss==3.1.219"}
	elasticsearchJS8 = client{name: "@elastic/elasticsearch 8", program: "elasticsearch_js.mjs", npm: npmClients, module: "elasticsearch8"}
	elasticsearchJS9 = client{name: "@elastic/elasticsearch 9", program: "elasticsearch_js.mjs", npm: npmClients, module: "elasticsearch9"}
	openSearchJS     = client{name: "@opensearch-project/opensearch", program: "opensearch_js.mjs", npm: npmClients}
)

// npmClients are installed side by side, the majors under names of their own.
var npmClients = []string{
	"elasticsearch8@npm:@elastic/elasticsearch@8.19.2",
	"elasticsearch9@npm:@elastic/elasticsearch@9.4.3",
	"@opensearch-project/opensearch@3.9.0",
}

// attempt is how one call of a client ended.
type attempt struct {
	Name   string
	Error  string // class of the client's error; empty: it succeeded
	Status int
	Reason string // as the client's error shows it
}

// command installs what the client needs, once, and prepares its program.
func (c client) command(ctx context.Context, dir string) (*exec.Cmd, error) {
	if err := os.CopyFS(dir, clientPrograms); err != nil {
		return nil, fmt.Errorf("preparing %s: %w", c.name, err)
	}
	programs := filepath.Join(dir, "clients")
	if c.python != "" {
		env, err := cached("python-"+c.python, func(env string) error { return installPython(ctx, env, c.python) })
		if err != nil {
			return nil, fmt.Errorf("installing %s: %w", c.name, err)
		}
		cmd := exec.CommandContext(ctx, "python3", filepath.Join(programs, c.program))
		cmd.Env = append(os.Environ(), "PYTHONPATH="+env+":"+programs, "PYTHONNOUSERSITE=1", "PYTHONDONTWRITEBYTECODE=1")
		return cmd, nil
	}
	env, err := cached("npm-"+nodeVersions(), func(env string) error {
		return run(ctx, env, "npm", append([]string{"install", "--no-audit", "--no-fund", "--ignore-scripts"}, c.npm...)...)
	})
	if err != nil {
		return nil, fmt.Errorf("installing %s: %w", c.name, err)
	}
	// Node looks for packages beside the program, whatever the environment says.
	if err := os.Symlink(filepath.Join(env, "node_modules"), filepath.Join(programs, "node_modules")); err != nil {
		return nil, fmt.Errorf("preparing %s: %w", c.name, err)
	}
	return exec.CommandContext(ctx, "node", filepath.Join(programs, c.program)), nil
}

// installPython puts a package and all it needs into dir. The environment that
// does it is thrown away: a virtual environment can't be moved to its place.
func installPython(ctx context.Context, dir, requirement string) error {
	env := filepath.Join(dir, "installer")
	defer os.RemoveAll(env)
	if err := run(ctx, dir, "python3", "-m", "venv", env); err != nil {
		return err
	}
	return run(ctx, dir, filepath.Join(env, "bin", "pip"), "install", "--quiet", "--target", dir, requirement)
}

// nodeVersions names the cache entry after what is in it.
func nodeVersions() string {
	return strings.NewReplacer("/", "-", "@", "-", ":", "-").Replace(strings.Join(npmClients, "+"))
}

// run does the job with the client.
func (c client) run(ctx context.Context, dir string, job map[string]any) ([]attempt, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	cmd, err := c.command(ctx, dir)
	if err != nil {
		return nil, err
	}
	job["module"] = c.module
	input, err := json.Marshal(job)
	if err != nil {
		return nil, err
	}
	var out, problems bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &problems
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("running %s: %w\n%s", c.name, err, lastLines(problems.Bytes(), 20))
	}
	var attempts []attempt
	if err := json.Unmarshal(out.Bytes(), &attempts); err != nil {
		return nil, fmt.Errorf("running %s: reading its report: %w", c.name, err)
	}
	return attempts, nil
}
