// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"encoding/base64"
	"math/rand/v2"
	"slices"
)

// Secrets are what the inputs of a caller hold instead of this package's own:
// passwords that he can look for in a cluster afterwards.
type Secrets struct {
	Password string // most secrets are this one
	Other    string // the rest are this one
	Hash     string
	Current  string // the password in force, for the account API
	User     string // whom most patches are about
	Sure     bool   // the secret is Password or Hash, User's, and in a place that sets it
}

// next picks the text of a secret.
func (s *Secrets) next(m *maker) string {
	if !s.Sure && m.often(4) {
		return s.Other
	}
	return s.Password
}

// user picks whom a patch is about.
func (m *maker) user(from ...string) string {
	if m.own != nil && (m.own.Sure || !m.often(4)) {
		return m.own.User
	}
	return pick(m, from...)
}

// current is the password that an account body says is in force.
func (m *maker) current() string {
	if m.own != nil {
		return m.own.Current
	}
	return "old one"
}

// MakeBody makes a body of kind q with the caller's secrets, in a request about
// the named user; a patch may be of another, who is then the input's Name. It goes
// through mutations as [Make]'s do.
func MakeBody(random *rand.Rand, q Question, name string, own Secrets, choice Choice) *Input {
	m := &maker{Rand: random, in: &Input{Question: q, Dialect: "elasticsearch", Name: name}, own: &own, choice: choice}
	d := &draft{style: plainStyle(), hash: "password_hash"}
	switch q {
	case PatchOne, PatchAll:
		m.patch(q)
		return m.in
	case AccountBody, InternalUser:
		m.in.Dialect, d.hash = "opensearch", "hash"
	}
	d.root = m.plainBody(q, d.hash)
	mutate(m, d, bodyMutations)
	m.in.Data = m.write(d)
	return m.in
}

// MakeTarget makes a request target of segments, mutated as [Make]'s are. The
// input's Method is what became of the method.
func MakeTarget(random *rand.Rand, method string, segments []string, choice Choice) *Input {
	m := &maker{Rand: random, in: &Input{Question: Target}, choice: choice}
	t := &targetDraft{method: method, segments: slices.Clone(segments), lead: "/", between: "&", mark: "?"}
	mutate(m, t, targetMutations)
	m.in.Method, m.in.Data = t.method, []byte(t.String())
	return m.in
}

// MakeBasic makes a Basic header of a login, mutated as [Make]'s are.
func MakeBasic(random *rand.Rand, login string, choice Choice) *Input {
	m := &maker{Rand: random, in: &Input{Question: Basic}, choice: choice}
	b := &basicDraft{scheme: "Basic", gap: " ", encoding: base64.StdEncoding, login: login}
	mutate(m, b, basicMutations)
	m.in.Data = []byte(b.scheme + b.gap + b.text() + b.after)
	return m.in
}
