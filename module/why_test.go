// SPDX-License-Identifier: Apache-2.0

package module

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A cluster that can't be asked is a mistake in the configuration more often than
// not, and Caddy's log says which, with nothing of what was answered.
func TestWhyNobodyAnswered(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "answer-canary") })
	plain, secure := httptest.NewServer(page), httptest.NewTLSServer(page)
	secure.Config.ErrorLog = nil
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	plainAddr, secureAddr := plain.Listener.Addr().String(), secure.Listener.Addr().String()
	f := newFickle(t)
	f.tell("answer-canary\r\n")
	for _, c := range []struct{ name, proxy, want string }{
		{"nobody there", "reverse_proxy " + freeAddr(t), "can't be reached: dial tcp"},
		{"no such host", "reverse_proxy no-such-host.invalid:9200", "can't be reached: "},
		{"HTTPS to HTTP", "reverse_proxy https://" + plainAddr, "doesn't speak TLS"},
		{"HTTP to HTTPS", "reverse_proxy " + secureAddr, "has status 400"},
		{"an unknown authority", "reverse_proxy https://" + secureAddr, "certificate is not accepted"},
		{"another application", "reverse_proxy " + plainAddr, "is elasticsearch the right dialect"},
		{"no HTTP", "reverse_proxy " + f.addr, "could not be read as HTTP"},
		{"no proxy", "vars x y", "put a proxy to the cluster there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			logFile := filepath.Join(t.TempDir(), "log")
			config := strings.Replace(plainSite, "output discard", "output file "+logFile, 1)
			r := start(t, strings.Replace(config, "reverse_proxy UPSTREAM", c.proxy, 1), "")
			if res := r.change("PUT", bobPath, "boss", "boss-secret", `{"password":"`+goodPassword+`"}`); res.status != http.StatusServiceUnavailable {
				t.Fatalf("status %d: %s", res.status, res.body)
			}
			log, err := os.ReadFile(logFile)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(log), c.want) {
				t.Errorf("expected %q in\n%s", c.want, log)
			}
			if strings.Contains(string(log), "answer-canary") {
				t.Errorf("the answer is in\n%s", log)
			}
		})
	}
}
