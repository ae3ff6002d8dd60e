// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/passgate/passgate/module/e2e/oracle"
)

// cast are the users that one sequence of requests has for itself. The
// administrator that the cluster was started with is none of them: he repairs
// what a request has broken.
type cast struct {
	user  string // whose password most requests set
	agent string // who sets others' passwords
}

func castOf(worker int) cast {
	return cast{fmt.Sprintf("bob%d", worker), fmt.Sprintf("boss%d", worker)}
}

// extras are users whom mutations name besides.
var extras = []string{"bob", "alice", "new", "a=b", "password", "0", "hash"}

// Request is one request of a run.
type Request struct {
	N     uint64   // its number
	Route string   // what it started from
	Made  []string // the mutations it went through
	Raw   []byte   // as it goes on the wire

	secrets
	users   []string // whose password it might set, the intended one first
	control bool     // an ordinary request with a good password: it must pass
	answers int      // how many requests it consists of, as most readers see it
	cut     bool     // nothing follows: a reader that waits for more waits in vain
}

// String shows a request in the way a person looks into it.
func (q *Request) String() string {
	return fmt.Sprintf("request %d, %s (%s)\n\t%q", q.N, q.Route, strings.Join(q.Made, ", "), q.Raw)
}

// draft is a request in pieces.
type draft struct {
	*rand.Rand
	*Request
	cast
	dialect        string
	method, target string
	version, eol   string
	lines          []string // headers
	body           []byte
	frame          func(*draft) []byte // adds headers and returns the body as it is sent
	lead           string
	after          []byte
	wild           bool           // any mutation may be chosen, not only known ones
	parts          map[string]int // how many mutations each part of it goes through
}

// way is where a request goes. The two have other secrets of the same length, and
// are otherwise the same: so it is known which of them has set a password.
type way uint64

const (
	through  way = iota // the gateway
	straight            // to the cluster
)

// Make makes request number n of a seed for a cluster of the dialect, to go one
// way or the other. passwords are those in force.
func Make(dialect string, seed, n uint64, to way, who cast, passwords map[string]string) (*Request, error) {
	d := &draft{
		cast: who, dialect: dialect,
		Rand: rand.New(rand.NewPCG(seed, n)), Request: &Request{N: n, answers: 1},
		version: " HTTP/1.1", eol: "\r\n", frame: byLength,
	}
	var err error
	if d.secrets, err = newSecrets(rand.New(rand.NewPCG(seed^uint64(to+1)<<60, n))); err != nil {
		return nil, err
	}
	d.control = d.IntN(25) == 0
	rt := pick(d.Rand, routes[dialect]...)
	if d.control && (rt.patches() || rt.body != "") {
		rt = routes[dialect][0]
	}
	d.compose(&rt, passwords)
	d.Raw = d.bytes()
	return d.Request, nil
}

// choose says which parts of a request are mutated, and how often: mostly one or
// two, so that clusters still take many for what they are.
func (d *draft) choose(rt *route) {
	d.parts = make(map[string]int)
	d.wild = d.IntN(wildly) == 0
	if d.control || d.IntN(20) == 0 {
		return
	}
	parts := []string{"target", "target", "headers", "headers", "headers", "framing", "framing", "login"}
	if rt.body == "" {
		parts = append(parts, "body", "body", "body")
	}
	if !d.wild {
		for range pick(d.Rand, 1, 1, 2) {
			d.parts[pick(d.Rand, parts...)]++
		}
		return
	}
	for range pick(d.Rand, 1, 1, 1, 1, 2, 2, 3) {
		d.parts[pick(d.Rand, parts...)] = oracle.Any.Most
	}
}

// choice is how a part is mutated.
func (d *draft) choice(part string) oracle.Choice {
	c := oracle.Choice{Most: d.parts[part]}
	if !d.wild {
		c.Among = func(name string) bool { return isKnown(d.dialect, name) }
	}
	return c
}

func (d *draft) compose(rt *route, passwords map[string]string) {
	d.choose(rt)
	d.Route = rt.name
	own := oracle.Secrets{Password: d.forbidden, Other: d.good, Hash: d.hash, Current: passwords[d.user], User: d.user, Sure: !d.wild}
	if d.control {
		own.Password, own.Hash = d.good, d.good
	}
	body := d.content(rt, own)
	name := d.user
	if body.Name != "" {
		name = body.Name
	}
	target := oracle.MakeTarget(d.Rand, pick(d.Rand, rt.methods...), rt.segments(d.Rand, name), d.choice("target"))
	asks := d.agent
	if rt.own {
		asks = d.user
	}
	login := oracle.MakeBasic(d.Rand, asks+":"+passwords[asks], d.choice("login"))
	d.method, d.target, d.body = target.Method, string(target.Data), body.Data
	d.Made = slices.Concat(d.Made, body.Made, target.Made, login.Made)
	d.lines = []string{"Host: cluster.test", "Authorization: " + string(login.Data), "Content-Type: application/json"}
	d.mutate("headers", headerMutations)
	d.mutate("framing", framingMutations)
	d.users = d.whose(rt, name, asks)
}

// content makes the body, on its own dice: how many it takes depends on the salt
// of the hash.
func (d *draft) content(rt *route, own oracle.Secrets) *oracle.Input {
	dice := rand.New(rand.NewPCG(d.Uint64(), d.N))
	if rt.body != "" {
		text := strings.NewReplacer("HASH", own.Hash, "NAME", d.user).Replace(rt.body)
		return &oracle.Input{Data: []byte(text)}
	}
	body := oracle.MakeBody(dice, rt.question, d.user, own, d.choice("body"))
	for d.control && !bytes.Contains(body.Data, []byte(`"password":"`)) {
		body = oracle.MakeBody(dice, rt.question, d.user, own, oracle.Choice{})
	}
	return body
}

// whose lists the users whose password the request might set.
func (d *draft) whose(rt *route, name, asks string) []string {
	all := []string{name}
	if rt.own {
		all = []string{asks}
	}
	all = append(all, named(d.target)...)
	if rt.patches() {
		all = append(all, extras...)
	}
	all = append(all, d.user, asks)
	var distinct []string
	for _, one := range all {
		if !slices.Contains(distinct, one) {
			distinct = append(distinct, one)
		}
	}
	return distinct
}

func (d *draft) mutate(part string, from []mutation) {
	choice := d.choice(part)
	if choice.Among != nil {
		from = slices.DeleteFunc(slices.Clone(from), func(one mutation) bool { return !choice.Among(one.name) })
	}
	for range min(pick(d.Rand, 1, 1, 1, 2), choice.Most) {
		one := pick(d.Rand, from...)
		d.Made = append(d.Made, one.name)
		one.apply(d)
	}
}

// bytes writes the request down.
func (d *draft) bytes() []byte {
	body := d.frame(d) // may add headers
	head := d.lead + d.method + " " + d.target + d.version + d.eol + strings.Join(d.lines, d.eol) + d.eol + d.eol
	return slices.Concat([]byte(head), body, d.after)
}

// set replaces a header, or adds it.
func (d *draft) set(name, value string) {
	for i, line := range d.lines {
		if strings.HasPrefix(line, name+":") {
			d.lines[i] = name + ": " + value
			return
		}
	}
	d.lines = append(d.lines, name+": "+value)
}

// insert puts a header's line somewhere among the others.
func (d *draft) insert(line string) {
	d.lines = slices.Insert(d.lines, d.IntN(len(d.lines)+1), line)
}

func byLength(d *draft) []byte {
	d.lines = append(d.lines, fmt.Sprintf("Content-Length: %d", len(d.body)))
	return d.body
}
