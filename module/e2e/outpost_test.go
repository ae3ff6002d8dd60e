// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// outpost is the real binary in front of both real clusters, with a trail of its
// own. It can be killed and started again, and the commands that read the trail
// can be run beside it.
type outpost struct {
	dir, binary string
	layout      *layout
	gateway     *process
	sites       map[*Cluster]string // where each cluster's site listens
}

// clusterNames are those that the sites of an outpost go by.
var clusterNames = map[string]string{"elasticsearch": "e2e-elasticsearch", "opensearch": "e2e-opensearch"}

// newOutpost prepares one without starting it. Its policy wants 15 characters.
func newOutpost(t *testing.T, clusters ...*Cluster) *outpost {
	t.Helper()
	dir := t.TempDir()
	o := &outpost{
		dir: dir, binary: builtBinary(t), sites: make(map[*Cluster]string),
		layout: &layout{audit: filepath.Join(dir, "audit"), log: filepath.Join(dir, "gateway.log")},
	}
	for _, c := range clusters {
		s, err := o.layout.siteFor(site{Dialect: c.Dialect, Upstream: c.Addr, Policy: "min_length 15", Shortcut: true})
		if err != nil {
			t.Fatal(err)
		}
		o.sites[c] = s.Addr
		credentials := c.Admin + ":" + c.AdminPassword
		if err := os.WriteFile(o.credentials(c), []byte(credentials), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { o.layout.release(); o.stop() })
	return o
}

func (o *outpost) credentials(c *Cluster) string {
	return filepath.Join(o.dir, c.Dialect+".credentials")
}

func (o *outpost) start(t *testing.T) {
	t.Helper()
	var err error
	if o.gateway, err = startGateway(context.Background(), o.binary, o.dir, o.layout); err != nil {
		t.Fatal(err)
	}
}

func (o *outpost) stop() {
	if o.gateway != nil {
		o.gateway.stop()
	}
}

// kill ends the gateway as the kernel would: without a word to it.
func (o *outpost) kill() {
	_ = o.gateway.cmd.Process.Kill()
	<-o.gateway.done
}

// audit runs `passgate audit ARGS --json` and reads its answer into answer.
func (o *outpost) audit(t *testing.T, answer any, args ...string) (code int) {
	t.Helper()
	cmd := exec.Command(o.binary, append(append([]string{"audit"}, args...), "--json")...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if errs.Len() > 0 {
		t.Logf("passgate audit %s: %s", args[0], errs.Bytes())
	}
	if answer != nil && out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), answer); err != nil {
			t.Fatalf("passgate audit %s: %v\n%s", args[0], err, out.Bytes())
		}
	}
	return cmd.ProcessState.ExitCode()
}

// at are the flags by which a command reaches a cluster.
func (o *outpost) at(c *Cluster) []string {
	return []string{"--url", "http://" + c.Addr, "--credentials", o.credentials(c)}
}

// put makes a user, or a user's password, through the gateway and returns the
// status of the answer; 0 when there was none.
func (o *outpost) put(ctx context.Context, c *Cluster, by Account, path string, body map[string]any) int {
	text, err := json.Marshal(body)
	if err != nil {
		return 0
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://"+o.sites[c]+path, bytes.NewReader(text))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(by.Name, by.Password)
	res, err := direct.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// ask sends the cluster itself a request as its administrator and reads the
// answer, which must be a success.
func ask(t *testing.T, c *Cluster, answer any, method, path string, body map[string]any) {
	t.Helper()
	status, text, err := c.call(context.Background(), method, path, body)
	if err != nil || status >= 300 {
		t.Fatalf("%s %s at %s: %d %v\n%s", method, path, c.Dialect, status, err, text)
	}
	if answer == nil {
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(answer); err != nil {
		t.Fatalf("%s %s at %s: %v", method, path, c.Dialect, err)
	}
}
