// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// OpenSearch is an embedded OpenSearch with the security plugin as it comes:
// no password regex, score "strong", bcrypt. It is safe for concurrent use.
type OpenSearch struct {
	journal
	version     string
	impersonate map[string][]string
	routes      trie[osPrepare]

	mu    sync.Mutex
	users map[string]*osUser
}

// NewOpenSearch starts a cluster whose administrator is "admin", who is
// reserved: his password can't be changed over HTTP.
func NewOpenSearch(o Options) *OpenSearch {
	o = o.withDefaults("2.19.3")
	os := &OpenSearch{
		journal: journal{forgetful: o.Forgetful},
		version: o.Version, impersonate: o.Impersonate,
		users: map[string]*osUser{
			"admin":        {hash: hashPassword(o.AdminPassword), reserved: true, backendRoles: []string{"admin"}},
			"kibanaserver": {reserved: true},
		},
	}
	os.addRoutes()
	return os
}

// osPrepare consumes a request's parameters; whatever it returns runs only if
// no parameter is left over.
type osPrepare func(*OpenSearch, *osCall) osAction

type osAction func() (reply, error)

// osCall is one request on its way through the cluster.
type osCall struct {
	call
	login string // who logged in
	user  string // as whom he acts
}

func (os *OpenSearch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	seen, whole := os.take(r)
	if !whole {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	c := &osCall{call: newCall(seen)}
	answer, err := os.handle(c)
	if err != nil {
		answer = osFailure(err)
	}
	c.send(w, answer, "application/json; charset=UTF-8")
}

// osFailure renders an error that isn't one of the plugin's own answers.
func osFailure(err error) reply {
	var e *exception
	if !errors.As(err, &e) {
		e = &exception{status: http.StatusInternalServerError, kind: "exception", reason: err.Error()}
	}
	return e.reply()
}

// handle runs the cluster's checks in their order: route, method and content
// type first, and only then who is asking.
func (os *OpenSearch) handle(c *osCall) (reply, error) {
	if !slices.Contains(knownMethods, c.method) {
		panic(http.ErrAbortHandler) // the connection is closed without an answer
	}
	var query string
	c.path, query = cutTarget(c.target, false)
	params, err := decodeQuery(query)
	if err != nil {
		return reply{}, badParameter(err)
	}
	c.params = params
	prepare, answer, err := os.route(c)
	if prepare == nil {
		return answer, err
	}
	os.mu.Lock()
	defer os.mu.Unlock()
	if !strings.HasSuffix(strings.TrimRight(c.path, "/"), "/_security/health") {
		if refusal := os.authenticate(c); refusal != nil {
			return *refusal, nil
		}
	}
	encoding := strings.ToLower(strings.TrimSpace(c.header.Get("Content-Encoding")))
	if c.body, err = decodeBody(c.body, encoding, inflaters); err != nil {
		return reply{}, err
	}
	act := prepare(os, c)
	if err := c.leftover(); err != nil {
		return reply{}, err
	}
	return act()
}

func (os *OpenSearch) route(c *osCall) (osPrepare, reply, error) {
	lines := c.header.Values("Content-Type")
	name, err := mediaName(lines)
	if err != nil {
		return nil, reply{}, err
	}
	node, params := os.routes.find(c.path)
	if node == nil {
		return nil, osNoHandler(c), nil
	}
	for _, p := range params {
		v, err := decodeComponent(p.value, false)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		c.params[p.name] = v
	}
	prepare, found := node.methods[c.method]
	if !found {
		return nil, wrongMethod(&c.call, node.allowed()), nil
	}
	if len(c.body) > 0 && !osMediaTypes[name] {
		return nil, reply{status: http.StatusNotAcceptable, body: []byte(obj("error",
			"Content-Type header ["+strings.Join(lines, ",")+"] is not supported", "status", http.StatusNotAcceptable))}, nil
	}
	return prepare, reply{}, nil
}

// osNoHandler names the path as java.net.URI reads it: decoded, and without
// what looks like an authority.
func osNoHandler(c *osCall) reply {
	shown := c.target
	if u, err := url.Parse(c.target); err == nil {
		shown = u.Path
	}
	return reply{status: http.StatusBadRequest, body: []byte(obj("error",
		"no handler found for uri ["+shown+"] and method ["+c.method+"]"))}
}

// osMediaTypes let a body through to the plugin, which reads it as JSON
// whatever they say.
var osMediaTypes = map[string]bool{
	"application/json": true, "application/x-ndjson": true, "application/*": true,
	"application/vnd.opensearch+json": true,
	"application/yaml":                true, "application/cbor": true, "application/smile": true,
}

// mediaName is the one media type of a request, or none.
func mediaName(lines []string) (string, error) {
	refuse := func(what string) (string, error) {
		return "", &exception{status: http.StatusBadRequest, kind: "content_type_header_exception",
			reason: "java.lang.IllegalArgumentException: " + what,
			cause:  &exception{kind: "illegal_argument_exception", reason: what}}
	}
	switch len(lines) {
	case 0:
		return "", nil
	case 1:
	default:
		return refuse("only one Content-Type header should be provided")
	}
	name, _, _ := strings.Cut(lines[0], ";")
	name = strings.ToLower(strings.TrimSpace(name))
	if !strings.Contains(name, "/") || strings.Contains(lines[0], ",") {
		return refuse("invalid Content-Type header [" + lines[0] + "]")
	}
	return name, nil
}

// message is the plugin's answer to most things: a status by name and a text.
func message(status int, text string) reply {
	return reply{status: status, body: []byte(obj("status", statusNames[status], "message", text))}
}

var statusNames = map[int]string{
	http.StatusOK: "OK", http.StatusCreated: "CREATED", http.StatusBadRequest: "BAD_REQUEST",
	http.StatusForbidden: "FORBIDDEN", http.StatusNotFound: "NOT_FOUND",
	http.StatusInternalServerError: "INTERNAL_SERVER_ERROR", http.StatusNotImplemented: "NOT_IMPLEMENTED",
}
