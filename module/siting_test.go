// SPDX-License-Identifier: Apache-2.0

package module

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
)

// What a configuration leaves open is said when it is loaded.
func TestSitingWarnings(t *testing.T) {
	for _, c := range []struct{ name, sites, want, not string }{
		{"not looked at twice", "SITE {\n\tpassword_policy elasticsearch\n\treverse_proxy 127.0.0.1:1\n}\n", "doesn't look twice", "goes round"},
		{"looked at twice", "SITE {\n\tpassword_policy elasticsearch\n\treverse_proxy 127.0.0.1:1 {\n\t\ttransport password_policy\n\t}\n}\n", "", "127.0.0.1:1"},
		{"the shortcut", "SITE {\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\n", "", "127.0.0.1:1"},
		{"within a handle", "SITE {\n\tpassword_policy elasticsearch\n\thandle /x/* {\n\t\treverse_proxy 127.0.0.1:1\n\t}\n}\n", "doesn't look twice", "goes round"},
		{"round the guard", "SITE {\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\nhttp://OTHER {\n\treverse_proxy 127.0.0.1:1\n}\n", "goes round the guard", "look twice"},
		{"round the guard, by another name", "SITE {\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\nhttp://OTHER {\n\treverse_proxy localhost:1\n}\n", "goes round the guard", "look twice"},
		{"another cluster", "SITE {\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\nhttp://OTHER {\n\treverse_proxy 127.0.0.1:2\n}\n", "", "127.0.0.1"},
		{"guarded twice", "SITE {\n\tpassword_policy elasticsearch\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\n", "stands behind two", ""},
		{"guarded once each", "SITE {\n\thandle /a/* {\n\t\tpassword_gateway elasticsearch 127.0.0.1:1\n\t}\n\thandle {\n\t\tpassword_gateway elasticsearch 127.0.0.1:1\n\t}\n}\n", "", "stands behind two"},
		{"impersonation lost", "SITE {\n\tpassword_gateway opensearch 127.0.0.1:1\n}\n", "expected_underscore_headers", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			logFile := filepath.Join(t.TempDir(), "log")
			config := strings.Replace(globals, "level ERROR\n\t\toutput discard", "level WARN\n\t\toutput file "+logFile, 1)
			start(t, config+strings.ReplaceAll(c.sites, "OTHER", freeAddr(t)), "")
			log, err := os.ReadFile(logFile)
			if err != nil && c.want != "" {
				t.Fatal(err)
			}
			if !strings.Contains(string(log), c.want) || c.not != "" && strings.Contains(string(log), c.not) {
				t.Errorf("expected %q and not %q in\n%s", c.want, c.not, log)
			}
		})
	}
}

