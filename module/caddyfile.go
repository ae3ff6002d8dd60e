// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

	"github.com/passgate/passgate/policy"
)

// siteOptions are the options of the directive.
var siteOptions = []string{"policy", "cluster", "identify", "mode", "allow", "protect_security_index"}

func init() {
	httpcaddyfile.RegisterDirective("password_policy", parseDirective)
	// In front of every handle, route and proxy of the site, so that none of them
	// can be reached around the guard.
	httpcaddyfile.RegisterDirectiveOrder("password_policy", httpcaddyfile.Before, "invoke")
}

// parseDirective reads the directive. It takes no matcher, which is why it isn't
// registered as a handler directive: a matcher would narrow what is guarded by
// rules other than the cluster's own.
func parseDirective(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	handler := new(Handler)
	if err := handler.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return nil, err
	}
	if err := checkPolicyName(h, handler); err != nil {
		return nil, err
	}
	return h.NewRoute(nil, handler), nil
}

// checkPolicyName finds a misspelled policy while its line is still known; a
// configuration in JSON is checked when it is provisioned.
func checkPolicyName(h httpcaddyfile.Helper, handler *Handler) error {
	name, at := handler.Policy, handler.policyAt
	if name == "" {
		return nil
	}
	var app App
	if option, ok := h.Option("password_policy").(httpcaddyfile.App); ok {
		if err := json.Unmarshal(option.Value, &app); err != nil {
			return at.WrapErr(err)
		}
	}
	var names []string
	for _, p := range app.Policies {
		if p.Name == name {
			return nil
		}
		names = append(names, p.Name)
	}
	if names == nil {
		return at.Errf("expected a policy of the global password_policy block, found %q, and none is defined there; define it or remove the option", name)
	}
	return at.Errf("expected one of the policies %s, found %q; correct the name or define it", strings.Join(names, ", "), name)
}

// UnmarshalCaddyfile reads:
//
//	password_policy <elasticsearch|opensearch|huawei_css> {
//		policy   <name>
//		cluster  <name>
//		identify <on|off>
//		mode     <enforce|monitor>
//		allow    <operation...>
//		protect_security_index <on|off>
//	}
func (h *Handler) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive's name
	if err := h.readDialect(d); err != nil {
		return err
	}
	if d.NextArg() {
		return d.Errf("expected one dialect, found %q after it; options go into a block", d.Val())
	}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		known, err := h.readOption(d)
		if err != nil {
			return err
		}
		if !known {
			last := len(siteOptions) - 1
			return d.Errf("expected %s or %s, found %q; %s", strings.Join(siteOptions[:last], ", "), siteOptions[last], d.Val(), whereItBelongs(d.Val()))
		}
	}
	return nil
}

// whereItBelongs says what to do with a word that is no option of a site.
func whereItBelongs(word string) string {
	switch {
	case word == "{":
		return "options take no block: remove the brace"
	case slices.Contains(appOptions, word):
		return "it belongs into the global password_policy block"
	case policy.IsStatement(word):
		return "rules belong into a policy of the global password_policy block"
	case word == "reverse_proxy" || word == "handle" || word == "route":
		return "close the block before it with }"
	}
	return "correct the spelling or remove the line"
}

func (h *Handler) readDialect(d *caddyfile.Dispenser) error {
	if !d.NextArg() {
		return d.Err("expected a dialect after the directive: elasticsearch, opensearch or huawei_css")
	}
	h.Dialect = d.Val()
	if strings.ContainsAny(h.Dialect[:min(1, len(h.Dialect))], "/*@") {
		return d.Errf("expected a dialect, found the matcher %q; this directive takes none, because a matcher would let some "+
			"spellings of a password route past it: remove it, or put the directive into a site of its own", h.Dialect)
	}
	if err := h.check(); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

// readOption reads one option and reports whether there is one of that name.
func (h *Handler) readOption(d *caddyfile.Dispenser) (known bool, err error) {
	switch d.Val() {
	case "policy":
		err = oneWord(d, &h.Policy)
		at := *d
		h.policyAt = &at
	case "cluster":
		err = oneWord(d, &h.Cluster)
	case "identify":
		err = oneWord(d, &h.Identify)
	case "mode":
		err = oneWord(d, &h.Mode)
	case "protect_security_index":
		err = oneWord(d, &h.ProtectSecurityIndex)
	case "allow":
		operations := d.RemainingArgs()
		if len(operations) == 0 {
			return true, d.Errf("expected %s after allow, found nothing; name one or remove the line", strings.Join(allowable, ", "))
		}
		h.Allow = append(h.Allow, operations...)
	default:
		return false, nil
	}
	if err == nil {
		if err = h.check(); err != nil {
			err = d.WrapErr(err)
		}
	}
	return true, err
}

// oneWord reads an option that is given once, with one word.
func oneWord(d *caddyfile.Dispenser, into *string) error {
	name := d.Val()
	if *into != "" {
		return d.Errf("expected %s once, found it twice; remove one", name)
	}
	if !d.NextArg() {
		return d.Errf("expected one word after %s, found none", name)
	}
	if *into = d.Val(); *into == "" {
		return d.Errf("expected one word after %s, found an empty one; fill it in or remove the line", name)
	}
	if d.NextArg() {
		return d.Errf("expected one word after %s, found %q too", name, d.Val())
	}
	return nil
}

var _ caddyfile.Unmarshaler = (*Handler)(nil)
