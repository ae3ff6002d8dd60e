// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/sandbox"
)

// clientRun is one client in front of one cluster.
type clientRun struct {
	client  client
	version string // of the sandbox; empty: the real cluster, if there is one
	dialect string
	refusal string            // class of the client's own error for a refusal
	want    map[string]string // what each attempt's reason holds; "" for success
	login   Account           // who gets in at the cluster afterwards
}

var clientRuns = []clientRun{
	{elasticsearchPy7, "", "elasticsearch", "RequestError", elasticsearchAttempts, Account{Name: "jane", Password: "${last}"}},
	{elasticsearchPy8, "8.19.21", "elasticsearch", "BadRequestError", elasticsearchAttempts, Account{Name: "jane", Password: "${last}"}},
	{elasticsearchPy9, "9.5.3", "elasticsearch", "BadRequestError", elasticsearchAttempts, Account{Name: "jane", Password: "${last}"}},
	{elasticsearchJS8, "8.19.21", "elasticsearch", "ResponseError", elasticsearchAttempts, Account{Name: "jane", Password: "${last}"}},
	{elasticsearchJS9, "9.5.3", "elasticsearch", "ResponseError", elasticsearchAttempts, Account{Name: "jane", Password: "${last}"}},
	{openSearchPy, "", "opensearch", "RequestError", openSearchAttempts, Account{Name: "jane", Password: "${last}"}},
	{openSearchJS, "", "opensearch", "ResponseError", openSearchAttempts, Account{Name: "jane", Password: "${last}"}},
	{huaweiCSSPy, "", "huawei_css", "ClientRequestException", cssAttempts, Account{Name: "admin", Password: "${last}"}},
}

// What each attempt of a program must come to.
var (
	elasticsearchAttempts = map[string]string{
		"weak": "15 characters", "put weak": "15 characters", "own weak": "15 characters", "both": "both", "hash": "hash",
		"privileges": "", "put": "", "roles only": "", "compressed": "", "own": "",
	}
	openSearchAttempts = map[string]string{
		"weak": "15 characters", "put weak": "15 characters", "own weak": "15 characters", "both": "both", "hash": "hash",
		"put": "", "roles only": "", "compressed": "", "own": "",
	}
	cssAttempts = map[string]string{
		"weak": "15 characters", "mode weak": "15 characters", "security off": "switch authentication off",
		"reset": "", "mode": "",
	}
)

// job is what every program is told. The clients' passwords are not those of the
// cases, and like them they occur nowhere else.
func (r clientRun) job(t *testing.T, up upstream, addr string) map[string]any {
	t.Helper()
	hash, err := bcryptHash("10", passwords["new"])
	if err != nil {
		t.Fatal(err)
	}
	admin := up.administrator()
	job := map[string]any{
		"url": "http://" + addr, "admin": admin.Name, "adminPassword": admin.Password, "user": "jane", "hash": hash,
		"accessKey": accessKey, "secretKey": secretKey, "project": sandbox.CSSProject, "cluster": sandbox.CSSCluster,
		"weak": passwords["weak"],
	}
	for name, password := range clientPasswords {
		job[name] = password
	}
	return job
}

var clientPasswords = map[string]string{
	"first": "Meadow-Lighthouse-3382", "second": "Copper+Sparrow-9047", "last": "Velvet.Glacier-1165",
}

// TestClients makes changes with the vendors' own clients through the gateway: a
// success is the client's success, and a refusal is the client's own typed error
// with our reasons in it.
func TestClients(t *testing.T) {
	requireEnabled(t)
	dir := t.TempDir()
	r := newCourse(dir)
	boxes := newSandboxes(t)
	upstreams := make([]upstream, len(clientRuns))
	for i, run := range clientRuns {
		c := &Case{Name: run.client.name, Dialect: run.dialect, Version: run.version, Policy: "min_length 15"}
		var before *tap
		upstreams[i], before = clientUpstream(t, run, c, boxes)
		r.add(t, c, upstreams[i], before, i%2 == 1) // every second one by the shortcut
	}
	startBinary(t, dir, r.layout)
	for i, run := range clientRuns {
		t.Run(strings.ReplaceAll(run.client.name, " ", "-"), func(t *testing.T) {
			run.test(t, upstreams[i], r.stops[i].site.Addr)
		})
	}
	r.checkTrail(t, "client passwords", maps.All(clientPasswords))
	r.checkLog(t)
}

// clientUpstream is the real cluster where there is one of the client's version.
func clientUpstream(t *testing.T, run clientRun, c *Case, boxes *sandboxes) (upstream, *tap) {
	t.Helper()
	switch {
	case run.version != "" || run.dialect == "huawei_css":
		return boxes.forCase(t, c)
	case run.dialect == "opensearch":
		real := realOpenSearch(t)
		return real, openTap(t, real.Addr)
	default:
		real := realElasticsearch(t)
		return real, openTap(t, real.Addr)
	}
}

func (r clientRun) test(t *testing.T, up upstream, addr string) {
	ctx := context.Background()
	account := Account{Name: r.login.Name, Password: passwords["old"]}
	if err := up.set(ctx, account); err != nil {
		t.Fatal(err)
	}
	attempts, err := r.client.run(ctx, t.TempDir(), r.job(t, up, addr))
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, a := range attempts {
		seen[a.Name] = true
		r.check(t, a)
	}
	for name := range r.want {
		if !seen[name] {
			t.Errorf("%s: expected an attempt, found none", name)
		}
	}
	for password, want := range map[string]bool{clientPasswords["last"]: true, passwords["old"]: false, passwords["weak"]: false} {
		in, err := up.Login(ctx, r.login.Name, password)
		if err != nil || in != want {
			t.Errorf("login at the cluster afterwards: expected %v, found %v, %v", want, in, err)
		}
	}
}

// check compares one attempt.
func (r clientRun) check(t *testing.T, a attempt) {
	t.Helper()
	reason, known := r.want[a.Name]
	switch {
	case !known:
		t.Errorf("%s: an attempt nobody expects", a.Name)
	case reason == "" && a.Error != "":
		t.Errorf("%s: expected success, found %s %d: %s", a.Name, a.Error, a.Status, a.Reason)
	case reason != "" && (a.Error != r.refusal || a.Status != 400 || !strings.Contains(a.Reason, reason)):
		t.Errorf("%s: expected %s 400 with %q, found %s %d: %s", a.Name, r.refusal, reason, a.Error, a.Status, a.Reason)
	}
}
