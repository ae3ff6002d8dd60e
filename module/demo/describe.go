// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"io"
	"strings"
)

// what each of a site's three commands shows.
var shows = [3]string{
	"refused: too short, and too common",
	"refused: password and hash together",
	"accepted",
}

// Describe prints what runs, how to try it, and where the trail is.
func (d *Demo) Describe(w io.Writer) {
	var b strings.Builder
	b.WriteString("Passgate demo: three embedded clusters, each behind the gateway.\n" +
		"Policy of all three: preset nist-800-63b-4. Paste the commands as often as you like.\n")
	for _, s := range d.sites {
		fmt.Fprintf(&b, "\n%s: gateway http://127.0.0.1:%d, cluster %s\n", s.title, s.port, s.upstream.URL())
		for i, command := range s.commands() {
			fmt.Fprintf(&b, "\n  # %s\n  %s\n", shows[i], command)
		}
	}
	fmt.Fprintf(&b, "\nAudit trail: %s", d.trail)
	if d.options.Keep == "" {
		b.WriteString(" (removed at the end; --keep DIRECTORY keeps it)")
	}
	fmt.Fprintf(&b, "\nReview it in a browser: %s (user %s, password %s)", d.reviewing.address(), d.reviewing.user, d.reviewing.password)
	if d.options.Sample == 0 {
		b.WriteString("\n--sample 3000 would begin it with 90 days of an invented company.")
	}
	b.WriteString("\nCtrl-C ends the demo.\n")
	if d.options.ShowCaddyfile {
		b.WriteString("\nThe gateway's Caddyfile:\n\n" + d.caddyfile)
	}
	_, _ = io.WriteString(w, b.String()) // a closed terminal is no reason to stop
}

// commands are the site's curl commands, for a POSIX shell. The status goes on
// a line of its own, for those who wonder whether an empty answer is a yes.
func (s *site) commands() [3]string {
	var commands [3]string
	for i, body := range s.bodies {
		commands[i] = fmt.Sprintf(`curl -sS -w '\nHTTP %%{http_code}\n' %s -H 'Content-Type: application/json' -X %s -d '%s' 'http://127.0.0.1:%d%s'`,
			s.credentials, s.method, body, s.port, s.path)
	}
	return commands
}
