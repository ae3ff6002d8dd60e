// SPDX-License-Identifier: Apache-2.0

package module

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkAdded measures, side by side in one process, what the gateway adds to
// plain Caddy: for a request that is no change, and for a change of a password
// with all that belongs to it (whoami, policy, two durable records). Compare the
// lines with each other; absolute figures say more about the machine.
func BenchmarkAdded(b *testing.B) {
	upstream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, `{"username":"bob","roles":[]}`)
			return
		}
		_, _ = io.WriteString(w, "{}")
	})
	for _, site := range []struct{ name, directive string }{
		{"plain", ""},
		{"guarded", "password_policy elasticsearch"},
		{"guarded twice", "password_policy elasticsearch"},
	} {
		transport := ""
		if site.name == "guarded twice" {
			transport = "transport password_policy"
		}
		config := globals + "SITE {\n\t" + site.directive + "\n\treverse_proxy UPSTREAM {\n\t\t" + transport + "\n\t}\n}\n"
		for _, request := range []struct{ name, method, path, body string }{
			{"search", "POST", "/index/_search", `{"query":{"match_all":{}}}`},
			{"change", "PUT", ownPath, `{"password":"` + goodPassword + `"}`},
		} {
			b.Run(request.name+"/"+site.name, func(b *testing.B) {
				r := start(b, config, serve(b, upstream))
				client := &http.Client{}
				for b.Loop() {
					req, err := http.NewRequest(request.method, "http://"+r.addr+request.path, strings.NewReader(request.body))
					if err != nil {
						b.Fatal(err)
					}
					req.Header.Set("Content-Type", "application/json")
					req.SetBasicAuth("bob", oldPassword)
					res, err := client.Do(req)
					if err != nil {
						b.Fatal(err)
					}
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
					if res.StatusCode != http.StatusOK {
						b.Fatalf("status %d", res.StatusCode)
					}
				}
				client.CloseIdleConnections()
			})
		}
	}
}
