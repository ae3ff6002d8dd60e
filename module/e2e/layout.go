// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net"
	"slices"
	"strings"
)

// site is one server block of the gateway's configuration.
type site struct {
	Dialect  string
	Upstream string   // address of the tap in front of the cluster
	Policy   string   // lines of its policy
	Options  string   // lines of its password_policy block
	Shortcut bool     // password_gateway instead of directive and proxy
	AnyHost  bool     // it takes requests that name another host than its own
	Addr     string   // where it listens
	policy   string   // name given to the policy
	own      []string // options that the lines set by themselves
}

// layout is the configuration of a gateway in front of several clusters. Cases
// that need the same site share it.
type layout struct {
	audit, log string
	sites      []*site
	held       []net.Listener // keep the sites' ports until the gateway takes them
}

// siteFor returns the address of a site of this kind, and makes it when there is
// none yet.
func (l *layout) siteFor(want site) (*site, error) {
	for _, s := range l.sites {
		if s.Dialect == want.Dialect && s.Upstream == want.Upstream && s.Policy == want.Policy &&
			s.Options == want.Options && s.Shortcut == want.Shortcut {
			return s, nil
		}
	}
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("looking for a free port: %w", err)
	}
	l.held = append(l.held, held)
	want.Addr = held.Addr().String()
	want.policy = fmt.Sprintf("p%d", len(l.sites)+1)
	for line := range strings.Lines(want.Options) {
		if words := strings.Fields(line); len(words) > 0 {
			want.own = append(want.own, words[0])
		}
	}
	l.sites = append(l.sites, &want)
	return &want, nil
}

// release gives the ports free: the gateway is about to listen on them.
func (l *layout) release() {
	for _, held := range l.held {
		held.Close()
	}
	l.held = nil
}

// caddyfile spells the configuration. Access logs are on: they are searched for
// secrets when the cases are through.
func (l *layout) caddyfile() string {
	var b strings.Builder
	fmt.Fprintf(&b, "{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n\tlog {\n\t\toutput file %s\n\t}\n", l.log)
	b.WriteString("\tservers {\n\t\texpected_underscore_headers opendistro_security_impersonate_as\n\t}\n")
	fmt.Fprintf(&b, "\tpassword_policy {\n\t\taudit %s\n", l.audit)
	// Those that select come first: behind one for everybody they could never match.
	for _, selects := range []bool{true, false} {
		for _, s := range l.sites {
			if s.selects() == selects {
				fmt.Fprintf(&b, "\t\tpolicy %s {\n%s\n\t\t}\n", s.policy, s.Policy)
			}
		}
	}
	b.WriteString("\t}\n}\n")
	for _, s := range l.sites {
		b.WriteString(s.caddyfile())
	}
	return b.String()
}

// selects reports whether the site's policy finds its changes by itself, by the
// name of the cluster. A policy that a site names judges whatever it selects.
func (s *site) selects() bool { return strings.HasPrefix(strings.TrimSpace(s.Policy), "cluster ") }

func (s *site) caddyfile() string {
	options := s.Options
	for _, line := range []string{"policy " + s.policy, "cluster e2e-" + s.Dialect} {
		name, _, _ := strings.Cut(line, " ")
		if !slices.Contains(s.own, name) && !(name == "policy" && s.selects()) {
			options += "\n" + line
		}
	}
	guard := fmt.Sprintf("password_policy %s {\n%s\n}\nreverse_proxy %s", s.Dialect, options, s.Upstream)
	if s.Shortcut {
		guard = fmt.Sprintf("password_gateway %s %s {\n%s\n}", s.Dialect, s.Upstream, options)
	}
	addr := s.Addr
	if s.AnyHost {
		addr = addr[strings.LastIndexByte(addr, ':'):]
	}
	return fmt.Sprintf("http://%s {\nbind 127.0.0.1\nlog\n%s\n}\n", addr, guard)
}
