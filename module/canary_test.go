// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/sandbox"
)

// canarySite logs all that Caddy can log: debug level, and the site's accesses.
const canarySite = `{
	admin off
	auto_https off
	persist_config off
	debug
	log {
		output file LOG
		format filter {
			request>headers delete
			request>uri regexp "\?.*" ""
		}
	}
	password_policy {
		audit AUDIT
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
`

// No secret, and nothing that tells one, leaves the gateway by any way but to
// the cluster: marked secrets are sent in every form that is accepted, refused
// or not understood, and then looked for in the trail, in Caddy's own log and in
// every answer.
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
	paths := map[string][]string{
		"elasticsearch": {"PUT " + ownPath, "PUT " + bobPath, "POST " + userPath + "?password=cAnArY-wanted-22-x", "PUT //_security/user/bob/_password", "POST /_security/unheard_of"},
		"opensearch":    {"PUT " + api + "/account", "PUT " + api + "/internalusers/bob", "PATCH " + api + "/internalusers/bob", "PATCH " + api + "/internalusers?name=cAnArY-wanted-22-x"},
		"huawei_css":    {"POST /v1.0/p/clusters/c/password/reset", "POST /v1.0/p/clusters/c/mode/change", "POST /v2.0/p/clusters"},
	}
	for name, lines := range paths {
		for _, options := range []string{"mode enforce", "mode monitor", "identify off"} {
			t.Run(name+" "+options, func(t *testing.T) {
				logFile := filepath.Join(t.TempDir(), "caddy.log")
				site := strings.NewReplacer("LOG", logFile, "DIALECT", name, "OPTIONS", options).Replace(canarySite)
				r := start(t, site, canaryCluster(t, name))
				var answers strings.Builder
				for _, line := range lines {
					method, path, _ := strings.Cut(line, " ")
					for _, body := range bodies {
						res := r.change(method, path, "bob", "cAnArY-current-1", body,
							"X-Auth-Token", "cAnArY-token-4", "X-Opaque-Id", "mine")
						if res.header.Get("X-Passgate-Record") != "" {
							answers.WriteString(res.body)
						}
					}
				}
				log, err := os.ReadFile(logFile)
				if err != nil || len(log) == 0 || len(r.records()) == 0 {
					t.Fatalf("log of %d bytes, %d records: %v", len(log), len(r.records()), err)
				}
				credentials := base64.StdEncoding.EncodeToString([]byte("bob:cAnArY-current-1"))
				for place, text := range map[string]string{"trail": r.trail(), "log": string(log), "answers": answers.String()} {
					for _, secret := range append(secrets, credentials) {
						if i := strings.Index(text, secret); i >= 0 {
							t.Errorf("%s in the %s: …%s…", secret, place, text[max(0, i-200):min(len(text), i+60)])
						}
					}
				}
				for _, length := range []string{"Content-Length", "bytes_read", "body_bytes"} {
					if strings.Contains(r.trail(), length) {
						t.Errorf("%s on the trail tells how long a password is", length)
					}
				}
			})
		}
	}
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
