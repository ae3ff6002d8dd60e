// SPDX-License-Identifier: Apache-2.0

package module

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A log that would hold a credential or a length is named when the configuration
// is loaded, with what to write instead; one that doesn't is not.
func TestLeakWarnings(t *testing.T) {
	const (
		elasticSite = "SITE {\n\tLOG\n\tpassword_gateway elasticsearch 127.0.0.1:1\n}\n"
		cssSite     = "SITE {\n\tLOG\n\tpassword_gateway huawei_css 127.0.0.1:1\n}\n"
		neighbour   = elasticSite + "http://OTHER {\n\tlog\n\trespond ok\n}\n"
		filter      = "format filter {\n\t\t\trequest>headers delete\n\t\t}"
		inside      = "format append {\n\t\t\twrap filter {\n\t\t\t\trequest>headers delete\n\t\t\t}\n\t\t\tsite x\n\t\t}"
		oneHeader   = "format filter {\n\t\t\trequest>headers>Authorization delete\n\t\t}"
	)
	for _, c := range []struct{ name, log, more, sites, want string }{
		{"no access log", "", "", strings.Replace(elasticSite, "LOG", "", 1), ""},
		{"an access log", "", "", strings.Replace(elasticSite, "LOG", "log", 1), `the log \"default\" would hold headers of requests`},
		{"filtered", filter, "", strings.Replace(elasticSite, "LOG", "log", 1), ""},
		{"filtered within another format", inside, "", strings.Replace(elasticSite, "LOG", "log", 1), ""},
		{"one header filtered", oneHeader, "", strings.Replace(elasticSite, "LOG", "log", 1), `the log \"default\" would hold headers`},
		{"the whole request filtered", strings.Replace(filter, "request>headers", "request", 1), "", strings.Replace(elasticSite, "LOG", "log", 1), ""},
		{"a log of the site's own", filter, "", strings.Replace(elasticSite, "LOG", "log {\n\t\toutput discard\n\t}", 1), ""},
		{"a log of the site's own, written", filter, "", strings.Replace(elasticSite, "LOG", "log {\n\t\toutput file FILE\n\t}", 1), `would hold headers of requests`},
		{"a log of the site's own, filtered; the default gets what no site has", "", "", strings.Replace(elasticSite, "LOG", "log {\n\t\toutput file FILE\n\t\t"+filter+"\n\t}", 1), `the log \"default\" would hold headers`},
		{"a log of the site's own, both filtered", filter, "", strings.Replace(elasticSite, "LOG", "log {\n\t\toutput file FILE\n\t\t"+filter+"\n\t}", 1), ""},
		{"of an unguarded site", "", "", strings.Replace(neighbour, "LOG", "", 1), ""},
		{"debug", "", "debug", strings.Replace(elasticSite, "LOG", "", 1), "how long each password is"},
		{"debug, filtered", filter, "debug", strings.Replace(elasticSite, "LOG", "", 1), ""},
		{"debug, but not of proxies", "exclude http.handlers.reverse_proxy", "debug", strings.Replace(elasticSite, "LOG", "", 1), ""},
		{"tokens of requests that fail", "", "", strings.Replace(cssSite, "LOG", "", 1), "X-Auth-Token"},
		{"tokens, filtered", filter, "", strings.Replace(cssSite, "LOG", "", 1), ""},
		{"credentials", filter, "servers {\n\t\tlog_credentials\n\t}", strings.Replace(elasticSite, "LOG", "log", 1), "log_credentials writes passwords"},
		{"trace", filter, "servers {\n\t\ttrace\n\t}", strings.Replace(elasticSite, "LOG", "log", 1), "trace writes the configuration"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			logFile := filepath.Join(dir, "log")
			config := strings.Replace(globals, "level ERROR\n\t\toutput discard", "output file "+logFile+"\n\t\t"+c.log, 1)
			config = strings.Replace(config, "\tadmin off\n", "\tadmin off\n\t"+c.more+"\n", 1)
			sites := strings.NewReplacer("OTHER", freeAddr(t), "FILE", filepath.Join(dir, "site.log")).Replace(c.sites)
			start(t, config+sites, "")
			log, err := os.ReadFile(logFile)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(log), "can't be looked at") {
				t.Fatalf("caddyLogs doesn't know this Caddy:\n%s", log)
			}
			warned := strings.Contains(string(log), "would hold") || strings.Contains(string(log), "writes ")
			if warned != (c.want != "") || !strings.Contains(string(log), c.want) {
				t.Errorf("expected %q in\n%s", c.want, log)
			}
		})
	}
}
