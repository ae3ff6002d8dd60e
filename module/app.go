// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/passgate/passgate/policy"
)

// defaultPreset judges where no policy says otherwise.
const defaultPreset = "nist-800-63b-4"

func init() { caddy.RegisterModule(new(App)) }

// App holds what all guarded sites share: the policies and the trail.
type App struct {
	// Audit is the directory of the trail. Default: passgate/audit in Caddy's
	// data directory. Placeholders such as {env.AUDIT_DIR} are replaced.
	Audit string `json:"audit,omitempty"`

	// Policies, tried in this order: the first whose selectors match judges a
	// change. Where none matches, the preset nist-800-63b-4 does.
	Policies []PolicyConfig `json:"policies,omitempty"`

	dir      string
	policies []*policy.Policy
	fallback *policy.Policy
	trail    *trail
	logger   *zap.Logger
}

// PolicyConfig is a policy as it is written down.
type PolicyConfig struct {
	// Name is how a site's `policy` option and the trail call it.
	Name string `json:"name"`

	// Statements are its lines, each a rule's name and its arguments.
	Statements [][]string `json:"statements,omitempty"`
}

// CaddyModule implements caddy.Module.
func (*App) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "password_policy", New: func() caddy.Module { return new(App) }}
}

// Provision compiles the policies. It opens nothing: `caddy validate` runs it too.
func (a *App) Provision(ctx caddy.Context) error {
	a.logger = ctx.Logger()
	if err := a.resolveDir(); err != nil {
		return err
	}
	statements, err := policy.Preset(defaultPreset)
	if err != nil {
		return err
	}
	if a.fallback, err = policy.New(defaultPreset, statements); err != nil {
		return err
	}
	for _, config := range a.Policies {
		p, err := config.compile()
		if err != nil {
			return fmt.Errorf("policy %s: %w", config.Name, err)
		}
		if a.policyNamed(p.Name()) != nil {
			return fmt.Errorf("policy %s: expected one policy of this name, found two; rename one", p.Name())
		}
		for _, warning := range p.Warnings() {
			a.logger.Warn("policy "+p.Name()+": "+warning, zap.String("policy", p.Name()))
		}
		a.policies = append(a.policies, p)
	}
	return nil
}

func (a *App) resolveDir() error {
	dir, err := caddy.NewReplacer().ReplaceOrErr(a.Audit, true, true)
	if err != nil {
		return fmt.Errorf("audit directory: %w", err)
	}
	if dir == "" {
		dir = filepath.Join(caddy.AppDataDir(), "passgate", "audit")
	}
	if a.dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("audit directory: %w", err)
	}
	return nil
}

func (c PolicyConfig) compile() (*policy.Policy, error) {
	statements := make([]policy.Statement, 0, len(c.Statements))
	for _, words := range c.Statements {
		if len(words) == 0 {
			return nil, errors.New("expected a rule's name, found an empty statement; remove it")
		}
		statements = append(statements, policy.Statement{Name: words[0], Args: words[1:]})
	}
	return policy.New(c.Name, statements)
}

// Start opens the trail, so that a directory that can't be written stops the
// configuration from loading rather than the first change.
func (a *App) Start() error {
	var err error
	a.trail, err = openTrail(a.dir)
	return err
}

// Stop gives the trail back. Changes in flight hold references of their own.
func (a *App) Stop() error {
	if a.trail == nil {
		return nil
	}
	a.trail = nil
	return closeTrail(a.dir)
}

func (a *App) policyNamed(name string) *policy.Policy {
	for _, p := range a.policies {
		if p.Name() == name {
			return p
		}
	}
	return nil
}

// policyFor returns the first policy in written order that is meant for s.
func (a *App) policyFor(s policy.Subject) *policy.Policy {
	for _, p := range a.policies {
		if p.Matches(s) {
			return p
		}
	}
	return a.fallback
}

var (
	_ caddy.App         = (*App)(nil)
	_ caddy.Provisioner = (*App)(nil)
)
