// SPDX-License-Identifier: Apache-2.0

package module

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a configuration leaves open is said when it is loaded.
func TestSitingWarnings(t *testing.T) {
	for _, c := range []struct{ name, sites, want, not string }{
		{"not looked at twice", "SITE {\n\tpassword_policy elasticsearch\n\treverse_proxy 127.0.0.1:1\n}\n", "doesn't look twice", "goes round"},
		{"looked at twice", "SITE {\n\tpassword_policy elasticsearch\n\treverse_proxy 127.0.0.1:1 {\n\t\ttransport password_policy\n\t}\n}\n", "", "127.0.0.1:1"},
		{"the shortcut", "SITE {\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\n", "", "127.0.0.1:1"},
		{"within a handle", "SITE {\n\tpassword_policy elasticsearch\n\thandle /x/* {\n\t\treverse_proxy 127.0.0.1:1\n\t}\n}\n", "doesn't look twice", "goes round"},
		{"round the guard", "SITE {\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\nhttp://OTHER {\n\treverse_proxy 127.0.0.1:1\n}\n", "goes round the guard", "look twice"},
		{"another cluster", "SITE {\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\nhttp://OTHER {\n\treverse_proxy 127.0.0.1:2\n}\n", "", "127.0.0.1"},
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
