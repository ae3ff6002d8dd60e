// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

	"github.com/passgate/passgate/policy"
)

func init() { httpcaddyfile.RegisterGlobalOption("password_policy", parseApp) }

func parseApp(d *caddyfile.Dispenser, existing any) (any, error) {
	if existing != nil {
		d.Next()
		return nil, d.Err("expected one global password_policy block, found a second; put everything into one")
	}
	app := new(App)
	if err := app.UnmarshalCaddyfile(d); err != nil {
		return nil, err
	}
	return httpcaddyfile.App{Name: "password_policy", Value: caddyconfig.JSON(app, nil)}, nil
}

// UnmarshalCaddyfile reads:
//
//	password_policy {
//		audit <directory>
//		history <file>
//		pepper <id> <secret>
//		body_memory <size>
//		policy <name> {
//			preset <name>
//			<rule> [<arguments...>]
//		}
//	}
func (a *App) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the option's name
	if d.NextArg() {
		return d.Errf("expected a block after the global password_policy option, found %q; the dialect belongs to the site's directive", d.Val())
	}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		var err error
		switch d.Val() {
		case "audit":
			err = oneWord(d, &a.Audit)
		case "history":
			err = oneWord(d, &a.History)
		case "pepper":
			err = a.readPepper(d)
		case "body_memory":
			if err = oneWord(d, &a.BodyMemory); err == nil {
				if _, wrong := bodyMemory(a.BodyMemory); wrong != nil {
					err = d.WrapErr(wrong)
				}
			}
		case "policy":
			err = a.readPolicy(d)
		default:
			err = d.Errf("expected %s or policy, found %q; %s", strings.Join(appOptions, ", "), d.Val(), whereItBelongsGlobally(d.Val()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// appOptions are the options of the global block, policies aside.
var appOptions = []string{"audit", "history", "pepper", "body_memory"}

// whereItBelongsGlobally says what to do with a word that is no option of the
// global block.
func whereItBelongsGlobally(word string) string {
	switch {
	case word == "{":
		return "this option takes no block: remove the brace"
	case slices.Contains(siteOptions, word):
		return "it belongs to the directive of a site"
	case policy.IsStatement(word):
		return "rules belong into a policy: policy NAME { … }"
	}
	return "correct the spelling or remove the line"
}

// readPepper reads one pepper. Its secret stays a placeholder: the
// configuration is served by the admin API and saved to disk.
func (a *App) readPepper(d *caddyfile.Dispenser) error {
	words := d.RemainingArgs()
	if len(words) != 2 {
		return d.Err("expected an id and a secret after pepper, for example: pepper 2026 {env.PASSGATE_PEPPER}")
	}
	if !strings.HasPrefix(words[1], "{") {
		return d.Err("expected the pepper's secret as {env.NAME} or {file./path}, found a plain text; the configuration is not a place for secrets")
	}
	a.Peppers = append(a.Peppers, PepperConfig{ID: words[0], Secret: words[1]})
	return nil
}

// readPolicy reads one policy and compiles it at once, so that a mistake is
// reported with the line it is on.
func (a *App) readPolicy(d *caddyfile.Dispenser) error {
	var config PolicyConfig
	if err := oneWord(d, &config.Name); err != nil {
		return err
	}
	for _, other := range a.Policies {
		if other.Name == config.Name {
			return d.Errf("expected one policy of the name %s, found two; rename one", config.Name)
		}
	}
	var at []*caddyfile.Dispenser
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		here := *d // to report this line later
		at = append(at, &here)
		config.Statements = append(config.Statements, append([]string{d.Val()}, d.RemainingArgs()...))
	}
	_, err := config.compile(policy.WithLoader(a.words.load))
	var wrong policy.StatementError
	if errors.As(err, &wrong) && wrong.Index >= 0 && wrong.Index < len(at) {
		return at[wrong.Index].WrapErr(err)
	}
	if err != nil {
		return d.WrapErr(err)
	}
	a.Policies = append(a.Policies, config)
	return nil
}

var _ caddyfile.Unmarshaler = (*App)(nil)
