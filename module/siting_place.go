// SPDX-License-Identifier: Apache-2.0

package module

import (
	"context"
	"net"
	"os"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// places are addresses in one spelling each, so that a cluster is known by
// another of its names: "localhost:9200", "127.0.0.1:9200", "[::1]:9200", this
// machine's own name, "ES-1.example.com.:9200", and what a name resolves to when
// the configuration is loaded. What is only known later (a placeholder, dynamic
// upstreams, a name that changes, another address of the cluster's machine, a
// forwarder in between) is not seen: SECURITY.md says so.
type places struct {
	dials []string
	of    map[string]bool // once somebody asks
	find  func(host string) []string
}

// lead reports whether a dial address is one of the places. Names are resolved
// only for a configuration that makes one ask.
func (p *places) lead(dial string) bool {
	if p.of == nil {
		p.of = make(map[string]bool)
		if p.find == nil {
			p.find = newFinder()
		}
		for _, dial := range p.dials {
			for _, place := range p.spellings(dial) {
				p.of[place] = true
			}
		}
	}
	for _, place := range p.spellings(dial) {
		if p.of[place] {
			return true
		}
	}
	return false
}

// local stands for every address of this machine's own.
const local = "(this machine)"

// spellings are the places a dial address may stand for.
func (p *places) spellings(dial string) []string {
	addr, err := caddy.ParseNetworkAddress(dial)
	if err != nil || addr.IsUnixNetwork() || strings.Contains(dial, "{") {
		return []string{dial}
	}
	port := addr.JoinHostPort(0)
	port = port[strings.LastIndexByte(port, ':'):]
	host := strings.ToLower(strings.TrimSuffix(addr.Host, "."))
	if isLocal(host) {
		return []string{local + port}
	}
	found := []string{host + port}
	if net.ParseIP(host) == nil {
		for _, ip := range p.find(host) {
			if isLocal(ip) {
				ip = local
			}
			found = append(found, ip+port)
		}
	}
	return found
}

// isLocal knows this machine by its loopback and unspecified addresses, those of
// its interfaces, and its name.
func isLocal(host string) bool {
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true // RFC 6761, section 6.3
	}
	ip := net.ParseIP(host)
	if ip == nil {
		name, err := os.Hostname()
		return err == nil && strings.EqualFold(host, name)
	}
	if ip.IsLoopback() || ip.IsUnspecified() {
		return true
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, addr := range own {
		if n, ok := addr.(*net.IPNet); ok && n.IP.Equal(ip) {
			return true
		}
	}
	return false
}

// lookUpLimit bounds all questions to the resolver while a configuration loads.
const lookUpLimit = 2 * time.Second

// newFinder returns a resolver that asks once for each name. A name that is not
// resolved now is only compared as it is written.
func newFinder() func(string) []string {
	known := make(map[string][]string)
	deadline := time.Now().Add(lookUpLimit)
	return func(host string) []string {
		found, asked := known[host]
		if !asked {
			ctx, cancel := context.WithDeadline(context.Background(), deadline)
			defer cancel()
			found, _ = net.DefaultResolver.LookupHost(ctx, host)
			for i, ip := range found {
				if parsed := net.ParseIP(ip); parsed != nil {
					found[i] = parsed.String()
				}
			}
			known[host] = found
		}
		return found
	}
}
