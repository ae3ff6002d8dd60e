// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/module/sandbox"
)

// W stands for a proxy to the cluster with the transport that looks twice, S for
// one with the standard transport.
func proxyTo(site string) string {
	return strings.NewReplacer(
		"W{", "reverse_proxy UPSTREAM {\n transport password_policy\n",
		"S{", "reverse_proxy UPSTREAM {\n",
		"W;", "reverse_proxy UPSTREAM {\n transport password_policy\n}",
		"S;", "reverse_proxy UPSTREAM",
		"A;", "reverse_proxy ALIAS",
	).Replace(site)
}

// Everything a Caddyfile can put before, behind, around or in place of the guard
// and the proxy. Whatever it is, a weak password never logs in, and a good one is
// judged once and sent at most once, or denied; if it arrives, the trail says so,
// for the right user.
func TestHardeningOrders(t *testing.T) {
	const (
		works  = "decision allow; outcome allow applied"
		denied = "decision allow; outcome allow denied"
	)
	var arrangements []*arrangement
	for _, c := range []arrangement{
		// In front of the guard a configuration may do what it likes: the guard sees
		// the result.
		{name: "rewrite to a change", site: "rewrite /alias " + bobPath + "\nG\nS;", request: "PUT /alias", story: works},
		{name: "rewrite away from a change", site: "rewrite " + bobPath + " /nowhere\nG\nS;", story: "", weak: ""},
		{name: "uri replace", site: "uri replace /alias /_password\nG\nS;", request: "PUT /_security/user/bob/alias", story: works},
		{name: "uri path_regexp", site: "uri path_regexp ^/u/(.*)$ /_security/user/$1/_password\nG\nS;", request: "PUT /u/bob", story: works},
		{name: "uri strip_prefix", site: "uri strip_prefix /es\nG\nS;", request: "PUT /es" + bobPath, story: works},
		{name: "uri strip_suffix", site: "uri strip_suffix .json\nG\nS;", request: "PUT " + bobPath + ".json", story: works},
		{name: "method", site: "method PUT\nG\nS;", request: "DELETE " + bobPath, story: works},
		{name: "request_header type", site: "request_header Content-Type application/json\nG\nS;", request: "PUT " + bobPath + "|Content-Type: text/plain", story: works},
		{name: "request_body too small", site: "request_body {\n max_size 10\n}\nG\nS;", story: "", weak: ""},
		{name: "placeholder reads the body", site: "vars seen {http.request.body}\nG\nS;", story: works},
		{name: "map", site: "map {path} {up} {\n default UPSTREAM\n}\nG\nreverse_proxy {up}", story: works},
		{name: "forward_auth in front", site: "forward_auth UPSTREAM {\n uri /_security/_authenticate\n}\nG\nS;", story: works},
		{name: "encode around", site: "encode gzip\nG\nS;", request: "PUT " + bobPath + "|Accept-Encoding: gzip", story: works},
		{name: "intercept around", site: "intercept {\n @ok status 2xx\n handle_response @ok {\n  header X-Seen yes\n }\n}\nG\nS;", story: works},
		{name: "import of a snippet", site: "import guarded", story: works},

		// Behind it only the transport can tell.
		{name: "rewrite in a handle", site: "G\nhandle /alias {\n rewrite * " + bobPath + "\n W;\n}", request: "PUT /alias",
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "rewrite to another user", site: "N\nhandle {\n rewrite * /_security/user/boss/_password\n W;\n}", story: denied},
		{name: "uri strip_suffix in a handle", site: "G\nhandle {\n uri strip_suffix .json\n W;\n}", request: "PUT " + bobPath + ".json",
			story: "decision unjudged; decision deny/forbidden denied; outcome unjudged unknown", weak: "-"},
		{name: "handle_path", site: "G\nhandle_path /es/* {\n W;\n}", request: "PUT /es" + bobPath, story: works},
		{name: "handle_path into a change", site: "G\nhandle_path /_security/role/* {\n W;\n}", request: "PUT /_security/role" + bobPath, story: works},
		{name: "handle_path that cuts a word", site: "G\nhandle_path /es* {\n W;\n}", request: "PUT /es" + strings.TrimPrefix(bobPath, "/"),
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "prefix that ends in a change", site: "G\nhandle_path /x/* {\n rewrite * /_security/user{path}\n W;\n}", request: "PUT /x/bob/_password",
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "method in a handle", site: "G\nhandle {\n method PUT\n W;\n}", request: "DELETE " + bobPath,
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "proxy's own method", site: "G\nW{\n method PUT\n}", request: "DELETE " + bobPath,
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "proxy's own rewrite", site: "N\nW{\n rewrite /_security/user/boss/_password\n}", story: denied},
		{name: "type changed in a handle", site: "G\nhandle {\n request_header Content-Type application/yaml\n W;\n}", story: denied},
		{name: "type added by the proxy", site: "G\nW{\n header_up +Content-Type application/yaml\n}", story: denied},
		{name: "encoding added by the proxy", site: "G\nW{\n header_up Content-Encoding deflate\n}", story: denied},
		{name: "body replaced behind", site: "N\nhandle {\n request_body {\n  set `{\"password\":\"" + forbidden + "\"}`\n }\n W;\n}", story: denied},
		{name: "body replaced by one as long", site: "N\nhandle {\n request_body {\n  set `{\"password\":\"" + forbidden + strings.Repeat("x", len(goodPassword)-len(forbidden)) + "\"}`\n }\n W;\n}", story: denied},
		// Who may read is not who changes: the cluster would name the wrong one.
		{name: "other credentials for reading", site: "G\n@reads method GET\nhandle @reads {\n request_header Authorization \"" + basic("bob", oldPassword) + "\"\n W;\n}\nhandle {\n W;\n}", story: denied},
		{name: "other credentials for reading, from the proxy", site: "G\n@reads method GET\nhandle @reads {\n W{\n header_up Authorization \"" + basic("bob", oldPassword) + "\"\n}\n}\nhandle {\n W;\n}", request: "PUT " + ownPath, story: denied},
		{name: "acting as another for reading", site: "G\n@reads method GET\nhandle @reads {\n request_header Es-Security-Runas-User bob\n W;\n}\nhandle {\n W;\n}", story: denied},
		{name: "another name for reading, in a header of the site's own", site: "G\n@reads method GET\nhandle @reads {\n request_header X-Proxy-User bob\n W;\n}\nhandle {\n request_header X-Proxy-User boss\n W;\n}", story: denied},
		{name: "a name for reading only", site: "G\n@reads method GET\nhandle @reads {\n request_header X-Jwt bob\n W;\n}\nhandle {\n W;\n}", story: denied},
		{name: "the request's own number", site: "G\nW{\n header_up X-Unique-Id {http.request.uuid}\n header_up X-Opaque-Id {time.now.unix_ms}\n header_up X-Original-URI {uri}\n header_up X-Forwarded-Method {method}\n}", story: works},
		{name: "one name for all", site: "G\nW{\n header_up X-Proxy-User boss\n}", story: works},
		{name: "the time of each request", site: "G\nW{\n header_up X-Request-Start {time.now.unix_ms}\n header_up X-Request-ID {http.request.uuid}\n header_up X-Node {http.reverse_proxy.upstream.hostport}\n}", story: works},
		{name: "the proxy's own credentials", site: "G\nW{\n header_up Authorization \"" + basic("boss", boss) + "\"\n}", request: "PUT " + bobPath + "|Authorization: " + basic("bob", oldPassword), story: works},
		{name: "query added behind", site: "N\nhandle {\n uri query username boss\n W;\n}", request: "PUT " + ownPath, story: denied},

		// The guard behind the proxy, beside it, or not on the way at all.
		{name: "route, guard last", site: "route {\n W;\n G\n}", story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "guard in another handle", site: "handle /kibana/* {\n G\n W;\n}\nhandle {\n W;\n}",
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "guard in the same handle", site: "handle /_security/* {\n G\n W;\n}\nhandle {\n W;\n}", story: works},
		{name: "guard in a handle, path spelled another way", site: "handle /_security/* {\n G\n W;\n}\nhandle {\n W;\n}", request: "PUT /x/.." + bobPath,
			story: "decision deny/unreadable denied", weak: "decision deny/unreadable denied"},
		{name: "guard behind a matcher", site: "@w header X-Judge yes\nhandle @w {\n G\n W;\n}\nhandle {\n W;\n}",
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "named route", site: "G\ninvoke cluster", story: works},
		{name: "wrong dialect", site: "password_policy opensearch {\n cluster c\n}\nW;",
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},

		// Errors: Caddy runs error routes with the first request, method and target
		// restored (caddyhttp, server.go), whoever has failed.
		{name: "error in front, proxy in handle_errors", site: "route {\n error 503\n}\nG\nS;\nhandle_errors {\n W;\n}", story: "decision deny/unavailable denied", weak: "decision deny/unavailable denied"},
		{name: "login in front fails, proxy in handle_errors", site: "basic_auth {\n boss $2a$04$jxlUMlbzwVqMzxlUSF5NJ.2bSdBBjFkeIw3xjOYyyvmVHhmMz7Vfy\n}\nG\nS;\nhandle_errors {\n W;\n}",
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "host is empty, proxy in handle_errors", site: "G\nS;\nhandle_errors {\n W;\n}", anyHost: true, request: "PUT " + bobPath + "|Host: ",
			story: "decision deny/forbidden denied", weak: "decision deny/forbidden denied"},
		{name: "error behind, proxy in handle_errors", site: "G\nhandle {\n error 500\n}\nhandle_errors {\n A;\n}",
			story: "decision deny/unavailable denied", weak: "decision deny/unavailable denied"},
		{name: "what was denied goes to a proxy by another name", site: "intercept {\n @no status 4xx\n handle_response @no {\n  A;\n }\n}\nG\nS;", story: works, weak: "decision deny/policy denied"},
		{name: "what was denied, in chunks", site: "intercept {\n @no status 4xx\n handle_response @no {\n  A;\n }\n}\nG\nS;",
			request: "PUT " + bobPath + "|Transfer-Encoding: chunked", story: works, weak: "decision deny/policy denied"},
		{name: "handle_errors with a proxy by another name", site: "G\nS;\nhandle_errors {\n A;\n}", story: works, weak: "decision deny/policy denied"},
		{name: "abort behind", site: "G\nhandle {\n abort\n}", story: "decision deny/unavailable denied", weak: "decision deny/unavailable denied"},
		{name: "redirection behind", site: "G\nhandle {\n redir https://elsewhere.test{uri}\n}", story: "decision deny/unavailable denied", weak: "decision deny/unavailable denied"},

		// Answers handled by the configuration.
		{name: "handle_response copies", site: "G\nW{\n handle_response {\n  copy_response\n }\n}", story: works},
		{name: "handle_response sends again", site: "G\nW{\n @ok status 2xx\n handle_response @ok {\n  W;\n }\n}", story: "decision allow; outcome allow unknown"},
		{name: "answer replaced", site: "G\nS{\n @ok status 2xx\n replace_status @ok 500\n}", story: "decision deny/unavailable denied", weak: "decision deny/unavailable denied"},
		{name: "forward_auth behind", site: "G\nhandle {\n forward_auth UPSTREAM {\n  uri /_security/_authenticate\n }\n W;\n}", story: works},
		{name: "request_buffers", site: "G\nW{\n request_buffers 4KiB\n}", story: works},
		{name: "request_buffers, too small", site: "G\nW{\n request_buffers 4\n}", story: works},
		{name: "response_buffers", site: "G\nW{\n response_buffers 4KiB\n}", story: works},

		// Two guards: both judge, the change goes out once.
		{name: "two guards", site: "G\nroute {\n G\n W;\n}", story: "decision allow; decision allow; outcome allow applied; outcome allow applied"},
		{name: "guard and shortcut", site: "G\nhandle {\n password_gateway elasticsearch UPSTREAM\n}",
			story: "decision allow; decision allow; outcome allow applied; outcome allow applied"},
		{name: "guards of two dialects", site: "route {\n G\n password_policy opensearch\n W;\n}", story: works},
	} {
		arrangements = append(arrangements, &c)
	}
	es, upstream := elastic(t)
	t.Setenv("PASSGATE_TEST_ALIAS", upstream) // an address that nobody knows while the configuration is loaded
	var sites strings.Builder
	addrs := freeAddrs(t, len(arrangements))
	for i, c := range arrangements {
		c.addr = addrs[i]
		host, port, _ := strings.Cut(c.addr, ":")
		if c.anyHost {
			host = ""
		}
		site := strings.NewReplacer("G\n", "password_policy elasticsearch {\n cluster es\n}\n",
			"N\n", "password_policy elasticsearch {\n cluster es\n identify off\n}\n").Replace(c.site + "\n")
		sites.WriteString("http://" + host + ":" + port + " {\n" + site + "}\n")
	}
	r := start(t, proxyTo(globals+"(guarded) {\npassword_policy elasticsearch\nW;\n}\n&(cluster) {\nW;\n}\n"+strings.ReplaceAll(sites.String(), "ALIAS", "{env.PASSGATE_TEST_ALIAS}")), upstream)
	for _, c := range arrangements {
		t.Run(c.name, func(t *testing.T) {
			c.try(t, &rig{t: t, addr: c.addr, dir: r.dir}, es)
		})
	}
}

