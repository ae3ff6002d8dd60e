// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"strings"
	"testing"
)

// However a client spells one of a site's names, the cluster has one name: by
// another, a password's history would be empty again.
func TestClusterHasOneName(t *testing.T) {
	_, upstream := elastic(t)
	_, port, _ := strings.Cut(freeAddr(t), ":")
	r := start(t, globals+"http://es.test:"+port+", http://127.0.0.1:"+port+", http://*.es.test:"+port+" {\n\tpassword_policy elasticsearch\n\treverse_proxy UPSTREAM\n}\n", upstream)
	r.addr = "127.0.0.1:" + port
	for _, host := range []string{"es.test", "ES.test", "es.test:" + port, "127.0.0.1", "a.es.test"} {
		before := len(r.records())
		converse(t, r.addr, "PUT "+bobPath+" HTTP/1.1\r\nHost: "+host+"\r\nContent-Length: 2\r\n\r\n{}")
		if rec := r.records()[before]; rec.Gateway.Cluster != "es.test:"+port {
			t.Errorf("%s: cluster %q on record", host, rec.Gateway.Cluster)
		}
	}
}

// A site without a host name takes any Host header; if that named the cluster,
// the client could choose among policies for clusters, and the name on record.
func TestClusterIsNotTheClientsToName(t *testing.T) {
	_, upstream := elastic(t)
	_, port, _ := strings.Cut(freeAddr(t), ":")
	config := strings.Replace(globals, "audit AUDIT", "audit AUDIT\n\t\tpolicy lax {\n\t\t\tcluster lax.test\n\t\t\tmin_length 1\n\t\t}", 1)
	r := start(t, config+"http://:"+port+" {\n\tpassword_policy elasticsearch\n\treverse_proxy UPSTREAM\n}\n", upstream)
	r.addr = "127.0.0.1:" + port
	req, _ := http.NewRequest("PUT", "http://"+r.addr+bobPath, strings.NewReader(`{"password":"weakling"}`))
	req.Host = "lax.test"
	req.SetBasicAuth("boss", boss)
	req.Header.Set("Content-Type", "application/json")
	if res := r.do(req); res.status != 400 {
		t.Errorf("status %d: %s", res.status, res.body)
	}
	if rec := r.records()[0]; rec.Gateway.Cluster != ":"+port || rec.Gateway.Policy.Name == "lax" {
		t.Errorf("on record: %+v", rec.Gateway)
	}
}
