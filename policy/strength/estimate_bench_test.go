// SPDX-License-Identifier: Apache-2.0

package strength

import "testing"

// Typical passwords must stay below 150 µs; they take about 5.
func BenchmarkEstimate(b *testing.B) {
	Preload()
	passwords := []string{
		"password", "Tr0ub4dour&3", "correct horse battery staple", "Summer2026!", "kX9#vLq2$wPz7@Rm",
		"qwertyuiop123456", "MyD0gIsCalledRex", "12/05/1987", "abcabcabcabc", "zażółć gęślą jaźń",
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Estimate(passwords[i%len(passwords)], []string{"alice", "Alice Liddell"})
	}
}

// The worst passwords found by a random search over a kilobyte must stay below
// 10 ms; they take about 5.
func BenchmarkWorst(b *testing.B) {
	Preload()
	for name, password := range intricate(maxUnits) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Estimate(password, intricateInputs)
			}
		})
	}
}

func BenchmarkPreload(b *testing.B) {
	for b.Loop() {
		newWordTrie(parseLists(mustUnzip()))
	}
}