// arrangement is a site, and what becomes of changes that are sent to it.
type arrangement struct {
	name, site string
	request    string // "METHOD path|Header: value"; default PUT bobPath
	story      string // of the good password
	weak       string // of the weak one; default deny/policy
	anyHost    bool   // the site has no host name
	addr       string
}

func (c *arrangement) try(t *testing.T, r *rig, es *sandbox.Elasticsearch) {
	for _, password := range []string{forbidden, goodPassword} {
		es.AddUser("bob", oldPassword)
		es.Forget()
		before := len(r.records())
		res := converse(t, r.addr, arranged(r, c.request, password))
		want := c.story
		if password == forbidden && (c.weak != "" || c.story == "") {
			want = c.weak
		} else if password == forbidden {
			want = "decision deny/policy denied"
		}
		if es.CheckPassword("bob", forbidden) || !es.CheckPassword("boss", boss) {
			t.Errorf("the forbidden password logs in, or somebody else's was changed: %d %s", res.status, res.body)
		}
		sent := 0
		for _, seen := range es.Seen() {
			if seen.Method == "PUT" && strings.HasSuffix(strings.TrimRight(seen.Target, "?"), "_password") {
				sent++
			}
		}
		if sent > 1 {
			t.Errorf("sent %d times", sent)
		}
		got := r.storyFrom(before)
		if got != want && want != "-" {
			t.Errorf("%s: the trail tells %q, want %q (%d %s)", password, got, want, res.status, res.body)
		}
		applied := es.CheckPassword("bob", goodPassword)
		if applied && !strings.Contains(got, "outcome allow applied") && !strings.Contains(got, "outcome allow unknown") ||
			!applied && strings.Contains(got, "applied") {
			t.Errorf("%s: logs in: %v, but the trail tells %q", password, applied, got)
		}
	}
}

