// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"embed"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/passgate/passgate/module"
)

//go:embed testdata
var testdata embed.FS

// dialects are the folders below testdata.
var dialects = []string{"elasticsearch", "opensearch", "huawei_css"}

var only = flag.String("case", "", "drive only the cases whose name holds this text")

// allCases reads every case file.
func allCases(t *testing.T) []*Case {
	t.Helper()
	var all []*Case
	for _, dialect := range dialects {
		cases, err := readCases(testdata, "testdata/"+dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if strings.Contains(dialect+"/"+c.Name, *only) {
				all = append(all, c)
			}
		}
	}
	return all
}

// course is a set of cases, each with the bench and the site it is driven at.
type course struct {
	layout *layout
	trail  *trail
	stops  []stop
	gone   *tap // in front of a cluster that hangs up
}

type stop struct {
	*Case
	bench *bench
	site  *site
}

// newCourse prepares a course whose trail and log lie below dir.
func newCourse(dir string) *course {
	l := &layout{audit: filepath.Join(dir, "audit"), log: filepath.Join(dir, "gateway.log")}
	return &course{layout: l, trail: newTrail(l.audit)}
}

// nobody listens here: a privileged port that no service uses any more (tcpmux).
const nobody = "127.0.0.1:1"

// add puts a case on the course. up is its cluster, before it stands tap.
func (r *course) add(t *testing.T, c *Case, up upstream, before *tap, shortcut bool) {
	t.Helper()
	address := before.addr()
	switch c.Upstream {
	case "down":
		address = nobody
	case "hangs up":
		before, address = r.gone, r.gone.addr()
	}
	s, err := r.layout.siteFor(site{
		Dialect: c.Dialect, Upstream: address, Policy: c.Policy, Options: c.Site, Shortcut: shortcut,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.stops = append(r.stops, stop{c, &bench{upstream: up, tap: before, trail: r.trail}, s})
}

// drive runs the cases one after the other, because they share a trail.
func (r *course) drive(t *testing.T) {
	for _, s := range r.stops {
		name := s.Dialect + "/" + s.Name
		if s.site.Shortcut {
			name += "/shortcut"
		}
		t.Run(name, func(t *testing.T) {
			problems, err := s.bench.drive(context.Background(), s.Case, s.site.Addr)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
	r.checkLog(t)
}

// checkTrail searches everything written to the trail since the last look.
func (r *course) checkTrail(t *testing.T, what string, secrets iter.Seq2[string, string]) {
	t.Helper()
	records, raw, err := r.trail.take()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) == 0 {
		t.Error("expected records on the trail, found none")
	}
	for name, secret := range secrets {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%s: %s stands on the trail", what, name)
		}
	}
}

// checkLog searches the gateway's own logs for the passwords of the cases.
func (r *course) checkLog(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(r.layout.log)
	if err != nil {
		t.Fatal(err)
	}
	for name, password := range passwords {
		if strings.Contains(string(text), password) {
			t.Errorf("the password ${%s} stands in the gateway's log", name)
		}
	}
}

func openTap(t *testing.T, address string) *tap {
	t.Helper()
	opened, err := newTap(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.close)
	return opened
}

// TestCasesAgainstSandbox drives every case through the gateway in this process,
// once with the directive and once with the shortcut, with the embedded clusters
// behind it. It needs nothing but Go.
//
// With -short, as under the race detector, every fourth is enough, another one for
// the shortcut.
func TestCasesAgainstSandbox(t *testing.T) {
	r := newCourse(t.TempDir())
	boxes := newSandboxes(t)
	r.gone = openTap(t, "")
	for pass, shortcut := range []bool{false, true} {
		for i, c := range allCases(t) {
			if !c.at("sandbox") || testing.Short() && i%4 != pass {
				continue
			}
			up, before := boxes.forCase(t, c)
			r.add(t, c, up, before, shortcut)
		}
	}
	r.load(t)
	r.drive(t)
}

// load starts the gateway in this process. Caddy is one for the process, so no
// other test of this package may load a configuration at the same time.
func (r *course) load(t *testing.T) {
	t.Helper()
	adapter := caddyconfig.GetAdapter("caddyfile")
	config, warnings, err := adapter.Adapt([]byte(r.layout.caddyfile()), map[string]any{"filename": "Caddyfile"})
	if err != nil {
		t.Fatalf("adapting the configuration: %v", err)
	}
	for _, w := range warnings {
		if w.Directive != "" {
			t.Logf("warning: %v", w)
		}
	}
	r.layout.release()
	if err := caddy.Load(config, true); err != nil {
		t.Fatalf("loading the configuration: %v", err)
	}
	t.Cleanup(func() {
		if err := caddy.Stop(); err != nil {
			t.Errorf("stopping the gateway: %v", err)
		}
	})
}
