// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestRequirements(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "preset nist-800-63b-4\nmax_bytes 72\nmonitor breached")
	var seen []string
	for _, r := range p.Requirements(noTime) {
		seen = append(seen, r.Rule)
		if r.Message == "" || (r.Preset != "") != (r.Clause != "") && !isAlways(r.Rule) {
			t.Errorf("requirement %+v lacks its message, or its clause", r)
		}
		if r.Monitor != (r.Rule == "breached") {
			t.Errorf("%s is monitored: %v", r.Rule, r.Monitor)
		}
	}
	if got, want := strings.Join(seen, " "), "valid_utf8 no_nul min_length blocklist username breached max_bytes"; got != want {
		t.Errorf("requirements %q, want %q", got, want)
	}
	if got := p.Requirements(noTime)[2].Statement; got != "min_length 15" {
		t.Errorf("statement %q, want min_length 15", got)
	}
}
