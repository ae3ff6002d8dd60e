// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// bench is where cases are driven: a cluster, a tap in front of it, and the
// trail of the gateway in front of that.
type bench struct {
	upstream upstream
	tap      *tap
	trail    *trail
}

// observed is all that came of one request.
type observed struct {
	sent    *message
	answer  *reply
	arrived []*arrival
	records []record
	raw     []byte // the records' text
}

// drive sends the request of c to the site at addr and returns everything that
// did not turn out as the case says.
func (b *bench) drive(ctx context.Context, c *Case, addr string) (problems []string, err error) {
	more := b.lookup(ctx, addr)
	for _, a := range c.Accounts {
		if a.Password, err = expand(a.Password, more); err != nil {
			return nil, err
		}
		if err := b.upstream.set(ctx, a); err != nil {
			return nil, err
		}
	}
	c, err = c.expanded(more)
	if err != nil {
		return nil, err
	}
	for _, late := range b.tap.take() {
		if late.Method != "GET" { // a question of who asks may be read here late
			return nil, fmt.Errorf("expected no write before the request, found %s %s of the case before", late.Method, late.Target)
		}
	}
	if strays, _, err := b.trail.take(); err != nil || len(strays) > 0 {
		return nil, fmt.Errorf("expected no record before the request, found %d: %w", len(strays), err)
	}
	var o observed
	if o.sent, err = compose(c.Request, c.Encoding, more); err != nil {
		return nil, err
	}
	if o.answer, err = send(addr, o.sent); err != nil {
		return nil, err
	}
	if err := b.collect(ctx, c, &o); err != nil {
		return nil, err
	}
	problems = slices.Concat(c.checkAnswer(&o, more), c.checkTrail(&o), c.checkArrival(&o), b.checkSecrets(c, &o, more))
	logins, err := b.checkLogins(ctx, c, more)
	return append(problems, logins...), err
}

// lookup answers for what only this bench knows.
func (b *bench) lookup(ctx context.Context, addr string) lookup {
	return func(name string) (string, bool, error) {
		admin := b.upstream.administrator()
		switch name {
		case "host":
			return addr, true, nil
		case "admin":
			return basic(admin.Name, admin.Password), true, nil
		case "admin name":
			return admin.Name, true, nil
		case "sdk date":
			return time.Now().UTC().Format("20060102T150405Z"), true, nil
		}
		if kind, user, ok := strings.Cut(name, " "); ok && (kind == "apikey" || kind == "token") {
			value, err := b.upstream.credential(ctx, kind, user)
			return value, true, err
		}
		return "", false, nil
	}
}

// collect waits until the trail and the tap hold what the case expects. Both are
// written before the client has its answer, but they are read by somebody else.
func (b *bench) collect(ctx context.Context, c *Case, o *observed) error {
	for deadline := time.Now().Add(3 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		records, raw, err := b.trail.take()
		if err != nil {
			return err
		}
		o.records, o.raw = append(o.records, records...), append(o.raw, raw...)
		o.arrived = append(o.arrived, b.tap.take()...)
		if c.settled(o) || time.Now().After(deadline) || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// settled tells whether there is nothing left to wait for.
func (c *Case) settled(o *observed) bool {
	recorded := c.Verdict == "none" || len(o.records) > 0 && o.records[len(o.records)-1].Gateway.Outcome != ""
	return recorded && (c.Arrives == "nothing" || len(c.changes(o)) > 0)
}

// checkSecrets searches the trail, and the gateway's own answers, for every
// password and credential of the case.
func (b *bench) checkSecrets(c *Case, o *observed, more lookup) (problems []string) {
	secrets := map[string]string{"the administrator's password": b.upstream.administrator().Password}
	for name, value := range passwords {
		secrets["${"+name+"}"] = value
	}
	if credentials := o.sent.Header.Get("Authorization"); len(credentials) > 20 {
		secrets["the credentials"] = credentials[strings.LastIndexByte(credentials, ' ')+1:]
	}
	for what, secret := range secrets {
		if len(secret) > 5 && bytes.Contains(o.raw, []byte(secret)) {
			problems = append(problems, what+" stands on the trail")
		}
		if c.Verdict == "deny" && bytes.Contains(o.answer.Body, []byte(secret)) {
			problems = append(problems, what+" stands in the refusal")
		}
	}
	return problems
}

// checkLogins proves at the cluster itself which passwords are in force: those
// the case names, and for every other account the one it had.
func (b *bench) checkLogins(ctx context.Context, c *Case, more lookup) (problems []string, err error) {
	changed := make(map[string]bool)
	for _, a := range c.Logins {
		changed[a.Name] = true
		found, err := b.checkLogin(ctx, a, true, more)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
	}
	for _, a := range c.Accounts {
		same := slices.ContainsFunc(c.Logins, func(l Account) bool { return l.Name == a.Name && l.Password == a.Password })
		if a.Password == "-" || same {
			continue
		}
		found, err := b.checkLogin(ctx, a, !changed[a.Name], more)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
	}
	return problems, nil
}

func (b *bench) checkLogin(ctx context.Context, a Account, want bool, more lookup) ([]string, error) {
	password, err := expand(a.Password, more)
	if err != nil || password == "-" {
		return nil, err
	}
	in, err := b.upstream.Login(ctx, a.Name, password)
	if err != nil {
		return nil, err
	}
	if in != want {
		return []string{fmt.Sprintf("login of %s with %s: expected %v, found %v", a.Name, a.Password, want, in)}, nil
	}
	return nil, nil
}
