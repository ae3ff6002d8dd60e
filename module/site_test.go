// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"
	"strings"
	"testing"
)

func TestSiteHost(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		names []string
		asked string
		want  string
	}{
		{nil, "anything.test", ""},
		{[]string{"es.test"}, "ES.test:9200", "es.test"},
		{[]string{"a.test", "b.test"}, "b.test", "b.test"},
		{[]string{"a.test", "*.b.test"}, "x.b.test:1", "*.b.test"},
		{[]string{"a.test", "*.b.test"}, "x.y.b.test", "a.test"},
		{[]string{"::1"}, "[::1]:9200", "::1"},
	} {
		if got := siteHost(row.names, row.asked); got != row.want {
			t.Errorf("%v asked for %s: %q, want %q", row.names, row.asked, got, row.want)
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
