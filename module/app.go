// SPDX-License-Identifier: Apache-2.0

package module

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyevents"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/policy"
)

// DefaultPreset judges where no policy says otherwise.
const DefaultPreset = "nist-800-63b-4"

func init() { caddy.RegisterModule(new(App)) }

// App holds what all guarded sites share: the policies and the trail.
type App struct {
	// Audit is the directory of the trail. Default: passgate/audit in Caddy's
	// data directory. Placeholders such as {env.AUDIT_DIR} are replaced.
	Audit string `json:"audit,omitempty"`

	// History is the file of former passwords, for the rules history and min_age.
	// Default: passgate/history.db in Caddy's data directory.
	History string `json:"history,omitempty"`

	// Peppers of the history, the newest first. Default: one is generated beside
	// the file on first use.
	Peppers []PepperConfig `json:"peppers,omitempty"`

	// BodyMemory is how many bytes of changes' bodies are held at once, in all
	// sites together, as sent and beyond the first 4 KiB of each; reading them takes
	// some three times as much. What finds no room is denied as unavailable (503).
	// A size such as 64MiB (the default), at least 1MiB.
	BodyMemory string `json:"body_memory,omitempty"`

	// Policies, tried in this order: the first whose selectors match judges a
	// change. Where none matches, the preset nist-800-63b-4 does.
	Policies []PolicyConfig `json:"policies,omitempty"`

	dir         string
	historyPath string
	bodyMemory  int64

	policies []*policy.Policy
	fallback *policy.Policy
	trail    *trail
	book     *book
	words    wordFiles
	breaches breachLists
	events   *caddyevents.App
	stop     context.CancelFunc
	sites    []*Handler // those that use this app
	ctx      caddy.Context
	logger   *zap.Logger
}

// CaddyModule implements caddy.Module.
func (*App) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "password_policy", New: func() caddy.Module { return new(App) }}
}

// Provision compiles the policies. It keeps nothing open: `caddy validate` runs it too.
func (a *App) Provision(ctx caddy.Context) error {
	a.ctx, a.logger = ctx, ctx.Logger()
	if err := a.resolvePaths(); err != nil {
		return err
	}
	a.events = findEvents(ctx)
	var err error
	if a.bodyMemory, err = bodyMemory(a.BodyMemory); err != nil {
		return err
	}
	if a.fallback, err = policy.New(DefaultPreset, []policy.Statement{{Name: "preset", Args: []string{DefaultPreset}}}); err != nil {
		return err
	}
	if a.policies, err = a.Compile(); err != nil {
		return err
	}
	lists, err := openBreachLists(a.policies) // looked at now, so that `caddy validate` finds what is missing
	if err = errors.Join(err, lists.close()); err != nil {
		return err
	}
	for _, p := range a.policies {
		for _, warning := range p.Warnings() {
			a.logger.Warn("policy "+p.Name()+": "+warning, zap.String("policy", p.Name()))
		}
	}
	return nil
}

// Compile turns the policies into what judges. It opens and starts nothing.
func (a *App) Compile() ([]*policy.Policy, error) {
	var policies []*policy.Policy
	for _, config := range a.Policies {
		p, err := config.compile(policy.WithLoader(a.words.load))
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", config.Name, err)
		}
		if find(policies, p.Name()) != nil {
			return nil, fmt.Errorf("policy %s: expected one policy of this name, found two; rename one", p.Name())
		}
		policies = append(policies, p)
	}
	for _, p := range policies {
		if name := p.Rehearses(); name != "" && find(policies, name) == nil {
			return nil, fmt.Errorf("policy %s: expected rehearse to name another policy, found %q; define it or correct the name", p.Name(), name)
		}
	}
	return policies, nil
}

func find(policies []*policy.Policy, name string) *policy.Policy {
	for _, p := range policies {
		if p.Name() == name {
			return p
		}
	}
	return nil
}

func (a *App) resolvePaths() (err error) {
	if a.dir, err = resolve(a.Audit, "audit"); err != nil {
		return fmt.Errorf("audit directory: %w", err)
	}
	if a.historyPath, err = resolve(a.History, "history.db"); err != nil {
		return fmt.Errorf("history file: %w", err)
	}
	return nil
}

// resolve fills in placeholders and the default, in Caddy's data directory. The
// same place must have one name only, since open files are shared by it.
func resolve(path, name string) (string, error) {
	path, err := caddy.NewReplacer().ReplaceOrErr(path, true, true)
	if err != nil {
		return "", err
	}
	if path == "" {
		path = filepath.Join(caddy.AppDataDir(), "passgate", name)
	}
	return filepath.Abs(path)
}