// freeAddrs finds n different ones.
func freeAddrs(t *testing.T, n int) (addrs []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		addrs = append(addrs, l.Addr().String())
	}
	return addrs
}

// arranged is a change by boss in raw bytes: "METHOD path|Header: value".
func arranged(r *rig, request, password string) string {
	if request == "" {
		request = "PUT " + bobPath
	}
	line, extra, _ := strings.Cut(request, "|")
	name, _, _ := strings.Cut(extra, ":")
	body := `{"password":"` + password + `"}`
	var b strings.Builder
	b.WriteString(line + " HTTP/1.1\r\n")
	for _, header := range []string{"Host: " + r.addr, "Authorization: " + basic("boss", boss), "Content-Type: application/json", "Content-Length: " + strconv.Itoa(len(body))} {
		if n, _, _ := strings.Cut(header, ":"); extra == "" || !strings.EqualFold(n, name) {
			b.WriteString(header + "\r\n")
		}
	}
	if extra != "" {
		b.WriteString(extra + "\r\n")
	}
	if strings.HasSuffix(extra, "chunked") {
		return strings.Replace(b.String(), "Content-Length", "X-Length", 1) + "\r\n" + strconv.FormatInt(int64(len(body)), 16) + "\r\n" + body + "\r\n0\r\n\r\n"
	}
	return b.String() + "\r\n" + body
}

