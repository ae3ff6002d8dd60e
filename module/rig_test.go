// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	"github.com/passgate/passgate/module/sandbox"
)

// The passwords of the tests. "good" ones pass the preset nist-800-63b-4.
const (
	oldPassword  = "the old one, still fine 1"
	goodPassword = "tangerine orbit walks 7"
	weakPassword = "short"
	boss         = "the administrator is 1 here"
)

// rig is a running gateway in front of something, and its trail.
type rig struct {
	t    testing.TB
	addr string // of the site
	dir  string // of the trail
}

// caddyLock serialises the tests that load a configuration: Caddy has one.
var caddyLock sync.Mutex

// start loads a Caddyfile in which SITE, AUDIT and UPSTREAM are filled in, and
// stops it when the test ends. Options and site blocks are the test's own.
func start(t testing.TB, caddyfile, upstream string) *rig {
	t.Helper()
	return startAt(t, strings.NewReplacer("SITEADDR", "SITEADDR", "SITE", "http://SITEADDR", "UPSTREAM", upstream).Replace(caddyfile))
}

// startAt is start for a text that holds the site's scheme and the upstream.
func startAt(t testing.TB, caddyfile string) *rig {
	t.Helper()
	caddyLock.Lock()
	r := &rig{t: t, dir: filepath.Join(t.TempDir(), "audit")}
	text, err := r.load(caddyfile)
	for tries := 0; err != nil && strings.Contains(err.Error(), "address already in use") && tries < 5; tries++ {
		text, err = r.load(caddyfile) // somebody took the port that was free a moment ago
	}
	if err != nil {
		caddyLock.Unlock()
		t.Fatalf("loading the configuration: %v\n%s", err, text)
	}
	t.Cleanup(func() {
		defer caddyLock.Unlock()
		if err := caddy.Stop(); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	return r
}

// load loads a configuration with the site on a port that is free.
func (r *rig) load(caddyfile string) (text string, err error) {
	r.addr = freeAddr(r.t)
	text = strings.NewReplacer("SITEADDR", r.addr, "AUDIT", r.dir).Replace(caddyfile)
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": "Caddyfile"})
	if err != nil {
		return text, err
	}
	return text, caddy.Load(config, true)
}

// quietly begins the global options of a configuration that leaves everything
// outside its test alone.
const quietly = `{
	admin off
	auto_https off
	persist_config off
	grace_period 1s
	log {
		level ERROR
		output discard
	}
`

const globals = quietly + `	password_policy {
		audit AUDIT
	}
}
`

// plainSite is the smallest guarded site.
const plainSite = globals + `SITE {
	password_policy elasticsearch {
		cluster es
	}
	reverse_proxy UPSTREAM
}
`

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// elastic starts an embedded Elasticsearch with bob and a superuser.
func elastic(t *testing.T) (*sandbox.Elasticsearch, string) {
	t.Helper()
	es := sandbox.NewElasticsearch(sandbox.Options{})
	es.AddUser("bob", oldPassword)
	es.AddUser("boss", boss, "superuser")
	return es, serve(t, es)
}

func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	server, err := sandbox.Listen(h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return strings.TrimPrefix(server.URL(), "http://")
}

// response is an answer, read whole.
type response struct {
	status int
	header http.Header
	body   string
}

// change sends a JSON body with Basic credentials.
func (r *rig) change(method, path, user, password, body string, headers ...string) response {
	r.t.Helper()
	req, err := http.NewRequest(method, "http://"+r.addr+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return r.do(req)
}

func (r *rig) do(req *http.Request) response {
	r.t.Helper()
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response{res.StatusCode, res.Header, string(body)}
}

// raw sends bytes as they are and returns the first answer.
func (r *rig) raw(request string) response {
	r.t.Helper()
	conn, err := net.DialTimeout("tcp", r.addr, 5*time.Second)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		r.t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	for {
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			return response{body: err.Error()}
		}
		if res.StatusCode >= 100 && res.StatusCode < 200 && res.StatusCode != http.StatusSwitchingProtocols {
			continue // the answer is still to come
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return response{res.StatusCode, res.Header, string(body)}
	}
}

// record is what the tests look at of a line on the trail.
type record struct {
	User struct {
		Name   string
		Target struct{ Name any }
	}
	Rule    struct{ ID []string }
	Gateway struct {
		Change, Stage, Verdict, Cause, Outcome, Operation, Dialect, Cluster, Mode, Reason, Secret string
		Enforced, Self                                                                            bool
		Actor                                                                                     struct {
			Verified          bool
			Scheme, ID, Realm string
			Initiator         string
		}
		Policy   struct{ Name string }
		Upstream struct {
			Status int `json:"status_code"`
			Node   string
		}
	}
}

// target is the one target of a record.
func (r record) target() string {
	name, _ := r.User.Target.Name.(string)
	return name
}

// records reads the changes on the trail; the trail's own notices are left out.
func (r *rig) records() []record {
	r.t.Helper()
	var all []record
	for _, line := range strings.Split(strings.TrimSpace(r.trail()), "\n") {
		var rec record
		if err := json.Unmarshal([]byte(line), &rec); err == nil && rec.Gateway.Change != "" {
			all = append(all, rec)
		}
	}
	return all
}

// trail is every byte of the trail.
func (r *rig) trail() string {
	r.t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(r.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jsonl" {
			return err
		}
		data, err := os.ReadFile(path)
		b.Write(data)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return b.String()
}

// story is the records as "stage verdict/cause outcome", for comparing at a glance.
func (r *rig) story() string {
	r.t.Helper()
	return r.storyFrom(0)
}

// storyFrom leaves the first records out.
func (r *rig) storyFrom(first int) string {
	r.t.Helper()
	var parts []string
	for _, rec := range r.records()[first:] {
		g := rec.Gateway
		part := g.Stage + " " + g.Verdict
		if g.Cause != "" {
			part += "/" + g.Cause
		}
		if g.Outcome != "" {
			part += " " + g.Outcome
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func (r *rig) wantStory(want string) {
	r.t.Helper()
	if got := r.story(); got != want {
		r.t.Errorf("the trail tells %q, want %q", got, want)
	}
}
