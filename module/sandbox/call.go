// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// call is one request on its way through an embedded cluster.
type call struct {
	method, target, path string
	params               map[string]string // of the query and, over them, of the path
	read                 map[string]bool   // the names a handler has asked for
	header               http.Header
	body                 []byte // inflated, once the cluster has got to it
}

func newCall(s Seen) call {
	return call{
		method: s.Method, target: s.Target, header: s.Header, body: s.Body,
		params: map[string]string{}, read: map[string]bool{},
	}
}

// param returns a parameter and marks it as understood.
func (c *call) param(name string) (string, bool) {
	c.read[name] = true
	v, ok := c.params[name]
	return v, ok
}

func (c *call) flag(name string) bool {
	v, ok := c.params[name]
	return ok && v != "false"
}

// responseParams shape the answer and are known everywhere.
var responseParams = []string{"pretty", "human", "format", "filter_path", "error_trace"}

// leftover is BaseRestHandler's check for what no handler asked for.
func (c *call) leftover() error {
	var names []string
	for name := range c.params {
		if !c.read[name] && !slices.Contains(responseParams, name) {
			names = append(names, "["+name+"]")
		}
	}
	slices.Sort(names)
	switch {
	case len(names) == 1:
		return illegalArgument("request [%s] contains unrecognized parameter: %s", c.path, names[0])
	case len(names) > 1:
		return illegalArgument("request [%s] contains unrecognized parameters: %s", c.path, strings.Join(names, ", "))
	}
	return nil
}

// reply is an answer of a sandbox. A nil body is an empty one.
type reply struct {
	status int
	body   []byte
	header http.Header
}

func ok(body raw) (reply, error) { return reply{status: http.StatusOK, body: []byte(body)}, nil }

func noHandler(c *call) reply {
	return reply{status: http.StatusBadRequest, body: []byte(obj("error",
		"no handler found for uri ["+c.target+"] and method ["+c.method+"]"))}
}

func wrongMethod(c *call, allowed []string) reply {
	a := reply{status: http.StatusMethodNotAllowed, header: http.Header{"Allow": {strings.Join(allowed, ",")}}}
	if c.method == http.MethodOptions {
		a.status = http.StatusOK
		a.header.Set("Content-Type", "text/plain; charset=UTF-8")
		return a
	}
	a.body = []byte(obj("error", "Incorrect HTTP method for uri ["+c.target+"] and method ["+
		c.method+"], allowed: ["+strings.Join(allowed, ", ")+"]", "status", a.status))
	return a
}

// send writes an answer, laid out as ?pretty asks.
func (c *call) send(w http.ResponseWriter, a reply, contentType string) {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	if id := c.header.Get("X-Opaque-Id"); id != "" {
		h.Set("X-Opaque-Id", id)
	}
	body, contentType := c.shaped(a.body, contentType)
	if c.flag("pretty") && len(body) > 0 && body[0] == '{' {
		body = pretty(body)
	}
	if len(body) > 0 && h.Get("Content-Type") == "" {
		h.Set("Content-Type", contentType)
	}
	w.WriteHeader(a.status)
	if c.method != http.MethodHead {
		_, _ = w.Write(body) // a client that left can't be told
	}
}
