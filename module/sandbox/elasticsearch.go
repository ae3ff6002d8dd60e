// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Elasticsearch is an embedded Elasticsearch with security on and a basic
// licence. It is safe for concurrent use.
type Elasticsearch struct {
	journal
	version string
	release release
	routes  trie[esRoute]

	mu     sync.Mutex
	users  map[string]*esUser
	roles  map[string]esRole
	keys   map[string]esKey // API keys by id
	tokens map[string]string
}

// NewElasticsearch starts a cluster whose superuser is "elastic".
func NewElasticsearch(o Options) *Elasticsearch {
	o = o.withDefaults("8.19.21")
	es := &Elasticsearch{
		version: o.Version, release: parseRelease(o.Version),
		users: map[string]*esUser{}, roles: builtinRoles(),
		keys: map[string]esKey{}, tokens: map[string]string{},
	}
	for _, name := range es.reservedNames() {
		es.users[name] = reservedUser(name)
	}
	es.users["elastic"].hash = hashPassword(o.AdminPassword)
	es.addRoutes()
	return es
}

// esRoute is what answers one method of one path.
type esRoute struct {
	prepare esPrepare
	path    string // the template, for warnings
	instead string // the template to use instead, when this one is deprecated
}

// esPrepare reads a request as BaseRestHandler.prepareRequest does; whatever it
// returns runs only if no query parameter is left over.
type esPrepare func(*Elasticsearch, *esCall) (esAction, error)

type esAction func() (reply, error)

// reply is an answer of a sandbox. A nil body is an empty one.
type reply struct {
	status int
	body   []byte
	header http.Header
}

func ok(body raw) (reply, error) { return reply{status: http.StatusOK, body: []byte(body)}, nil }

// esCall is one request on its way through the cluster.
type esCall struct {
	method, target, path string
	params               map[string]string // of the query and, over them, of the path
	read                 map[string]bool   // the names a handler has asked for
	header               http.Header
	body                 []byte // inflated
	media                mediaType
	actor                esActor
}

// param returns a parameter and marks it as understood.
func (c *esCall) param(name string) (string, bool) {
	c.read[name] = true
	v, ok := c.params[name]
	return v, ok
}

// responseParams shape the answer and are known everywhere.
var responseParams = []string{"pretty", "human", "format", "filter_path", "error_trace"}

func (c *esCall) flag(name string) bool {
	v, ok := c.params[name]
	return ok && v != "false"
}