// A proxy that runs after an error or a refusal gets what was denied, or never
// came to the guard: to a guarded cluster that is no configuration but a hole.
func TestSitingRefused(t *testing.T) {
	const guard = "password_gateway elasticsearch 127.0.0.1:1\n"
	for _, c := range []struct {
		name, site string
		refused    bool
	}{
		{"handle_errors", guard + "handle_errors {\n reverse_proxy 127.0.0.1:1\n}", true},
		{"handle_errors, within a handle", guard + "handle_errors 503 {\n handle /x/* {\n reverse_proxy 127.0.0.1:2 127.0.0.1:1\n }\n}", true},
		{"intercept", "intercept {\n handle_response {\n reverse_proxy 127.0.0.1:1\n }\n}\n" + guard, true},
		{"a named route", guard + "handle_errors {\n invoke spare\n}", true},
		{"buffered and repeated", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n request_buffers 4KiB\n lb_retries 2\n lb_retry_match {\n method PUT\n }\n}", true},
		{"buffered and repeated, looks twice", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n transport password_policy\n request_buffers 4KiB\n lb_retries 2\n lb_retry_match {\n method PUT\n }\n}", false},
		{"buffered", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n request_buffers 4KiB\n lb_retries 2\n}", false},
		{"handle_errors, by another name", guard + "handle_errors {\n reverse_proxy [::1]:1\n}", true},
		{"rewritten behind", "password_policy elasticsearch\nhandle {\n rewrite * /x{uri}\n reverse_proxy 127.0.0.1:1\n}", true},
		{"rewritten in a handle that ends", "password_policy elasticsearch\nhandle /x {\n rewrite * /y\n respond 204\n}\nreverse_proxy 127.0.0.1:1", false},
		{"rewritten in another handle", "password_policy elasticsearch\nhandle /x {\n rewrite * /y\n reverse_proxy 127.0.0.1:1 {\n transport password_policy\n }\n}\nhandle {\n reverse_proxy 127.0.0.1:1\n}", false},
		{"rewritten, and not ended", "password_policy elasticsearch\nhandle /x {\n uri replace a b\n}\nreverse_proxy 127.0.0.1:1", true},
		{"rewritten behind, looks twice", "password_policy elasticsearch\nhandle {\n rewrite * /x{uri}\n reverse_proxy 127.0.0.1:1 {\n transport password_policy\n }\n}", false},
		{"rewritten in front", "rewrite /a /b\npassword_policy elasticsearch\nreverse_proxy 127.0.0.1:1", false},
		{"a prefix stripped behind", "password_policy elasticsearch\nhandle_path /es/* {\n reverse_proxy 127.0.0.1:1\n}", false},
		{"a prefix stripped within a word", "password_policy elasticsearch\nhandle_path /es* {\n reverse_proxy 127.0.0.1:1\n}", true},
		{"a prefix stripped within a word, looks twice", "password_policy elasticsearch\nhandle_path /es* {\n reverse_proxy 127.0.0.1:1 {\n transport password_policy\n }\n}", false},
		{"a prefix stripped from any path", "password_policy elasticsearch\nhandle {\n uri strip_prefix /es\n reverse_proxy 127.0.0.1:1\n}", true},
		{"a prefix stripped up to its slash", "password_policy elasticsearch\nhandle {\n uri strip_prefix /es/\n reverse_proxy 127.0.0.1:1\n}", false},
		{"a prefix stripped twice", "password_policy elasticsearch\nhandle_path /es/* {\n uri strip_prefix /es\n reverse_proxy 127.0.0.1:1\n}", true},
		{"a prefix stripped of one of two paths", "password_policy elasticsearch\n@two path /es/* /es_two/*\nhandle @two {\n uri strip_prefix /es\n reverse_proxy 127.0.0.1:1\n}", true},
		{"a prefix stripped of a path and another", "password_policy elasticsearch\n@deep path /es/a/* /es/b/*\nhandle @deep {\n uri strip_prefix /ES\n reverse_proxy 127.0.0.1:1\n}", false},
		{"every header by the proxy", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n header_up * json yaml\n}", true},
		{"method behind", "password_policy elasticsearch\nhandle {\n method PUT\n reverse_proxy 127.0.0.1:1\n}", true},
		{"query behind", "password_policy elasticsearch\nhandle {\n uri query username boss\n reverse_proxy 127.0.0.1:1\n}", true},
		{"the proxy's own rewrite", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n rewrite /x\n}", true},
		{"the proxy's own method", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n method PUT\n}", true},
		{"type behind", "password_policy elasticsearch\nhandle {\n request_header Content-Type application/yaml\n reverse_proxy 127.0.0.1:1\n}", true},
		{"type added by the proxy", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n header_up +content-type application/yaml\n}", true},
		{"encoding dropped by the proxy", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n header_up -Content-Encoding\n}", true},
		{"another header by the proxy", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n header_up Host {upstream_hostport}\n}", false},
		{"body behind", "password_policy elasticsearch\nhandle {\n request_body {\n set x\n }\n reverse_proxy 127.0.0.1:1\n}", true},
		{"asked on the way", "password_policy elasticsearch\nhandle {\n forward_auth 127.0.0.1:1 {\n uri /_security/_authenticate\n }\n reverse_proxy 127.0.0.1:1\n}", false},
		{"guarded too", guard + "handle_errors {\n" + guard + "}", false},
		{"looks twice", guard + "handle_errors {\n reverse_proxy 127.0.0.1:1 {\n transport password_policy\n }\n}", false},
		{"another upstream", guard + "handle_errors {\n reverse_proxy 127.0.0.1:2\n}", false},
		// A matcher in front of the guard narrows it by rules other than the cluster's.
		{"guard in a handle, proxy behind it", "handle /_security/* {\n password_policy elasticsearch\n}\nreverse_proxy 127.0.0.1:1", true},
		{"guard in a route, proxy behind it", "@w method PUT\nroute @w {\n password_policy elasticsearch\n}\nreverse_proxy 127.0.0.1:1", true},
		{"guard in a handle in a handle", "handle {\n handle /_security/* {\n password_policy elasticsearch\n}\n reverse_proxy 127.0.0.1:1\n}", true},
		{"guard in a handle, proxy in the next", "handle /_security/* {\n password_policy elasticsearch\n}\nhandle {\n reverse_proxy 127.0.0.1:1\n}", false}, // nothing is guarded
		{"guard in a handle, proxy that looks twice", "handle /_security/* {\n password_policy elasticsearch\n}\nreverse_proxy 127.0.0.1:1 {\n transport password_policy\n}", false},
		{"all in one handle, another upstream behind it", "handle /es/* {\n" + guard + "}\nreverse_proxy 127.0.0.1:2", false},
		// The first handler that answers is the last that sees a request.
		{"guard behind the proxy", "route {\n reverse_proxy 127.0.0.1:1\n password_policy elasticsearch\n}", true},
		{"guard behind a proxy that looks twice", "route {\n reverse_proxy 127.0.0.1:1 {\n transport password_policy\n}\n password_policy elasticsearch\n}", false},
		{"guard behind a proxy for something else", "route {\n reverse_proxy /kibana/* 127.0.0.1:2\n " + guard + "}", false},
		{"guard behind a proxy that goes on", "route {\n reverse_proxy 127.0.0.1:1 {\n @no status 4xx\n handle_response @no {\n header X-Seen yes\n}\n}\n password_policy elasticsearch\n}", true},
		{"guard behind forward_auth", "route {\n forward_auth 127.0.0.1:2 {\n uri /\n}\n " + guard + "}", false},
		{"addresses that are looked up", "password_gateway elasticsearch {\n dynamic a es.test 9200\n}\nhandle_errors {\n reverse_proxy {\n dynamic a es.test 9200\n}\n}", true},
		{"other addresses that are looked up", "password_gateway elasticsearch {\n dynamic a es.test 9200\n}\nhandle_errors {\n reverse_proxy {\n dynamic a pages.test 80\n}\n}", false},
		{"the proxy's own handle_response", "password_policy elasticsearch\nreverse_proxy 127.0.0.1:1 {\n handle_response {\n reverse_proxy 127.0.0.1:1\n }\n}", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			caddyLock.Lock()
			defer caddyLock.Unlock()
			text := strings.Replace(globals, "AUDIT", t.TempDir(), 1) +
				"&(spare) {\n reverse_proxy 127.0.0.1:1\n}\nhttp://" + freeAddr(t) + " {\n" + c.site + "\n}\n"
			config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			err = caddy.Load(config, true)
			_ = caddy.Stop()
			if refused := err != nil && (strings.Contains(err.Error(), "handle_errors or intercept") || strings.Contains(err.Error(), "found both") ||
				strings.Contains(err.Error(), "found it behind") || strings.Contains(err.Error(), "expected nothing behind")); refused != c.refused || err != nil && !refused {
				t.Errorf("refused: %v, want %v: %v", refused, c.refused, err)
			}
		})
	}
}
