// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"strings"
	"testing"
)

func TestLayoutSharesSites(t *testing.T) {
	t.Parallel()
	l := &layout{audit: "/a", log: "/l"}
	t.Cleanup(l.release)
	plain := site{Dialect: "elasticsearch", Upstream: "127.0.0.1:1", Policy: "min_length 15"}
	shortcut, own := plain, plain
	shortcut.Shortcut = true
	own.Options = "policy other\ncluster mine"
	var addrs []string
	for _, want := range []site{plain, plain, shortcut, own} {
		s, err := l.siteFor(want)
		if err != nil {
			t.Fatal(err)
		}
		addrs = append(addrs, s.Addr)
	}
	if addrs[0] != addrs[1] || addrs[0] == addrs[2] || len(l.sites) != 3 {
		t.Errorf("expected equal sites to be one, found %v", addrs)
	}
	text := l.caddyfile()
	for _, want := range []string{"password_gateway elasticsearch 127.0.0.1:1", "reverse_proxy 127.0.0.1:1", "cluster mine", "audit /a"} {
		if !strings.Contains(text, want) {
			t.Errorf("expected the configuration to hold %q, found\n%s", want, text)
		}
	}
	if n := strings.Count(text, "cluster e2e-elasticsearch"); n != 2 {
		t.Errorf("expected the default cluster name twice, found it %d times", n)
	}
}