// Start opens the trail, so that a directory that can't be written stops the
// configuration from loading rather than the first change.
func (a *App) Start() error {
	if err := a.checkReachable(); err != nil {
		return err
	}
	if err := a.checkSites(); err != nil {
		return err
	}
	var err error
	if a.trail, err = openTrail(a.dir); err != nil {
		return err
	}
	a.trail.logger.Store(a.ctx.Logger().Named("audit"))
	registry := a.ctx.GetMetricsRegistry()
	err = registerMetrics(registry, append(trailMetrics(a.trail), changes, broken)...)
	if err := errors.Join(err, a.recordPolicies()); err != nil {
		return errors.Join(err, a.Stop())
	}
	a.watch()
	if a.breaches, err = openBreachLists(a.policies); err != nil {
		return errors.Join(err, a.Stop())
	}
	if slices.ContainsFunc(a.policies, remembers) || slices.ContainsFunc(a.policies, countsAges) {
		if a.book, err = openBook(a.historyPath, a.Peppers); err != nil {
			return errors.Join(err, a.Stop())
		}
		if err := registerMetrics(registry, &ages{book: a.book, policies: a.policies, keep: time.Minute}); err != nil {
			return errors.Join(err, a.Stop())
		}
	}
	return nil
}

// recordPolicies puts every policy in full on the trail, so that a digest in a
// record can be looked up years later.
func (a *App) recordPolicies() error {
	for _, p := range append([]*policy.Policy{a.fallback}, a.policies...) {
		notice := audit.Notice{Code: audit.CodeConfig, Policy: &audit.PolicyText{Name: p.Name(), Digest: p.Digest(), Text: p.Text()}}
		if err := a.trail.Note(context.Background(), notice); err != nil {
			return fmt.Errorf("recording policy %s: %w", p.Name(), err)
		}
	}
	return nil
}

// refreshEvery is how often files are looked at for changes.
const refreshEvery = 10 * time.Second

// watch reads word lists and breach lists again when their files have changed.
func (a *App) watch() {
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	go func() {
		ticker := time.NewTicker(refreshEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				for _, err := range append(a.words.refresh(), a.breaches.reload()...) {
					a.logger.Error("a list could not be read again; the old one stays in force", zap.Error(err))
				}
			}
		}
	}()
}

// remembers reports whether a policy has, or will have, a rule that needs the
// history of passwords.
func remembers(p *policy.Policy) bool {
	someday := time.Now().AddDate(100, 0, 0) // enforce_from may lie ahead
	return p.History(someday) != nil || p.MinAge(someday) != nil
}

// impersonation is how OpenSearch's own examples spell acting for somebody else.
// Caddy drops every header with an underscore unless the server expects it.
const impersonation = "opendistro_security_impersonate_as"

// checkSites looks at how the sites are put together: what can't be meant is an
// error, what may be is a warning.
func (a *App) checkSites() error {
	app, err := a.ctx.AppIfConfigured("http")
	if err != nil {
		return nil // nothing is served
	}
	http := app.(*caddyhttp.App)
	if err := checkSiting(http); err != nil {
		return err
	}
	logs, err := caddyLogs(a.ctx)
	if err != nil {
		a.logger.Warn(err.Error() + "; see to it that no log holds request headers")
	}
	for _, warning := range append(sitingWarnings(http), leakWarnings(http, logs, a.sites)...) {
		a.logger.Warn(warning)
	}
	expected := false
	for _, server := range http.Servers {
		expected = expected || slices.Contains(server.ExpectedUnderscoreHeaders, impersonation)
	}
	if !expected && slices.ContainsFunc(a.sites, func(h *Handler) bool { return h.Dialect == "opensearch" }) {
		a.logger.Warn("Caddy drops the header " + impersonation + ", so nobody can impersonate a user of OpenSearch through this gateway; " +
			"to allow it, add to the global options: servers { expected_underscore_headers " + impersonation + " }")
	}
	return nil
}

// Stop gives trail and history back. Changes in flight hold references of their own.
func (a *App) Stop() error {
	var errs []error
	if a.stop != nil {
		a.stop()
	}
	if a.book != nil {
		a.book = nil
		errs = append(errs, closeBook(a.historyPath))
	}
	if a.trail != nil {
		a.trail = nil
		errs = append(errs, closeTrail(a.dir))
	}
	return errors.Join(errs...)
}

// Cleanup closes the lists of breached passwords, after the last change that may
// look into them.
func (a *App) Cleanup() error { return a.breaches.close() }

// AuditDir is the directory of the trail.
func (a *App) AuditDir() string { return a.dir }

// Note puts a notice on the trail, for the page that shows it: who has read it
// is part of it. It takes a reference of its own, because a reload may be
// giving back the app's meanwhile.
func (a *App) Note(ctx context.Context, n audit.Notice) error {
	t, err := openTrail(a.dir)
	if err != nil {
		return err
	}
	return errors.Join(t.Note(ctx, n), closeTrail(a.dir))
}

func (a *App) policyNamed(name string) *policy.Policy { return find(a.policies, name) }

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
	_ caddy.App          = (*App)(nil)
	_ caddy.Provisioner  = (*App)(nil)
	_ caddy.CleanerUpper = (*App)(nil)
)
