// SPDX-License-Identifier: Apache-2.0

package policy

import "testing"

// The passwords have 20 characters. The target is 5 µs and 10 allocations.
func BenchmarkJudge(b *testing.B) {
	for _, bench := range []struct{ name, policy, password string }{
		{"nist", "preset nist-800-63b-4\nmax_bytes 72", "lantern-Quiz7harbour"},
		{"nist, random", "preset nist-800-63b-4\nmax_bytes 72", "tR9#vQx2!mZk$7p@Wd0&"},
		{"nist, alphanumeric", "preset nist-800-63b-4\nmax_bytes 72", "k9TqZ3mWx7Lp2RvB8sYd"},
		{"huawei", "preset huawei-css\ncontext_words acme rocket", "tR9#vQx2!mZk$7p@Wd0&"},
		{"beyond ASCII", "preset nist-800-63b-4", "lätern-Quiz7-härbour"},
		{"refused", "preset nist-800-63b-4", "P@ssw0rd!!!!!!!!2024"},
	} {
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
