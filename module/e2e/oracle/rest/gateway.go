// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	_ "github.com/caddyserver/caddy/v2/modules/standard" // what a Caddyfile may name

	_ "github.com/passgate/passgate/module" // the gateway under test
)

// minLength is the policy of the run: one rule, so that a verdict depends on
// nothing but the secret.
const minLength = "12"

// gateway is a running gateway with a site in front of each layer.
type gateway struct {
	dir   string   // of the trail
	sites []string // addresses, by layer
}

// startGateway loads a configuration into this process. There can be one at a time.
func startGateway(dir string, layers []*Layer) (*gateway, error) {
	g := &gateway{dir: dir}
	var text strings.Builder
	fmt.Fprintf(&text, "{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n\tgrace_period 5s\n\tlog {\n\t\tlevel ERROR\n\t\toutput discard\n\t}\n"+
		"\tpassword_policy {\n\t\taudit %s\n\t\tpolicy oracle {\n\t\t\tmin_length %s\n\t\t}\n\t}\n}\n", filepath.Join(dir, "audit"), minLength)
	for i, layer := range layers {
		addr, err := freeAddr()
		if err != nil {
			return nil, err
		}
		g.sites = append(g.sites, addr)
		fmt.Fprintf(&text, "http://%s {\n\tbind 127.0.0.1\n\tpassword_gateway elasticsearch %s {\n\t\tcluster c%d\n\t\tidentify off\n\t}\n}\n",
			strings.Replace(addr, "127.0.0.1", "", 1), layer.Addr, i)
	}
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text.String()), map[string]any{"filename": "Caddyfile"})
	if err == nil {
		err = caddy.Load(config, true)
	}
	if err != nil {
		return nil, fmt.Errorf("loading the gateway's configuration: %w\n%s", err, text.String())
	}
	return g, nil
}

// stop ends the gateway; all that was under way is on the trail then.
func (g *gateway) stop() error { return caddy.Stop() }

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// record is what is looked at of a decision on the trail.
type record struct {
	User struct {
		Name   string
		Target struct{ Name any }
	}
	HTTP struct{ Request struct{ Method string } }

	Gateway struct {
		Stage, Verdict, Operation, Secret string
		OpaqueID                          string `json:"opaque_id"`
		Actor                             struct{ Scheme, Initiator string }
	}
}

// target is the one target of a record.
func (r *record) target() string {
	name, _ := r.User.Target.Name.(string)
	return name
}

// decisions reads the decisions on the trail, by the request's id.
func (g *gateway) decisions() (map[string][]*record, error) {
	found := make(map[string][]*record)
	err := filepath.WalkDir(g.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jsonl" {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var r record
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				return fmt.Errorf("a line of %s is not JSON: %w", filepath.Base(path), err)
			}
			if r.Gateway.Stage == "decision" {
				id := plainID(r.Gateway.OpaqueID)
				found[id] = append(found[id], &r)
			}
		}
		return lines.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("reading the trail: %w", err)
	}
	return found, nil
}
