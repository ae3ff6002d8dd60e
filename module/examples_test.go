// SPDX-License-Identifier: Apache-2.0

package module

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	// What all-options.caddyfile names.
	_ "github.com/caddyserver/caddy/v2/modules/caddyhttp/caddyauth"

	_ "github.com/passgate/passgate/module/review/page"
	"github.com/passgate/passgate/module/sandbox"
)

// example says how to drive one file of caddyfile-examples.
type example struct {
	tls              bool   // on both sides
	site, upstream   string // regular expressions for what the test replaces
	cluster          func(t *testing.T) http.Handler
	refused, granted exchange
}

// exchange is one change and its outcome.
type exchange struct {
	method, path, user, password, body string
	header                             []string
	status                             int
}

func exampleElasticsearch(t *testing.T) http.Handler {
	es, _ := elastic(t)
	return es
}

func exampleOpenSearch(*testing.T) http.Handler {
	os := sandbox.NewOpenSearch(sandbox.Options{AdminPassword: boss})
	os.AddUser("bob", oldPassword)
	return os
}

func exampleCSS(*testing.T) http.Handler {
	css := sandbox.NewHuaweiCSS(sandbox.Options{})
	css.AddAccessKey("AK", "SK")
	return css
}

func elasticExample(status int) (refused, granted exchange) {
	refused = exchange{"PUT", bobPath, "boss", boss, `{"password":"weakling"}`, nil, status}
	granted = exchange{"PUT", bobPath, "boss", boss, `{"password":"Tangerine-Orbit-walks-7"}`, nil, 200}
	return refused, granted
}

func examples() map[string]example {
	elasticBad, elasticGood := elasticExample(400)
	monitored, _ := elasticExample(200)
	css := "/v1.0/" + sandbox.CSSProject + "/clusters/" + sandbox.CSSCluster + "/password/reset"
	return map[string]example{
		"minimal.caddyfile":     {false, `:9200`, `127\.0\.0\.1:9201`, exampleElasticsearch, elasticBad, elasticGood},
		"monitor.caddyfile":     {false, `:9200`, `127\.0\.0\.1:9201`, exampleElasticsearch, monitored, elasticGood},
		"all-options.caddyfile": {false, `:9200`, `127\.0\.0\.1:9201`, exampleElasticsearch, elasticBad, elasticGood},
		"elasticsearch.caddyfile": {true, `es\.example\.com:9200`, `https://es-1:9200 https://es-2:9200 https://es-3:9200`,
			exampleElasticsearch, elasticBad, elasticGood},
		"opensearch.caddyfile": {true, `os\.example\.com:9200`, `https://os-1:9200`, exampleOpenSearch,
			exchange{"PUT", api + "/internalusers/bob", "admin", boss, `{"password":"weakling"}`, nil, 400},
			exchange{"PUT", api + "/internalusers/bob", "admin", boss, `{"password":"` + strongPassword + `"}`, nil, 200}},
		"huawei-css.caddyfile": {true, `css\.eu-west-101\.myhuaweicloud\.com:443`, `https://203\.0\.113\.10:443`, exampleCSS,
			exchange{"POST", css, "", "", `{"newpassword":"weakling"}`, []string{"Host"}, 400},
			exchange{"POST", css, "", "", `{"newpassword":"Tangerine-Orbit-7"}`, []string{"Host"}, 200}},
	}
}

// Every example loads as it is written, with the test's own addresses, paths and
// certificates in it, refuses a weak password and lets a good one through.
func TestExamples(t *testing.T) {
	const dir = "../caddyfile-examples"
	files, err := filepath.Glob(dir + "/*.caddyfile")
	if err != nil || len(files) != len(examples()) {
		t.Fatalf("%d files, %d known examples: %v", len(files), len(examples()), err)
	}
	index, err := os.ReadFile(dir + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(caddyfile.Format(data)) != string(data) {
				t.Error("not as caddy fmt writes it")
			}
			if name != "minimal.caddyfile" && !strings.Contains(string(data), "request>headers delete") {
				t.Error("its log keeps request headers")
			}
			if !strings.Contains(string(index), "("+name+")") {
				t.Error("not in the folder's README")
			}
			examples()[name].drive(t, string(data))
		})
	}
}

func (e example) drive(t *testing.T, text string) {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	certs := t.TempDir()
	pool := certificates(t, certs)
	upstream, scheme := e.serve(t, certs)
	global := "{\n\tadmin off\n\tauto_https disable_redirects\n\tpersist_config off\n"
	if strings.Contains(text, "\n{\n") {
		text = strings.Replace(text, "\n{\n", "\n"+global, 1)
	} else {
		text = global + "}\n" + text
	}
	text = regexp.MustCompile(e.upstream).ReplaceAllString(text, upstream)
	text = regexp.MustCompile(`(?m)^`+e.site+` \{`).ReplaceAllString(text, "SITE {")
	text = strings.NewReplacer("\n:9280 {", "\nhttp://"+freeAddr(t)+" {", "/etc/passgate", certs, "/var/log/passgate", "AUDIT",
		"tls_server_name css.eu-west-101.myhuaweicloud.com", "tls_server_name localhost").Replace(text)
	text = strings.Replace(text, "SITE {", scheme+"://SITEADDR {", 1)
	r := startAt(t, text)
	for _, x := range []exchange{e.refused, e.granted} {
		if status, body := e.send(t, r, pool, x); status != x.status {
			t.Errorf("%s %s %s: status %d, want %d: %s", x.method, x.path, x.body, status, x.status, body)
		}
	}
}

func (e example) serve(t *testing.T, certs string) (address, scheme string) {
	t.Helper()
	if !e.tls {
		return serve(t, e.cluster(t)), "http"
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: e.cluster(t)}
	go func() { _ = server.ServeTLS(l, certs+"/site.crt", certs+"/site.key") }()
	t.Cleanup(func() { _ = server.Close() })
	return "https://localhost:" + strings.TrimPrefix(l.Addr().String(), "127.0.0.1:"), "https"
}

func (e example) send(t *testing.T, r *rig, pool *x509.CertPool, x exchange) (int, string) {
	t.Helper()
	scheme := "http"
	if e.tls {
		scheme = "https"
	}
	req, err := http.NewRequest(x.method, scheme+"://"+r.addr+x.path, strings.NewReader(x.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if x.user != "" {
		req.SetBasicAuth(x.user, x.password)
	} else {
		sandbox.Sign(req, []byte(x.body), "AK", "SK", time.Now(), x.header...)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool}}, Timeout: 20 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(body)
}

// certificates writes a self-signed certificate for loopback under the names the
// examples use for it, and returns a pool that trusts it.
func certificates(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	crt := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, data := range map[string][]byte{
		"site.crt": crt, "es-ca.crt": crt, "os-ca.crt": crt, "css-ca.crt": crt,
		"site.key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(crt)
	return pool
}