// What the guard has not read of a body must not be read by anybody else either:
// a proxy that handles the refusal would send the rest of a body that was too
// large, which may be a whole change, or all of one that is refused unread.
func TestHardeningRestOfABody(t *testing.T) {
	es, upstream := elastic(t)
	site := "intercept {\n @no status 4xx 5xx\n handle_response @no {\n  A;\n }\n}\nroute {\n forward_auth UPSTREAM {\n uri /_security/_authenticate\n }\n G\nS;\n}"
	site = strings.ReplaceAll(proxyTo(strings.ReplaceAll(site, "G\n", "password_policy elasticsearch\n")), "ALIAS", "{env.PASSGATE_TEST_ALIAS}")
	r := start(t, globals+"SITE {\n"+site+"\n}\n", upstream)
	change := `{"password":"` + forbidden + `"}`
	chunk := func(data string) string {
		return strconv.FormatInt(int64(len(data)), 16) + "\r\n" + data + "\r\n"
	}
	send := func(method, path, chunks string) response {
		return converse(t, r.addr, method+" "+path+" HTTP/1.1\r\nHost: "+r.addr+"\r\nAuthorization: "+basic("boss", boss)+
			"\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"+chunks+"0\r\n\r\n")
	}
	res := send("PUT", bobPath, chunk(strings.Repeat(" ", dialect.MaxBody(dialect.ChangePassword)+1))+chunk(change))
	if es.CheckPassword("bob", forbidden) {
		t.Errorf("the forbidden password logs in: %d %s", res.status, res.body)
	}
	r.wantStory("decision deny/unreadable denied")
	for _, request := range []string{"PUT /.security-7/_doc/user-bob", "POST /internal/security/users/bob"} {
		es.Forget()
		method, path, _ := strings.Cut(request, " ")
		send(method, path, chunk(change))
		for _, seen := range es.Seen() {
			if len(seen.Body) > 0 {
				t.Errorf("%s: the cluster saw %s %s with %q", request, seen.Method, seen.Target, seen.Body)
			}
		}
	}
	breakTrail(t, r.dir)
	es.Forget()
	send("POST", "/_security/tomorrow", chunk(change))
	for _, seen := range es.Seen() {
		if len(seen.Body) > 0 {
			t.Errorf("with no trail the cluster saw %s %s with %q", seen.Method, seen.Target, seen.Body)
		}
	}
}
