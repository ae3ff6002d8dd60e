// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/passgate/passgate/module/e2e/oracle"
)

// wire is a request in pieces, before it becomes bytes.
type wire struct {
	*rand.Rand
	id      string
	made    []string
	method  string
	target  string
	version string
	lines   []string // headers
	body    []byte
	framing func(*wire) []byte // writes the lines' end and the body
	eol     string
	lead    string // in front of the request line
	behind  []byte // after everything
	odd     bool   // may be answered more than once, or not at all
}

// Login is who asks in every request that says nothing else.
const login = "admin"

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// newWire makes request number n of a seed. The id goes into a header that the
// gateway passes on, so that whatever a layer reads can be told apart.
func newWire(seed, n uint64, id string) *wire {
	w := &wire{
		Rand: rand.New(rand.NewPCG(seed, n)), id: id, version: "HTTP/1.1", eol: "\r\n", framing: byLength,
	}
	w.plain()
	if w.IntN(100) < 6 {
		return w
	}
	parts := []func(){w.mutateTarget, w.mutateBody, w.mutateHeaders, w.mutateFraming}
	weights := []int{22, 34, 28, 16}
	for range pick(w.Rand, 1, 1, 1, 2, 2, 3) {
		at := w.IntN(100)
		for i, weight := range weights {
			if at -= weight; at < 0 {
				parts[i]()
				break
			}
		}
	}
	return w
}

// plain is what a client would send.
func (w *wire) plain() {
	w.method = pick(w.Rand, "PUT", "POST")
	w.target = pick(w.Rand, "/_security/user/bob/_password", "/_security/user/_password", "/_security/user/bob", "/_xpack/security/user/bob/_password")
	w.lines = []string{
		"Host: gateway.test", "X-Opaque-Id: " + w.id, "Authorization: " + basic(login+":secret"), "Content-Type: application/json",
	}
	if strings.HasPrefix(w.target, "/_xpack") {
		w.set("Content-Type", "application/vnd.elasticsearch+json;compatible-with=7")
		w.lines = append(w.lines, "Accept: application/vnd.elasticsearch+json;compatible-with=7")
	}
	secret := pick(w.Rand, "short word", "correct horse battery staple", "\u043f\u0430\u0440\u043e\u043b\u044c-\u0434\u043b\u0438\u043d\u043d\u044b\u0439 1")
	w.body = fmt.Appendf(nil, `{"password":%q}`, secret)
}

func basic(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }

// set replaces a header's line, or adds one.
func (w *wire) set(name, value string) {
	for i, line := range w.lines {
		if strings.HasPrefix(line, name+":") {
			w.lines[i] = name + ": " + value
			return
		}
	}
	w.lines = append(w.lines, name+": "+value)
}

// insert puts a header's line somewhere among the others.
func (w *wire) insert(line string) {
	i := w.IntN(len(w.lines) + 1)
	w.lines = append(w.lines[:i:i], append([]string{line}, w.lines[i:]...)...)
}

// mutateTarget takes method and target from the targets' own maker.
func (w *wire) mutateTarget() {
	in := oracle.MakeOf(w.Rand, oracle.Target)
	w.method, w.target, w.made = in.Method, string(in.Data), append(w.made, in.Made...)
}

// mutateBody takes the body from the bodies' own maker.
func (w *wire) mutateBody() {
	q := oracle.PutUserBody
	if strings.HasSuffix(strings.TrimRight(w.target, "/"), "_password") {
		q = oracle.ChangeBody
	}
	in := oracle.MakeOf(w.Rand, q)
	w.body, w.made = in.Data, append(w.made, in.Made...)
}

func (w *wire) mutateHeaders() {
	for range pick(w.Rand, 1, 1, 2) {
		one := headerMutations[w.IntN(len(headerMutations))]
		w.made = append(w.made, one.name)
		one.apply(w)
	}
}

func (w *wire) mutateFraming() {
	one := framingMutations[w.IntN(len(framingMutations))]
	w.made = append(w.made, one.name)
	one.apply(w)
}

// bytes writes the request down.
func (w *wire) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(w.lead)
	b.WriteString(w.method + " " + w.target)
	if w.version != "" {
		b.WriteString(" " + w.version)
	}
	b.WriteString(w.eol)
	body := w.framing(w) // may add lines
	for _, line := range w.lines {
		b.WriteString(line + w.eol)
	}
	b.WriteString(w.eol)
	b.Write(body)
	b.Write(w.behind)
	return b.Bytes()
}

func byLength(w *wire) []byte {
	w.lines = append(w.lines, fmt.Sprintf("Content-Length: %d", len(w.body)))
	return w.body
}

// second is a whole request that sets a weak password, to be hidden somewhere.
func (w *wire) second() string {
	const body = `{"password":"smuggled"}`
	return fmt.Sprintf("PUT /_security/user/bob/_password HTTP/1.1\r\nHost: gateway.test\r\nX-Opaque-Id: %s.2\r\n"+
		"Authorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", w.id, basic(login+":secret"), len(body), body)
}
