// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"path/filepath"
	"strings"
)

// caddyfileFor is the gateway's configuration, as an operator would write it
// but for the first lines, which keep Caddy off the network and the disk.
func caddyfileFor(work, trail string, sites []*site) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{
	admin off
	auto_https off
	persist_config off
	storage file_system %q
	storage_clean_interval off
	log {
		output stderr
		format filter {
			wrap console
			request>headers delete
			request>uri regexp "\?.*" ""
		}
		level WARN
		exclude admin
	}
	servers {
		protocols h1
		expected_underscore_headers opendistro_security_impersonate_as
	}
	password_policy {
		audit %q
		policy demo {
			preset nist-800-63b-4
			max_bytes 72
		}
	}
}
`, filepath.Join(work, "caddy"), trail)
	for _, s := range sites {
		fmt.Fprintf(&b, `
http://127.0.0.1:%d {
	bind 127.0.0.1
	password_policy %s {
		policy demo
	}
	reverse_proxy %s {
		transport password_policy
	}
}
`, s.port, s.dialect, s.upstream.Addr())
	}
	return b.String()
}
