// SPDX-License-Identifier: Apache-2.0

package module

import (
	"os"
	"testing"
)

// A cluster has more names than one, and a road to it is one under each of them.
func TestPlaces(t *testing.T) {
	t.Parallel()
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	resolver := map[string][]string{"es-1": {"10.1.2.3", "fd00::1"}, "search.example.com": {"10.1.2.3"}, "here.example.com": {"127.0.0.1"}}
	for _, c := range []struct {
		guarded, other string
		same           bool
	}{
		{"127.0.0.1:9200", "localhost:9200", true},
		{"127.0.0.1:9200", "[::1]:9200", true},
		{"127.0.0.1:9200", "127.8.8.8:9200", true},
		{"127.0.0.1:9200", "[::ffff:127.0.0.1]:9200", true},
		{"localhost:9200", "0.0.0.0:9200", true},
		{"localhost:9200", ":9200", true},
		{"localhost:9200", name + ":9200", true},
		{"localhost:9200", "es.localhost.:9200", true},
		{"localhost:9200", "here.example.com:9200", true},
		{"127.0.0.1:9200", "localhost:9201", false},
		{"127.0.0.1:9200", "10.1.2.3:9200", false},
		{"es-1:9200", "ES-1.:9200", true},
		{"es-1:9200", "10.1.2.3:9200", true},
		{"es-1:9200", "[fd00::1]:9200", true},
		{"es-1:9200", "search.example.com:9200", true},
		{"es-1:9200", "tcp/es-1:9200", true},
		{"es-1:9200", "es-2:9200", false},
		{"unknown:9200", "unknown:9200", true},
		{"unix//run/es.sock", "unix//run/es.sock", true},
		{"unix//run/es.sock", "unix//run/other.sock", false},
		{"{env.A}", "{env.A}", true},
		{"{env.A}", "{env.B}", false},
	} {
		p := places{dials: []string{c.guarded}, find: func(host string) []string { return resolver[host] }}
		if got := p.lead(c.other); got != c.same {
			t.Errorf("%s and %s are the same: %v, want %v", c.guarded, c.other, got, c.same)
		}
	}
}
