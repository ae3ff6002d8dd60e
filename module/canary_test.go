// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/sandbox"
)

// canarySite logs all that Caddy can log, as the examples have it: debug level, the
// site's accesses and events, without headers. A second log has no filter, which
// is what somebody has who took no care: it must hold nothing of changes either.
const canarySite = `{
	admin off
	auto_https off
	persist_config off
	debug
	metrics
	log {
		output file LOG
		format filter {
			request>headers delete
			request>uri regexp "\?.*" ""
		}
	}
	log careless {
		output file CARELESS
		level INFO
	}
	password_policy {
		audit AUDIT
		history HISTORY
		POLICY
	}
}
SITE {
	log
	password_policy DIALECT {
		OPTIONS
	}
	reverse_proxy UPSTREAM {
		transport password_policy
	}
}
http://OTHER {
	handle /metrics {
		metrics
	}
	handle {
		password_health
	}
}
`

// canary is a gateway in front of a cluster, and everything that it says.
type canary struct {
	*rig
	root, other string          // of all files but the trail, and the site of the metrics
	answers     strings.Builder // our own, with their headers
}

func startCanary(t *testing.T, dialect, options, policy, upstream string) *canary {
	t.Helper()
	c := &canary{root: t.TempDir(), other: freeAddr(t)}
	t.Setenv("XDG_DATA_HOME", filepath.Join(c.root, "data"))
	site := strings.NewReplacer(
		"LOG", filepath.Join(c.root, "caddy.log"), "CARELESS", filepath.Join(c.root, "careless.log"),
		"HISTORY", filepath.Join(c.root, "history.db"), "OTHER", c.other,
		"DIALECT", dialect, "OPTIONS", options, "POLICY", policy,
	).Replace(canarySite)
	c.rig = start(t, site, upstream)
	return c
}

// try sends a change and keeps the answer, if it is the gateway's own.
func (c *canary) try(line, body string) {
	c.t.Helper()
	method, path, _ := strings.Cut(line, " ")
	res := c.change(method, path, "bob", "cAnArY-current-1", body, "X-Auth-Token", "cAnArY-token-4", "X-Opaque-Id", "mine")
	if res.header.Get("X-Passgate-Record") != "" {
		res.header.Del("Content-Length") // of the answer
		res.header.Del("Date")
		fmt.Fprintln(&c.answers, res.header, res.body)
	}
}

// said is all that is known outside the gateway, by place: each of its files,
// its metrics, its health, its answers.
func (c *canary) said() map[string]string {
	c.t.Helper()
	said := map[string]string{"the answers": c.answers.String()}
	for _, dir := range []string{c.root, filepath.Dir(c.dir)} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(path)
			said[path] = string(text)
			return err
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	for _, path := range []string{"/metrics", "/healthz"} {
		said[path] = (&rig{t: c.t, addr: c.other}).change("GET", path, "", "", "").body
	}
	for place, want := range map[string]string{
		filepath.Join(c.root, "caddy.log"): "password_policy", filepath.Join(c.root, "careless.log"): "password_policy",
		"/metrics": "passgate_records_total", "/healthz": "recording",
	} {
		if !strings.Contains(said[place], want) {
			c.t.Fatalf("nothing of %s in %s: it shows nothing", want, place)
		}
	}
	return said
}

// No secret, and nothing that tells one, leaves the gateway by any way but to
// the cluster: marked secrets are sent in every form that is accepted, refused
// or not understood, and then looked for in every file, log, metric and answer.
func TestNoSecretLeaves(t *testing.T) {
	secrets := []string{"cAnArY-current-1", "cAnArY-wanted-22-x", "$2a$10$cAnArY", "cAnArY-token-4"}
	bodies := []string{
		`{"password":"cAnArY-wanted-22-x"}`, `{"password":"cAnArY-wanted-22-x","password_hash":"$2a$10$cAnArY"}`,
		`{"password_hash":"$2a$10$cAnArY"}`, `{"hash":"$2a$10$cAnArY"}`, `{"newpassword":"cAnArY-wanted-22-x"}`,
		`{"password":"cAnArY-wanted-22-x"`, `password: cAnArY-wanted-22-x`, `{"cAnArY-wanted-22-x":1}`,
		`{"current_password":"cAnArY-current-1","password":"cAnArY-wanted-22-x"}`,
		`[{"op":"add","path":"/password","value":"cAnArY-wanted-22-x"}]`, `[{"op":"add","path":"/cAnArY-wanted-22-x","value":1}]`,
		"{\"password\":\"cAnArY-wanted-22-x\xff\"}",
	}
	for name, lines := range canaryPaths {
		for _, options := range []string{"mode enforce", "mode monitor", "identify off"} {
			t.Run(name+" "+options, func(t *testing.T) {
				c := startCanary(t, name, options, "", canaryCluster(t, name))
				for _, line := range lines {
					for _, body := range bodies {
						c.try(line, body)
					}
				}
				if len(c.records()) == 0 {
					t.Fatal("no records")
				}
				credentials := base64.StdEncoding.EncodeToString([]byte("bob:cAnArY-current-1"))
				for place, text := range c.said() {
					for _, secret := range append(secrets, credentials) {
						if i := strings.Index(text, secret); i >= 0 {
							t.Errorf("%s in %s: …%s…", secret, place, text[max(0, i-200):min(len(text), i+60)])
						}
					}
				}
				for _, length := range []string{"Content-Length", "bytes_read", "body_bytes"} {
					if strings.Contains(c.trail(), length) {
						t.Errorf("%s on the trail tells how long a password is", length)
					}
				}
			})
		}
	}
}

// canaryPaths are routes of every kind: known, unknown, misspelt.
var canaryPaths = map[string][]string{
	"elasticsearch": {"PUT " + ownPath, "PUT " + bobPath, "POST " + userPath + "?password=cAnArY-wanted-22-x", "PUT //_security/user/bob/_password", "POST /_security/unheard_of"},
	"opensearch":    {"PUT " + api + "/account", "PUT " + api + "/internalusers/bob", "PATCH " + api + "/internalusers/bob", "PATCH " + api + "/internalusers?name=cAnArY-wanted-22-x"},
	"huawei_css":    {"POST /v1.0/p/clusters/c/password/reset", "POST /v1.0/p/clusters/c/mode/change", "POST /v2.0/p/clusters"},
}

func canaryCluster(t *testing.T, name string) string {
	var cluster http.Handler
	switch name {
	case "elasticsearch":
		es := sandbox.NewElasticsearch(sandbox.Options{Version: "8.19.21"}) // echoes bodies it can't parse
		es.AddUser("bob", "cAnArY-current-1", "superuser")
		cluster = es
	case "opensearch":
		os := sandbox.NewOpenSearch(sandbox.Options{})
		os.AddUser("bob", "cAnArY-current-1", "all_access")
		cluster = os
	default:
		cluster = sandbox.NewHuaweiCSS(sandbox.Options{})
	}
	return serve(t, cluster)
}
