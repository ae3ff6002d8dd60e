// SPDX-License-Identifier: Apache-2.0

package page

import (
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func init() {
	httpcaddyfile.RegisterHandlerDirective("password_audit", parse)
	// After authentication, where other handlers that answer are.
	httpcaddyfile.RegisterDirectiveOrder("password_audit", httpcaddyfile.Before, "respond")
}

func parse(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	handler := new(Handler)
	if err := handler.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return nil, err
	}
	if _, err := handler.options(""); err != nil {
		return nil, h.WrapErr(err)
	}
	return handler, nil
}

// UnmarshalCaddyfile reads:
//
//	password_audit [<matcher>] {
//		identity   <placeholder>
//		reviewers  <allowed_signers file>
//		keys       <verifier keys...>
//		exempt     <actors...>
//		privileged <accounts...>
//		edge       <count>/<duration>
//		accounts   <count>/<duration>
//		unreadable <count>/<duration>
//		max_age    <duration>
//	}
func (h *Handler) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive's name
	if d.NextArg() {
		return d.Errf("expected no argument after password_audit, found %q; options go into a block", d.Val())
	}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		if err := h.readOption(d); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handler) readOption(d *caddyfile.Dispenser) error {
	switch name := d.Val(); name {
	case "identity":
		return word(d, &h.Identity)
	case "reviewers":
		return word(d, &h.Reviewers)
	case "edge":
		return word(d, &h.Edge)
	case "accounts":
		return word(d, &h.Accounts)
	case "unreadable":
		return word(d, &h.Unreadable)
	case "keys":
		return list(d, &h.Keys)
	case "exempt":
		return list(d, &h.Exempt)
	case "privileged":
		return list(d, &h.Privileged)
	case "max_age":
		var text string
		if err := word(d, &text); err != nil {
			return err
		}
		age, err := caddy.ParseDuration(text)
		if err != nil || age < 24*time.Hour {
			return d.Errf("expected max_age of a day or more, such as 90d, found %q", text)
		}
		h.MaxAge = caddy.Duration(age)
		return nil
	default:
		return d.Errf("expected identity, reviewers, keys, exempt, privileged, edge, accounts, unreadable or max_age, found %q; correct the spelling or remove the line", name)
	}
}

// word reads an option that is given once, with one word.
func word(d *caddyfile.Dispenser, into *string) error {
	name := d.Val()
	if *into != "" {
		return d.Errf("expected %s once, found it twice; remove one", name)
	}
	if !d.Args(into) {
		return d.Errf("expected one word after %s", name)
	}
	if d.NextArg() {
		return d.Errf("expected one word after %s, found %q too", name, d.Val())
	}
	return nil
}

func list(d *caddyfile.Dispenser, into *[]string) error {
	name, words := d.Val(), d.RemainingArgs()
	if len(words) == 0 {
		return d.Errf("expected at least one word after %s, found none", name)
	}
	*into = append(*into, words...)
	return nil
}

var _ caddyfile.Unmarshaler = (*Handler)(nil)
