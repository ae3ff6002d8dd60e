// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"regexp"
	"testing"
)

// noPatterns is every rule but the operator's own expressions, whose time is what
// he has written.
var noPatterns = regexp.MustCompile(`(?m)^(not_)?match .*\n`).ReplaceAllString(everyRule, "")

// typical are policies with a password of 20 characters. The target is 5 µs and
// 10 allocations. "every rule" is beyond any real policy: 45 statements, three
// presets among them.
var typical = []struct{ name, policy, password string }{
	{"nist", "preset nist-800-63b-4\nmax_bytes 72", "lantern-Quiz7harbour"},
	{"nist, random", "preset nist-800-63b-4\nmax_bytes 72", "tR9#vQx2!mZk$7p@Wd0&"},
	{"nist, alphanumeric", "preset nist-800-63b-4\nmax_bytes 72", "k9TqZ3mWx7Lp2RvB8sYd"},
	{"huawei", "preset huawei-css\ncontext_words acme rocket", "tR9#vQx2!mZk$7p@Wd0&"},
	{"beyond ASCII", "preset nist-800-63b-4", "lätern-Quiz7-härbour"},
	{"dod", "preset dod-76431\npreset elasticsearch", "lantern-Quiz7harbour"},
	{"bsi and cis", "preset bsi\npreset cis-windows", "lantern-Quiz7harbour"},
	{"every rule", everyRule, "lantern-Quiz7harbour"},
	{"every rule, random", everyRule, "tR9#vQx2!mZk$7p@Wd0&"},
	{"every rule but expressions", noPatterns, "lantern-Quiz7harbour"},
	{"refused", "preset nist-800-63b-4", "P@ssw0rd!!!!!!!!2024"},
}

func BenchmarkJudge(b *testing.B) {
	for _, bench := range typical {
		b.Run(bench.name, func(b *testing.B) {
			p := policyOf(b, bench.policy)
			c := Change{Password: bench.password, Username: "jane.doe"}
			b.ReportAllocs()
			for b.Loop() {
				p.Judge(c)
			}
		})
	}
}

// The hardest inputs known at 4,096 bytes (every rule but strength), and at
// 1 KiB with strength, for which the target is 10 ms.
func BenchmarkHardest(b *testing.B) {
	for name, unit := range hardest {
		for _, bench := range []struct {
			name, policy string
			length       int
		}{
			{"every rule", everyRule, 4096},
			{"strength", "strength strong\nmax_bytes 1024", 1024},
		} {
			b.Run(bench.name+"/"+name, func(b *testing.B) {
				p := policyOf(b, bench.policy)
				c := hard(unit, bench.length)
				for b.Loop() {
					p.Judge(c)
				}
			})
		}
	}
}

// The target is 150 µs.
func BenchmarkStrength(b *testing.B) {
	p := policyOf(b, "preset opensearch")
	for _, password := range []string{"lantern-Quiz7harbour", "tR9#vQx2!mZk$7p@Wd0&", "Summer2026!!", "correcthorsebatterystaple"} {
		b.Run(password, func(b *testing.B) {
			c := Change{Password: password, Username: "jane.doe"}
			b.ReportAllocs()
			for b.Loop() {
				p.Judge(c)
			}
		})
	}
}

// Allocations, unlike time, can be tested.
func TestJudgeAllocatesLittle(t *testing.T) {
	for _, bench := range typical {
		p := policyOf(t, bench.policy)
		c := Change{Password: bench.password, Username: "jane.doe"}
		if got := testing.AllocsPerRun(100, func() { p.Judge(c) }); got > 10 {
			t.Errorf("%s: %v allocations, want at most 10", bench.name, got)
		}
	}
}