func (es *Elasticsearch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	seen, whole := es.take(r)
	if !whole {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	c := &esCall{method: seen.Method, target: seen.Target, header: seen.Header, body: seen.Body}
	c.params, c.read = map[string]string{}, map[string]bool{}
	answer, err := es.handle(c)
	if err != nil {
		answer = es.failure(err)
	}
	es.write(w, c, answer)
}

// handle runs the cluster's checks in the order of its generation: up to 7 the
// body's type is looked at before the caller, from 8 on the other way round.
func (es *Elasticsearch) handle(c *esCall) (reply, error) {
	var query string
	c.path, query = cutTarget(c.target, es.release.atLeast(8, 0))
	params, err := decodeQuery(query)
	if err != nil {
		return reply{}, illegalArgument("%s", err)
	}
	c.params = params
	if err := es.decode(c); err != nil {
		return reply{}, err
	}
	if es.release.atLeast(8, 0) && c.method != http.MethodOptions {
		if err := es.authenticate(c); err != nil {
			return reply{}, err
		}
	}
	route, answer, err := es.route(c)
	if route == nil {
		return answer, err
	}
	if !es.release.atLeast(8, 0) {
		if err := es.authenticate(c); err != nil {
			return reply{}, err
		}
	}
	return es.run(c, route)
}

func (es *Elasticsearch) decode(c *esCall) error {
	// Only the first line of a repeated header is looked at.
	encoding := strings.ToLower(strings.TrimSpace(c.header.Get("Content-Encoding")))
	if encoding == "zstd" || encoding == "snappy" && !es.release.atLeast(7, 17) {
		encoding = "" // unknown here, so taken as plain
	}
	body, err := decodeBody(c.body, encoding, inflaters)
	if err != nil {
		return illegalArgument("%s", "could not decode the body: "+encoding)
	}
	c.body = body
	return nil
}

// route finds the handler, or says what is answered in its place.
func (es *Elasticsearch) route(c *esCall) (*esRoute, reply, error) {
	if err := es.readMediaType(c); err != nil {
		return nil, reply{}, err
	}
	node, params := es.routes.find(c.path)
	if node == nil {
		return nil, reply{status: http.StatusBadRequest, body: []byte(obj("error",
			"no handler found for uri ["+c.target+"] and method ["+c.method+"]"))}, nil
	}
	for _, p := range params {
		v, err := decodeComponent(p.value, !es.release.atLeast(7, 0))
		if err != nil {
			return nil, reply{}, illegalArgument("%s", err)
		}
		c.params[p.name] = v
	}
	route, ok := node.methods[c.method]
	if !ok || !es.speaks(c, route) {
		return es.wrongMethod(c, node)
	}
	if len(c.body) > 0 && c.media.format == "" {
		return nil, es.unsupportedType(c), nil
	}
	return &route, reply{}, nil
}

// speaks reports whether a route exists for the version the client asks for:
// the _xpack forms live on in 8 for clients that speak compatible-with=7.
func (es *Elasticsearch) speaks(c *esCall, route esRoute) bool {
	return route.instead == "" || es.release.major < 8 || c.media.version == 7
}

func (es *Elasticsearch) wrongMethod(c *esCall, node *trie[esRoute]) (*esRoute, reply, error) {
	if route, ok := node.methods[c.method]; ok && !es.speaks(c, route) {
		return nil, reply{status: http.StatusBadRequest, body: []byte(obj("error",
			"no handler found for uri ["+c.target+"] and method ["+c.method+"]"))}, nil
	}
	allowed := node.allowed()
	answer := reply{status: http.StatusMethodNotAllowed, header: http.Header{"Allow": {strings.Join(allowed, ",")}}}
	if c.method == http.MethodOptions {
		answer.status = http.StatusOK
		return nil, answer, nil
	}
	if !slices.Contains(knownMethods, c.method) {
		if !es.release.atLeast(7, 0) {
			return nil, reply{}, illegalArgument("Unexpected http method: %s", c.method)
		}
		delete(answer.header, "Allow")
		answer.body = []byte(obj("error", "Unexpected HTTP method", "status", answer.status))
		return nil, answer, nil
	}
	answer.body = []byte(obj("error", "Incorrect HTTP method for uri ["+c.target+"] and method ["+
		c.method+"], allowed: ["+strings.Join(allowed, ", ")+"]", "status", answer.status))
	return nil, answer, nil
}

var knownMethods = []string{"GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "CONNECT"}

func (es *Elasticsearch) run(c *esCall, route *esRoute) (reply, error) {
	es.mu.Lock()
	defer es.mu.Unlock()
	act, err := route.prepare(es, c)
	if err != nil {
		return reply{}, err
	}
	if err := c.leftover(); err != nil {
		return reply{}, err
	}
	answer, err := act()
	if err == nil && route.instead != "" && es.release.atLeast(7, 0) {
		answer.header = http.Header{"Warning": {`299 Elasticsearch-` + es.version + `-` + buildHash +
			` "[` + c.method + " " + route.path + `] is deprecated! Use [` + c.method + " " + route.instead + `] instead."`}}
	}
	return answer, err
}

// leftover is BaseRestHandler's check for parameters nobody asked for.
func (c *esCall) leftover() error {
	var names []string
	for name := range c.params {
		if !c.read[name] && !slices.Contains(responseParams, name) {
			names = append(names, "["+name+"]")
		}
	}
	if names == nil {
		return nil
	}
	slices.Sort(names)
	noun := "parameter"
	if len(names) > 1 {
		noun = "parameters"
	}
	return illegalArgument("request [%s] contains unrecognized %s: %s", c.path, noun, strings.Join(names, ", "))
}

func (es *Elasticsearch) write(w http.ResponseWriter, c *esCall, a reply) {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	if es.release.atLeast(7, 14) {
		h.Set("X-elastic-product", "Elasticsearch")
	}
	if id := c.header.Get("X-Opaque-Id"); id != "" {
		h.Set("X-Opaque-Id", id)
	}
	if len(a.body) > 0 && h.Get("Content-Type") == "" {
		h.Set("Content-Type", es.answerType(c))
	}
	body := a.body
	if c.flag("pretty") && len(body) > 0 {
		body = pretty(body)
	}
	w.WriteHeader(a.status)
	if c.method != http.MethodHead {
		_, _ = w.Write(body) // a client that left can't be told
	}
}
