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
		journal: journal{forgetful: o.Forgetful},
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

// esCall is one request on its way through the cluster.
type esCall struct {
	call
	media mediaType
	actor esActor
}

func (es *Elasticsearch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	seen, whole := es.take(r)
	if !whole {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	c := &esCall{call: newCall(seen)}
	answer, err := es.handle(c)
	if err != nil {
		answer = es.failure(err)
	}
	if es.release.atLeast(7, 14) {
		w.Header().Set("X-elastic-product", "Elasticsearch")
	}
	c.send(w, answer, es.answerType(c))
}

// handle runs the cluster's checks in the order of its generation: up to 7 the
// body's type is looked at before the caller, from 8 on the other way round.
func (es *Elasticsearch) handle(c *esCall) (reply, error) {
	var query string
	c.path, query = cutTarget(c.target, es.release.atLeast(8, 0))
	params, err := decodeQuery(query)
	if err != nil {
		return reply{}, badParameter(err)
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
	var err error
	c.body, err = decodeBody(c.body, encoding, inflaters)
	return err
}

// route finds the handler, or says what is answered in its place.
func (es *Elasticsearch) route(c *esCall) (*esRoute, reply, error) {
	if err := es.readMediaType(c); err != nil {
		return nil, reply{}, err
	}
	node, params := es.routes.find(c.path)
	if node == nil {
		return nil, noHandler(&c.call), nil
	}
	for _, p := range params {
		v, err := decodeComponent(p.value, !es.release.atLeast(7, 0))
		if err != nil {
			return nil, reply{}, err
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
		return nil, noHandler(&c.call), nil
	}
	if slices.Contains(knownMethods, c.method) {
		return nil, wrongMethod(&c.call, node.allowed()), nil
	}
	if !es.release.atLeast(7, 0) {
		return nil, reply{}, illegalArgument("Unexpected http method: %s", c.method)
	}
	status := http.StatusMethodNotAllowed
	return nil, reply{status: status, body: []byte(obj("error", "Unexpected HTTP method "+c.method, "status", status))}, nil
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
	if err == nil && route.instead != "" {
		answer.header = http.Header{"Warning": {`299 Elasticsearch-` + es.version + `-` + buildHash +
			` "[` + c.method + " " + route.path + `] is deprecated! Use [` + c.method + " " + route.instead + `] instead."`}}
	}
	return answer, err
}
