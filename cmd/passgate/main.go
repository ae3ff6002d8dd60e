// SPDX-License-Identifier: Apache-2.0

// Command passgate is Caddy with the password-policy gateway built in. All of
// Caddy's commands and modules are there; `passgate demo` shows the gateway.
package main

import (
	"github.com/caddyserver/caddy/v2"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"

	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/passgate/passgate/module"
	_ "github.com/passgate/passgate/module/command"
	_ "github.com/passgate/passgate/module/demo"
	_ "github.com/passgate/passgate/module/review/page"
)

func main() {
	caddy.CustomBinaryName = "passgate"
	caddy.CustomLongDescription = "Passgate is Caddy with a password-policy gateway for Elasticsearch, OpenSearch and Huawei CSS.\n" +
		"`passgate demo` shows it; `passgate run --config Caddyfile` runs it."
	caddycmd.Main()
}
